import { HappeningHeap } from './happening-heap.js';
import type { Random } from '../lib/random.js';
import { systemTimers } from '../lib/timers.js';

/**
 * Virtual time: one heap of (time, chance) decides what happens next, so a seed decides everything. Between two happenings
 * all promises settle, which a turn of the real event loop guarantees whatever the machine is doing.
 */
export class World {
  nowMs = 0;
  readonly #heap = new HappeningHeap();
  /** FNV-1a over everything that was noted: two runs of one seed must agree on it. */
  #traceHash = 0x811c9dc5;
  steps = 0;

  constructor(readonly random: Random) {}

  /** Calls back at `nowMs + delayMs`; what falls on the same millisecond comes in an order that the seed decides. */
  after(delayMs: number, happening: () => void): { cancel(): void } {
    const entry = {
      atMs: this.nowMs + Math.max(0, delayMs),
      tie: this.random.below(2 ** 31),
      happening,
      cancelled: false,
    };
    this.#heap.push(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  }

  delay(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  note(text: string): void {
    for (let i = 0; i < text.length; i += 1)
      this.#traceHash = Math.imul(this.#traceHash ^ text.charCodeAt(i), 0x01000193);
  }

  get traceHash(): string {
    return (this.#traceHash >>> 0).toString(16).padStart(8, '0');
  }

  /** Lets things happen until `untilMs`, or until `done` says so. */
  async run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    while (!done()) {
      const next = this.#heap.peek();
      if (next === undefined || next.atMs > untilMs) break;
      this.#heap.pop();
      if (next.cancelled) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.happening();
      await promisesSettled();
    }
    if (!done()) this.nowMs = Math.max(this.nowMs, untilMs);
  }
}

function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    systemTimers.soon(resolve);
  });
}
