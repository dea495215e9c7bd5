import type { Clock } from '../lib/clock.js';
import { isPlanted } from '../lib/planted.js';

/** What the node's lease says, measured by the machine's monotonic clock, which all threads of the process share. */
export interface LeaseReading {
  /** Postgres' time minus the monotonic clock, from the sample with the least round trip. */
  readonly storeOffsetMs: number;
  /** Counted from *sending* the renewal, a margin already taken off. */
  readonly answersUntilMonotonicMs: number;
  /** Postgres will have answered for a whole lease life by then: from there on this node may take over from others. */
  readonly mayTakeOverFromMonotonicMs: number;
  /** Wall clock minus monotonic clock when the reading was made. */
  readonly wallOffsetMs: number;
}

/** A wall clock that moved this far against the monotonic one: the machine was suspended, and the lease may be gone. */
const clockJumpMaxMs = 1_000;

/**
 * The time that holds live by: Postgres' time carried on by the monotonic clock, and never falling. Whether this node may
 * answer at all is a matter of time too: its lease. (design.md, decisions 8 and 10)
 */
export class ActorTime {
  #reading: LeaseReading | null = null;
  #lastMs = 0;

  constructor(private readonly clock: Clock) {}

  renewed(reading: LeaseReading): void {
    this.#reading = reading;
  }

  /** Whether there was a lease before. */
  get isRunning(): boolean {
    return this.#reading !== null;
  }

  /** Milliseconds since 1970. Meaningless, and never asked, before the first lease. */
  nowMs(): number {
    if (this.#reading === null) return this.#lastMs;
    const elapsedMs = isPlanted('deadline-in-wall-time')
      ? this.clock.wallMs() - this.#reading.wallOffsetMs
      : this.clock.monotonicMs();
    const nowMs = Math.floor(elapsedMs + this.#reading.storeOffsetMs);
    if (nowMs > this.#lastMs) this.#lastMs = nowMs;
    return this.#lastMs;
  }

  mayTakeOver(): boolean {
    const reading = this.#reading;
    return reading !== null && this.mayAnswer() && this.clock.monotonicMs() >= reading.mayTakeOverFromMonotonicMs;
  }

  mayAnswer(): boolean {
    const reading = this.#reading;
    if (reading === null) return false;
    const monotonicMs = this.clock.monotonicMs();
    if (monotonicMs >= reading.answersUntilMonotonicMs && !isPlanted('lease-margin-ignored')) return false;
    return Math.abs(this.clock.wallMs() - monotonicMs - reading.wallOffsetMs) < clockJumpMaxMs;
  }
}
