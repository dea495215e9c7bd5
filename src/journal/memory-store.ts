import { isPlanted } from '../lib/planted.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import type { EventTables, JournalAudit } from './audit.js';
import { formatRead, formatWritten } from './entry-format.js';
import { type Faults, OutcomeUnknown, type StoreStatement } from './faults.js';
import { MemoryEvent, nobody } from './memory-event.js';
import { openingBatch } from './opening.js';
import {
  type AppendOutcome,
  type Claim,
  type EventHead,
  type EventHeads,
  type Grant,
  type JournalStore,
  type SealedBatch,
  StatementFailed,
  type StoredBatch,
  type StoredBooking,
  type StoredSnapshot,
} from './port.js';

/** Which incarnations read which formats. */
export interface JournalReaders {
  /** The newest that it reads. */
  formatOf(incarnation: string): number;
  /** Somebody living who reads it. */
  readerOf(format: number): string | null;
}

const allReadAll: JournalReaders = { formatOf: () => formatRead, readerOf: () => null };

/**
 * The journal in memory, for tests and the simulation: it does what Postgres does, statement by statement, each atomic. It
 * uses no timer; promises alone order what happens.
 */
export class MemoryJournalStore implements JournalStore, JournalAudit, EventHeads {
  readonly #events = new Map<string, MemoryEvent>();
  readonly #late: (() => void)[] = [];

  constructor(
    private readonly faults: Faults = {},
    /** What has become of an owner's lease. Default: it is gone, so that each claim is granted. */
    private readonly leaseOf: (incarnation: string) => 'lives' | 'runOut' | 'gone' = () => 'gone',
    private readonly readers: JournalReaders = allReadAll,
  ) {}

  /** A new event, owned by nobody, with change 1 in its journal. */
  async createEvent(eventId: string, configuration: EventConfiguration, atMs: number): Promise<void> {
    if (this.#events.has(eventId))
      throw new StatementFailed(`Cannot create an event as its id is in use: ${eventId}`, false);
    this.#events.set(eventId, new MemoryEvent(eventId, openingBatch(eventId, configuration, atMs)));
  }

  /** Lets the statements that were held back as `late` take effect, oldest first, on what stands now. */
  deliverLate(): void {
    for (const effect of this.#late.splice(0)) {
      try {
        effect();
      } catch (error) {
        // Refused: nobody is left to hear it.
        if (!(error instanceof StatementFailed)) throw error;
      }
    }
  }

  append(batches: readonly SealedBatch[]): Promise<readonly AppendOutcome[]> {
    return this.#perform({ kind: 'append', batches }, () => this.#append(batches));
  }

  claim(eventId: string, claimant: string, mayTakeOver: boolean, writes: number = formatWritten): Promise<Claim> {
    return this.#perform({ kind: 'claim', eventId, claimant }, () => {
      const event = this.#events.get(eventId);
      if (event === undefined) return { kind: 'unknownEvent' };
      const { owner, format } = event;
      const lease = owner === claimant || owner === nobody ? 'gone' : this.leaseOf(owner);
      const isOwners = !event.rested || this.readers.formatOf(owner) >= format;
      if (lease === 'lives' && isOwners && !isPlanted('lease-of-owner-ignored')) return { kind: 'owned', owner };
      if (this.readers.formatOf(claimant) < format)
        return { kind: 'unreadable', format, reader: this.readers.readerOf(format) };
      if (lease === 'runOut' && !event.rested && !mayTakeOver) return { kind: 'runOut', owner };
      return { kind: 'granted', grant: event.grant(claimant, writes) };
    });
  }

  epochsOf(eventIds: readonly string[], owner: string): Promise<ReadonlyMap<string, number>> {
    return this.#read(null, () => {
      const owned = eventIds.flatMap((eventId) => {
        const event = this.#events.get(eventId);
        return event?.owner === owner ? [[eventId, event.epoch] as const] : [];
      });
      return new Map(owned);
    });
  }

  /** Every grant so far, for those who check a run. */
  grantsOf(eventId: string): readonly Grant[] {
    return this.#events.get(eventId)?.grants ?? [];
  }

  /** When the event is to be woken, for those who check a run. */
  nextDeadlineOf(eventId: string): number | null {
    return this.#events.get(eventId)?.nextDeadlineMs ?? null;
  }

  rest(eventId: string, epoch: number, seq: number, next: string | null): Promise<boolean> {
    return this.#perform({ kind: 'rest', eventId }, () => {
      const event = this.#events.get(eventId);
      if (event === undefined || event.epoch !== epoch || event.seq !== seq) return false;
      event.rested = true;
      event.owner = next ?? nobody;
      return true;
    });
  }

  head(eventId: string): Promise<EventHead | null> {
    return this.#read(eventId, () => {
      const event = this.#events.get(eventId);
      if (event === undefined) return null;
      const { epoch, seq, owner, rested, format: journalFormat } = event;
      return { epoch, seq, owner, rested, journalFormat };
    });
  }

  give(eventId: string, { epoch, owner }: EventHead, next: string): Promise<boolean> {
    return this.#perform({ kind: 'rest', eventId }, () => {
      const event = this.#events.get(eventId);
      if (event === undefined || event.epoch !== epoch || event.owner !== owner || !event.rested) return false;
      event.owner = next;
      return true;
    });
  }

  saveSnapshot(eventId: string, snapshot: StoredSnapshot): Promise<boolean> {
    return this.#perform({ kind: 'saveSnapshot', eventId }, () => {
      const event = this.#events.get(eventId);
      if (event === undefined || event.epoch !== snapshot.epoch || event.seq < snapshot.seq) return false;
      if (event.snapshot !== null && event.snapshot.seq > snapshot.seq) return false;
      event.snapshot = { ...snapshot, body: snapshot.body.slice() };
      return true;
    });
  }

  snapshot(eventId: string): Promise<StoredSnapshot | null> {
    return this.#read(eventId, () => this.#events.get(eventId)?.snapshot ?? null);
  }

  batches(eventId: string, afterSeq: number): Promise<readonly StoredBatch[]> {
    return this.#read(eventId, () => this.#journal(eventId).filter((batch) => batch.lastSeq > afterSeq));
  }

  batchAt(eventId: string, seq: number): Promise<StoredBatch | null> {
    return this.#read(
      eventId,
      () => this.#journal(eventId).find((batch) => batch.firstSeq <= seq && seq <= batch.lastSeq) ?? null,
    );
  }

  bookingOfHold(eventId: string, holderId: string, holdSeq: number): Promise<StoredBooking | null> {
    return this.#read(eventId, () => this.#events.get(eventId)?.bookingOfHold(holderId, holdSeq) ?? null);
  }

  bookingOfCommand(eventId: string, holderId: string, commandId: string): Promise<StoredBooking | null> {
    return this.#read(eventId, () => this.#events.get(eventId)?.bookingOfCommand(holderId, commandId) ?? null);
  }

  existing(eventIds: readonly string[]): Promise<readonly string[]> {
    return this.#read(null, () => [...new Set(eventIds)].filter((eventId) => this.#events.has(eventId)));
  }

  due(untilMs: number, limit: number, owner: string): Promise<readonly string[]> {
    return this.#read(null, () => {
      const due: { eventId: string; deadlineMs: number }[] = [];
      for (const [eventId, { nextDeadlineMs, owner: owned, format }] of this.#events) {
        const isOthers = owned !== owner && owned !== nobody && this.leaseOf(owned) === 'lives';
        const isReadable = format <= this.readers.formatOf(owner);
        if (nextDeadlineMs !== null && nextDeadlineMs <= untilMs && !isOthers && isReadable)
          due.push({ eventId, deadlineMs: nextDeadlineMs });
      }
      due.sort((a, b) => a.deadlineMs - b.deadlineMs || (a.eventId < b.eventId ? -1 : 1));
      return due.slice(0, limit).map(({ eventId }) => eventId);
    });
  }

  eventIds(): Promise<readonly string[]> {
    return this.#read(null, () => [...this.#events.keys()].toSorted());
  }

  tables(eventId: string): Promise<EventTables> {
    return this.#read(
      eventId,
      () => this.#events.get(eventId)?.tables() ?? { head: null, tailSeq: 0, bookings: [], strayBookingSeqs: [] },
    );
  }

  async *history(eventId: string, untilSeq: number): AsyncGenerator<StoredBatch, void, undefined> {
    const journal = await this.#read(eventId, () => this.#journal(eventId));
    yield* journal.filter((batch) => batch.firstSeq <= untilSeq);
  }

  #append(batches: readonly SealedBatch[]): AppendOutcome[] {
    const known: { readonly event: MemoryEvent; readonly batch: SealedBatch; readonly fits: boolean }[] = [];
    for (const batch of batches) {
      const event = this.#events.get(batch.eventId);
      if (event === undefined) continue;
      if (known.some((other) => other.event === event))
        throw new StatementFailed('Cannot append two batches of one event at once', false);
      known.push({ event, batch, fits: event.fits(batch) });
    }
    for (const { event, batch, fits } of known) if (fits) event.check(batch);
    return known.map(({ event, batch, fits }) => {
      if (fits) event.append(batch);
      return event.outcome(fits);
    });
  }

  #journal(eventId: string): readonly StoredBatch[] {
    return this.#events.get(eventId)?.journal ?? [];
  }

  #read<T>(eventId: string | null, read: () => T): Promise<T> {
    return this.#perform({ kind: 'read', eventId }, read);
  }

  /** One statement: the effect happens in one go, between the two hooks. */
  async #perform<T>(statement: StoreStatement, effect: () => T): Promise<T> {
    // A hook that returns no promise costs none: this is where a simulation spends its time.
    const found = this.faults.before?.(statement);
    const when = found instanceof Promise ? await found : found;
    if (when === 'late') {
      if (statement.kind !== 'read') this.#late.push(() => void effect());
      throw new OutcomeUnknown(statement.kind);
    }
    const result = effect();
    const done = this.faults.after?.(statement);
    if (done instanceof Promise) await done;
    return result;
  }
}
