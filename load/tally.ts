import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** What was answered since the last `reset`. */
export class Tally {
  holds = 0;
  releases = 0;
  /** Commands sent again with the same id, as the server had asked for it (429, 503). */
  repeats = 0;
  /** Snapshots, deltas and the like. */
  otherFrames = 0;
  /** Refusals by code, such as `409 seat_taken`. */
  readonly refusals = new Map<string, number>();
  /** From sending (or from when it should have been sent) to its answer, in microseconds. */
  readonly latencyUs: RecordableHistogram = createHistogram();

  get accepted(): number {
    return this.holds + this.releases;
  }

  get refused(): number {
    let sum = 0;
    for (const count of this.refusals.values()) sum += count;
    return sum;
  }

  refuse(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  recordLatency(ms: number): void {
    this.latencyUs.record(Math.max(1, Math.round(ms * 1000)));
  }

  reset(): void {
    this.holds = 0;
    this.releases = 0;
    this.repeats = 0;
    this.otherFrames = 0;
    this.refusals.clear();
    this.latencyUs.reset();
  }
}
