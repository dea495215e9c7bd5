import type { LeaseReading } from '../actor/actor-time.js';
import type { Clock } from '../lib/clock.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';

/** What the keeper asks of Postgres, on a connection of its own. */
export interface Leases {
  /** Postgres' time in milliseconds; null: another incarnation of this node has taken over. */
  renew(): Promise<number | null>;
}

/** A third of the lease between renewals. */
const renewalsPerLease = 3;
/** What failed is tried again sooner: a Postgres that was away for a moment should not cost anybody's lease. */
const triesPerLease = 12;
/**
 * Whoever waits for longer than this share of a lease takes it that nobody else is answered either, and that leases run out for no
 * other reason. It may have begun a third before, and last for a twelfth more elsewhere: owners whose renewal was due then still live.
 */
const silenceShare = 1 / 4;
/** Owners stop answering before Postgres counts the lease as run out. */
const marginShare = 0.1;
/** Samples of Postgres' time to choose the one with the least round trip from. */
const samplesKept = 20;

/** How far the two clocks may drift apart between the oldest sample kept and the newest. */
const driftMaxMs = 100;

interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/**
 * Keeps this node alive. The deadline counts by the monotonic clock from *sending* the renewal:
 *
 *     send ───── Postgres sets expires_at ───── answer
 *      │◄────────────── lease ──────────────►│ as Postgres sees it, later than ours in any case
 *      │◄─────── lease − margin ──────►│ answers stop here unless renewed
 */
export class LeaseKeeper {
  #timer: Timer | null = null;
  #silenceTimer: Timer | null = null;
  /** Since when Postgres has been asked without an answer. */
  #askedSinceMs: number | null = null;
  #stopped = false;
  #samples: Sample[] = [];
  #reading: LeaseReading | null = null;
  /** Monotonic time up to which this node may answer. */
  #answersUntilMs = 0;
  /** When the last renewal that was answered had been sent. */
  #renewedAtMs = 0;
  /** Monotonic time since when Postgres was never silent for long. */
  #unbrokenSinceMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly leases: Leases,
    private readonly leaseMs: number,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly log: Log,
    private readonly onRenewed: (reading: LeaseReading) => void,
    private readonly onSuperseded: () => void,
  ) {}

  get answersForMs(): number {
    return Math.max(0, this.#answersUntilMs - this.clock.monotonicMs());
  }

  /** Milliseconds of the last round trip to Postgres; null before the first. */
  get roundTripMs(): number | null {
    return this.#samples.at(-1)?.roundTripMs ?? null;
  }

  /** Postgres' time, carried on by the monotonic clock. */
  nowMs(): number {
    return Math.floor(this.clock.monotonicMs() + this.#offsetMs());
  }

  /** The first renewal; rejects when Postgres does not answer. */
  async start(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      this.stop();
      throw error;
    }
    this.#renewAfter(this.leaseMs / renewalsPerLease);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#silenceTimer?.cancel();
  }

  #renewAfter(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = this.timers.after(delayMs, () => void this.#renewOrTryAgain());
  }

  async #renewOrTryAgain(): Promise<void> {
    try {
      await this.#renew();
      this.#renewAfter(this.leaseMs / renewalsPerLease);
    } catch (error) {
      const { answersForMs } = this;
      this.log.warn({ error, answersForMs }, 'Cannot renew the lease as Postgres does not answer');
      this.#renewAfter(this.leaseMs / triesPerLease);
    }
  }

  async #renew(): Promise<void> {
    const sentMs = this.clock.monotonicMs();
    if (this.#askedSinceMs === null) {
      this.#askedSinceMs = sentMs;
      this.#silenceTimer = this.timers.after(this.leaseMs * silenceShare, () => this.#fallSilent());
    }
    const storeMs = await this.leases.renew();
    if (this.#stopped) return;
    if (storeMs === null) {
      this.stop();
      this.onSuperseded();
      return;
    }
    const answeredMs = this.clock.monotonicMs();
    const roundTripMs = answeredMs - sentMs;
    this.#keep({ roundTripMs, offsetMs: storeMs - (sentMs + roundTripMs / 2) });
    this.#endSilence(sentMs, answeredMs);
    this.#renewedAtMs = sentMs;
    this.#answersUntilMs = sentMs + this.leaseMs * (1 - marginShare);
    this.#reading = {
      storeOffsetMs: this.#offsetMs(),
      answersUntilMonotonicMs: this.#answersUntilMs,
      mayTakeOverFromMonotonicMs: this.#unbrokenSinceMs + this.leaseMs,
      wallOffsetMs: this.clock.wallMs() - this.clock.monotonicMs(),
    };
    this.onRenewed(this.#reading);
  }

  /** Owners may not be heard either: nothing is taken over before Postgres has answered for a lease again. */
  #fallSilent(): void {
    this.#unbrokenSinceMs = Number.POSITIVE_INFINITY;
    if (this.#reading !== null)
      this.onRenewed({ ...this.#reading, mayTakeOverFromMonotonicMs: Number.POSITIVE_INFINITY });
  }

  #endSilence(sentMs: number, answeredMs: number): void {
    const silentMs = answeredMs - (this.#askedSinceMs ?? sentMs);
    this.#askedSinceMs = null;
    this.#silenceTimer?.cancel();
    const hasLapsed = sentMs > this.#renewedAtMs + this.leaseMs;
    // A process that was paused comes to this before its timer rings.
    const wasSilent = this.#unbrokenSinceMs > sentMs || silentMs > this.leaseMs * silenceShare;
    if (wasSilent || hasLapsed) this.#unbrokenSinceMs = answeredMs;
  }

  /**
   * A sample is off by half its round trip at most. Older ones that the newest contradicts are from before a clock jumped:
   * the machine was suspended, or Postgres' clock was set.
   */
  #keep(newest: Sample): void {
    const agrees = ({ roundTripMs, offsetMs }: Sample): boolean =>
      Math.abs(offsetMs - newest.offsetMs) <= (roundTripMs + newest.roundTripMs) / 2 + driftMaxMs;
    this.#samples = [...this.#samples.filter(agrees), newest].slice(-samplesKept);
  }

  #offsetMs(): number {
    let best: Sample | undefined;
    for (const sample of this.#samples) {
      if (best === undefined || sample.roundTripMs < best.roundTripMs) best = sample;
    }
    return best?.offsetMs ?? 0;
  }
}
