import type { EventTables, JournalAudit } from './audit.js';
import { decodeBatch } from './batch.js';
import { BookingEffect } from './booking-effect.js';
import { compareBookings } from './compare-bookings.js';
import type { Entry } from './entry.js';
import { JournalCorrupt } from './journal-corrupt.js';
import type { StoredBatch } from './port.js';
import { SeatMapReplay } from './seat-map-replay.js';

export interface Problem {
  /** The change at which it shows; null where it is about the event as a whole. */
  readonly seq: number | null;
  readonly what: string;
}

export interface EventReport {
  readonly eventId: string;
  readonly batches: number;
  readonly entries: number;
  /** Of the head; null where there is none. */
  readonly epoch: number | null;
  readonly seq: number | null;
  readonly problems: readonly Problem[];
  /** Problems beyond the first `problemsMax`. */
  readonly problemsLeftOut: number;
}

const problemsMax = 100;

/** Reports on one event after the other, or on the one that is named. Safe beside live traffic. */
export async function* verifyJournal(
  audit: JournalAudit,
  eventId: string | null,
): AsyncGenerator<EventReport, void, undefined> {
  const eventIds = eventId === null ? await audit.eventIds() : [eventId];
  for (const id of eventIds) {
    const tables = await audit.tables(id);
    // What was appended after the tables were read is none of this report's business.
    const untilSeq = Math.max(tables.head?.seq ?? 0, tables.tailSeq);
    yield await verifyEvent(id, tables, audit.history(id, untilSeq));
  }
}

/**
 * Checks one event against its own history: seq is 1..N without gap or repeat, the epoch and the time never fall (I8), every
 * blob is what was written, no seat has two live bookings (I1), replaying it breaks no rule of the seat map (I2–I4, I11), the
 * head stands where the journal ends, and the booking tables are what the journal makes of them (I13).
 */
export async function verifyEvent(
  eventId: string,
  tables: EventTables,
  batches: AsyncIterable<StoredBatch> | Iterable<StoredBatch>,
): Promise<EventReport> {
  const check = new EventCheck(eventId);
  for await (const batch of batches) check.batch(batch);
  check.finish(tables);
  return check.report(tables);
}

class EventCheck {
  readonly #problems: Problem[] = [];
  #problemsLeftOut = 0;
  #batches = 0;
  #entries = 0;
  #lastSeq = 0;
  #lastEpoch = 0;
  #lastAtMs = 0;
  #unreadable = 0;
  readonly #effect = new BookingEffect();
  readonly #replay = new SeatMapReplay();

  constructor(private readonly eventId: string) {}

  batch(batch: StoredBatch): void {
    const expected = this.#lastSeq + 1;
    if (batch.firstSeq > expected) {
      this.#problem(expected, `a gap: changes ${expected} to ${batch.firstSeq - 1} are missing`);
    } else if (batch.firstSeq < expected) {
      this.#problem(batch.firstSeq, `a repeat: a batch begins here, and the one before it ends at ${this.#lastSeq}`);
    }
    if (batch.epoch < this.#lastEpoch) {
      this.#problem(batch.firstSeq, `the epoch falls from ${this.#lastEpoch} to ${batch.epoch}`);
    }
    for (const entry of this.#decode(batch)) this.#entry(entry);
    this.#batches += 1;
    this.#lastSeq = Math.max(this.#lastSeq, batch.lastSeq);
    this.#lastEpoch = Math.max(this.#lastEpoch, batch.epoch);
  }

  finish(tables: EventTables): void {
    this.#head(tables);
    if (this.#unreadable > 0) {
      this.#problem(null, 'the bookings cannot be compared as part of the journal is unreadable');
      return;
    }
    const fault = this.#replayed(() => this.#replay.finish());
    if (fault !== null) this.#problem(null, fault);
    for (const { bookingSeq, what } of compareBookings(this.#effect, tables)) {
      this.#problem(bookingSeq, `booking ${bookingSeq}: ${what}`);
    }
  }

  report(tables: EventTables): EventReport {
    return {
      eventId: this.eventId,
      batches: this.#batches,
      entries: this.#entries,
      epoch: tables.head?.epoch ?? null,
      seq: tables.head?.seq ?? null,
      problems: this.#problems,
      problemsLeftOut: this.#problemsLeftOut,
    };
  }

  #head({ head }: EventTables): void {
    if (head === null) {
      this.#problem(null, 'the event has no head: nobody can own it');
      return;
    }
    if (head.seq !== this.#lastSeq) {
      this.#problem(head.seq, `the head stands at ${head.seq} and the journal ends at ${this.#lastSeq}`);
    }
    if (head.epoch < this.#lastEpoch) {
      this.#problem(head.seq, `the head's epoch is ${head.epoch}, below the journal's last, ${this.#lastEpoch}`);
    }
  }

  #entry(entry: Entry): void {
    const { seq, change } = entry;
    this.#entries += 1;
    if ((seq === 1) !== (change.kind === 'EventOpened')) {
      this.#problem(seq, `change ${seq} is ${change.kind}: EventOpened is the first change and no other`);
    }
    if (change.atMs < this.#lastAtMs) {
      this.#problem(seq, `the time falls from ${this.#lastAtMs} to ${change.atMs}`);
    }
    this.#lastAtMs = Math.max(this.#lastAtMs, change.atMs);
    const fault = this.#effect.apply(entry) ?? this.#replayed(() => this.#replay.apply(entry));
    if (fault !== null) this.#problem(seq, fault);
  }

  /** A replay says something only of a history that is whole so far. */
  #replayed(step: () => string | null): string | null {
    return this.#problems.length === 0 ? step() : null;
  }

  #decode(batch: StoredBatch): Entry[] {
    try {
      return decodeBatch(batch, this.eventId);
    } catch (error) {
      if (!(error instanceof JournalCorrupt)) throw error;
      this.#unreadable += 1;
      this.#problem(error.seq, `unreadable: ${error.what}`);
      return [];
    }
  }

  #problem(seq: number | null, what: string): void {
    if (this.#problems.length < problemsMax) this.#problems.push({ seq, what });
    else this.#problemsLeftOut += 1;
  }
}
