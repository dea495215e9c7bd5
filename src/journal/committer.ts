import type { Clock } from '../lib/clock.js';
import { isPlanted } from '../lib/planted.js';
import type { Random } from '../lib/random.js';
import { pause, type Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import { type CommitOutcome, commitOutcome } from './commit-outcome.js';
import { type JournalStore, type SealedBatch, StatementFailed } from './port.js';

/** Why an event's batch will never commit. */
export type LostReason = Exclude<CommitOutcome, 'committed' | 'again'> | 'refused' | 'closed';

/** One event, as the committer sees it. */
export interface Appender {
  /** Closes the open batch, or null where nothing waits. Never called while a batch of this event is in flight. */
  seal(): SealedBatch | null;
  onCommitted(batch: SealedBatch): void;
  /** Nothing of this batch, nor of what was decided after it, stands. The event must stop. */
  onLost(batch: SealedBatch, reason: LostReason): void;
}

interface InFlight {
  readonly appender: Appender;
  readonly batch: SealedBatch;
}

const retryDelayMinMs = 10;
const retryDelayMaxMs = 1_000;

/**
 * Group commit for all events of a shard: one append is in flight, the next batch fills meanwhile.
 *
 *     decide decide decide │ decide decide …        │ decide …
 *     wake ─► soon ─► seal ┼─► append ──────► commit┼─► seal ─► append …
 *                          │  answers held back     │  answers leave
 *
 * A batch whose fate is unknown is sent again, the same bytes, until an append has settled it; the events in it wait, which is
 * what makes a moment without Postgres late but right.
 */
export class Committer {
  readonly #waiting = new Set<Appender>();
  #busy = false;
  #closed = false;
  /** For the metrics: sums since the start. */
  readonly stats = {
    appends: 0,
    appendsFailed: 0,
    appendMs: 0,
    batchesAppended: 0,
    bytesAppended: 0,
    changesCommitted: 0,
  };

  constructor(
    private readonly store: JournalStore,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly random: Random,
    private readonly log: Log,
  ) {}

  /** The event has changes to append. They leave together with those of all others that woke in this turn. */
  wake(appender: Appender): void {
    this.#waiting.add(appender);
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    this.timers.soon(() => void this.#run());
  }

  /** No further attempt is made; batches without an outcome are lost for this process (they may still stand in the journal). */
  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    for (;;) {
      const woken = [...this.#waiting];
      this.#waiting.clear();
      const round: InFlight[] = [];
      for (const appender of woken) {
        const batch = appender.seal();
        if (batch !== null) round.push({ appender, batch });
      }
      if (round.length === 0) break;
      const sentMs = this.clock.monotonicMs();
      await this.#settle(round);
      this.stats.appendMs += this.clock.monotonicMs() - sentMs;
    }
    this.#busy = false;
  }

  /** Returns when each batch has its outcome. */
  async #settle(round: readonly InFlight[]): Promise<void> {
    let open = round;
    for (let attempt = 0; open.length > 0; attempt += 1) {
      if (attempt > 0) await pause(this.timers, this.#retryDelayMs(attempt));
      if (this.#closed) {
        for (const { appender, batch } of open) appender.onLost(batch, 'closed');
        return;
      }
      try {
        this.stats.appends += 1;
        const batches = open.map(({ batch }) =>
          isPlanted('bookings-lost-on-resend') && attempt > 0 ? { ...batch, bookings: [] } : batch,
        );
        open = this.#sort(open, await this.store.append(batches));
      } catch (error) {
        this.stats.appendsFailed += 1;
        if (error instanceof StatementFailed && !error.transient) {
          await this.#isolate(open, error);
          return;
        }
        const refused = error instanceof StatementFailed;
        this.log.warn(
          { error, events: open.length, attempt },
          refused
            ? 'Postgres refused an append for now; sending it again'
            : 'Cannot tell whether an append was committed; sending it again',
        );
      }
    }
  }

  /** Tells each event its outcome; gives back those to send again. */
  #sort(open: readonly InFlight[], found: Awaited<ReturnType<JournalStore['append']>>): InFlight[] {
    const byEvent = new Map(found.map((outcome) => [outcome.eventId, outcome]));
    const again: InFlight[] = [];
    for (const one of open) {
      const outcome = commitOutcome(one.batch, byEvent.get(one.batch.eventId));
      if (outcome === 'again') {
        again.push(one);
      } else if (outcome === 'committed') {
        this.stats.batchesAppended += 1;
        this.stats.bytesAppended += one.batch.blob.length;
        this.stats.changesCommitted += one.batch.lastSeq - one.batch.firstSeq + 1;
        one.appender.onCommitted(one.batch);
      } else {
        one.appender.onLost(one.batch, outcome);
      }
    }
    return again;
  }

  /** The store refuses the statement for good: one event at a time, the one that fails alone stops, the others go on. */
  async #isolate(open: readonly InFlight[], error: StatementFailed): Promise<void> {
    const [only, ...others] = open;
    if (only === undefined) return;
    if (others.length === 0) {
      this.log.error(
        { error, eventId: only.batch.eventId },
        'Cannot append to the journal as Postgres refuses the batch',
      );
      only.appender.onLost(only.batch, 'refused');
      return;
    }
    for (const one of open) await this.#settle([one]);
  }

  #retryDelayMs(attempt: number): number {
    const ceiling = Math.min(retryDelayMaxMs, retryDelayMinMs * 2 ** Math.min(attempt, 10));
    return retryDelayMinMs + this.random.below(ceiling);
  }
}
