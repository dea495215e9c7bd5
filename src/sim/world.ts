import type { Random } from '../lib/random.js';
import { Happening, HappeningHeap } from './happening-heap.js';

/**
 * Virtual time: one heap of (time, chance) decides what happens next, so a seed decides everything. Between two happenings
 * all promises settle: Node runs its ticks only once no promise has anything left to do.
 */
export class World {
  nowMs = 0;
  readonly #heap = new HappeningHeap();
  /** FNV-1a over everything that was noted: two runs of one seed must agree on it. */
  #traceHash = 0x811c9dc5;
  steps = 0;
  #interruptAtStep = Number.POSITIVE_INFINITY;
  #interrupt: () => void = () => undefined;

  constructor(readonly random: Random) {}

  /** Calls back at `nowMs + delayMs`, rounded up; what falls on the same millisecond comes in an order that the seed decides. */
  after(delayMs: number, happen: () => void): Happening {
    return this.#push(delayMs, happen, true);
  }

  /** The same for what touches no promise, as where a client hears something: nobody waits for any to settle. */
  afterAlone(delayMs: number, happen: () => void): Happening {
    return this.#push(delayMs, happen, false);
  }

  /** Between two happenings, this many from now: where much happens, time alone would hit nothing but the waiting. */
  interruptAfter(steps: number, interrupt: () => void): void {
    this.#interruptAtStep = this.steps + steps;
    this.#interrupt = interrupt;
  }

  note(text: string): void {
    for (let i = 0; i < text.length; i += 1)
      this.#traceHash = Math.imul(this.#traceHash ^ text.charCodeAt(i), 0x01000193);
  }

  noteBytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 1)
      this.#traceHash = Math.imul(this.#traceHash ^ (bytes[i] as number), 0x01000193);
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
      if (next.isCancelled) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.happen();
      if (next.settles) await promisesSettled();
      if (this.steps >= this.#interruptAtStep) {
        this.#interruptAtStep = Number.POSITIVE_INFINITY;
        this.#interrupt();
        await promisesSettled();
      }
    }
    if (!done()) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(delayMs: number, happen: () => void, settles: boolean): Happening {
    const atMs = this.nowMs + Math.ceil(Math.max(0, delayMs));
    const happening = new Happening(atMs, this.random.below(2 ** 31), happen, settles);
    this.#heap.push(happening);
    return happening;
  }
}

function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
