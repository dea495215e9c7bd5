import type { Timer, Timers } from '../lib/timers.js';
import type { ActorTime } from './actor-time.js';

/** `setTimeout` takes at most 2^31 − 1 ms; a reminder that comes early finds nothing due and is set anew. */
const longestDelayMs = 24 * 3600 * 1000;

/** Reminds of the next deadline. Moved only when the next deadline comes nearer: cheaper than with every hold. */
export class DeadlineReminder {
  #timer: Timer | null = null;
  #atMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly time: ActorTime,
    private readonly timers: Timers,
    private readonly onDue: () => void,
  ) {}

  /** Actor time; Infinity: there is no deadline. */
  set(deadlineMs: number): void {
    if (deadlineMs >= this.#atMs) return;
    this.#timer?.cancel();
    this.#atMs = deadlineMs;
    const delayMs = Math.min(longestDelayMs, Math.max(1, deadlineMs - this.time.nowMs()));
    this.#timer = this.timers.after(delayMs, () => {
      this.#atMs = Number.POSITIVE_INFINITY;
      this.onDue();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
