import { nextTick } from 'node:process';
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
    // In a local: a field is written to memory for each byte.
    let hash = this.#traceHash;
    for (let i = 0; i < bytes.length; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    this.#traceHash = hash;
  }

  get traceHash(): string {
    return (this.#traceHash >>> 0).toString(16).padStart(8, '0');
  }

  /** Lets things happen until `untilMs`, or until `done` says so. */
  run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      // A tick that waits in line with the promises: they settle before it comes, and no promise is made to wait for it.
      const onceSettled = (): void => void settled.then(tick);
      const tick = (): void => nextTick(goOn);
      const goOn = (): void => {
        try {
          if (this.#runUntilUnsettled(untilMs, done)) onceSettled();
          else resolve();
        } catch (error) {
          reject(error);
        }
      };
      goOn();
    });
  }

  /** Whether it goes on once all promises have settled; if not, it is done. */
  #runUntilUnsettled(untilMs: number, done: () => boolean): boolean {
    for (;;) {
      if (this.steps >= this.#interruptAtStep) {
        this.#interruptAtStep = Number.POSITIVE_INFINITY;
        this.#interrupt();
        return true;
      }
      if (done()) return false;
      const next = this.#heap.peek();
      if (next === undefined || next.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return false;
      }
      this.#heap.pop();
      if (next.isCancelled) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.happen();
      if (next.settles) return true;
    }
  }

  #push(delayMs: number, happen: () => void, settles: boolean): Happening {
    const atMs = this.nowMs + Math.ceil(Math.max(0, delayMs));
    const happening = new Happening(atMs, this.random.below(2 ** 31), happen, settles);
    this.#heap.push(happening);
    return happening;
  }
}

const settled = Promise.resolve();
