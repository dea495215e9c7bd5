import { formatWritten } from '../journal/entry-format.js';
import {
  type AppendOutcome,
  type Claim,
  type JournalStore,
  type SealedBatch,
  StatementFailed,
  type StoredBatch,
  type StoredBooking,
  type StoredSnapshot,
} from '../journal/port.js';
import { must } from '../lib/must.js';
import { fromInt8 } from './int8.js';
import { appendValues, storedBatch } from './journal-rows.js';
import { execute, type Queryable, type Result, type Statement } from './queryable.js';
import { appendBatches } from './sql/append-batches.js';
import { batchAt } from './sql/batch-at.js';
import { batchesAfter } from './sql/batches-after.js';
import { bookingOfCommand } from './sql/booking-of-command.js';
import { bookingOfHold } from './sql/booking-of-hold.js';
import { claimEvent } from './sql/claim-event.js';
import { dueEvents } from './sql/due-events.js';
import { epochsOf } from './sql/epochs-of.js';
import { existingEvents } from './sql/existing-events.js';
import { readSnapshot } from './sql/read-snapshot.js';
import { restEvent } from './sql/rest-event.js';
import type { BookingIdRow } from './sql/rows.js';
import { saveSnapshot } from './sql/save-snapshot.js';
import { storeError } from './sqlstate.js';

/**
 * The journal in Postgres. Every method is one autocommit statement at the isolation level "read committed".
 *
 * @throws StatementFailed Postgres refused the statement: nothing was committed
 * @throws any other error: the outcome is unknown (sqlstate.ts)
 */
export class PostgresJournalStore implements JournalStore {
  constructor(
    /** For appends alone, so that they never wait behind a long read. */
    private readonly appendClient: Queryable,
    /** For everything else. */
    private readonly reads: Queryable,
  ) {}

  async append(batches: readonly SealedBatch[]): Promise<readonly AppendOutcome[]> {
    if (batches.length === 0) return [];
    const values = appendValues(inLockOrder(batches));
    const { rows } = await this.#run(this.appendClient, appendBatches, values, 'append to the journal');
    return rows.map((row) => ({
      eventId: row.event_id,
      appended: row.appended,
      epoch: fromInt8(row.epoch),
      seq: fromInt8(row.seq),
    }));
  }

  async claim(eventId: string, claimant: string, mayTakeOver: boolean, writes = formatWritten): Promise<Claim> {
    const { rows } = await this.#run(
      this.reads,
      claimEvent,
      [eventId, claimant, mayTakeOver, writes],
      'claim an event',
    );
    const row = must(rows[0], 'the row that says what became of the claim');
    switch (row.outcome) {
      case 'granted': {
        const { epoch, seq, rested } = row;
        return { kind: 'granted', grant: { epoch: fromInt8(epoch), seq: fromInt8(seq), rested } };
      }
      case 'unknown_event':
        return { kind: 'unknownEvent' };
      case 'owned':
        return { kind: 'owned', owner: row.owner };
      case 'run_out':
        return { kind: 'runOut', owner: row.owner };
      case 'unreadable':
        return { kind: 'unreadable', format: row.journal_format, reader: row.owner };
      case 'no_lease':
        throw new StatementFailed(
          `Cannot claim an event as its claimant has no lease, or has a successor: claimant is ${claimant}`,
          false,
        );
    }
  }

  async epochsOf(eventIds: readonly string[], owner: string): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.#run(this.reads, epochsOf, [eventIds, owner], 'look which events are ours');
    return new Map(rows.map((row) => [row.event_id, fromInt8(row.epoch)]));
  }

  async rest(eventId: string, epoch: number, seq: number, next: string | null): Promise<boolean> {
    const values = [eventId, epoch, seq, next ?? ''];
    const { rowCount } = await this.#run(this.reads, restEvent, values, 'put an event to rest');
    return rowCount === 1;
  }

  async saveSnapshot(eventId: string, { epoch, seq, body }: StoredSnapshot): Promise<boolean> {
    const { rowCount } = await this.#run(this.reads, saveSnapshot, [eventId, epoch, seq, body], 'save a snapshot');
    return rowCount === 1;
  }

  async snapshot(eventId: string): Promise<StoredSnapshot | null> {
    const { rows } = await this.#run(this.reads, readSnapshot, [eventId], 'read a snapshot');
    const [row] = rows;
    return row === undefined ? null : { epoch: fromInt8(row.epoch), seq: fromInt8(row.seq), body: row.body };
  }

  async batches(eventId: string, afterSeq: number): Promise<readonly StoredBatch[]> {
    const { rows } = await this.#run(this.reads, batchesAfter, [eventId, afterSeq], 'read the journal');
    return rows.map(storedBatch);
  }

  async batchAt(eventId: string, seq: number): Promise<StoredBatch | null> {
    const { rows } = await this.#run(this.reads, batchAt, [eventId, seq], 'read the journal');
    const [row] = rows;
    if (row === undefined) return null;
    const batch = storedBatch(row);
    return batch.lastSeq < seq ? null : batch;
  }

  bookingOfHold(eventId: string, holderId: string, holdSeq: number): Promise<StoredBooking | null> {
    return this.#booking(bookingOfHold, [eventId, holderId, holdSeq]);
  }

  bookingOfCommand(eventId: string, holderId: string, commandId: string): Promise<StoredBooking | null> {
    return this.#booking(bookingOfCommand, [eventId, holderId, commandId]);
  }

  async existing(eventIds: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.#run(this.reads, existingEvents, [eventIds], 'look up events');
    return rows.map((row) => row.event_id);
  }

  async due(untilMs: number, limit: number, owner: string): Promise<readonly string[]> {
    const { rows } = await this.#run(this.reads, dueEvents, [untilMs, limit, owner], 'look for due events');
    return rows.map((row) => row.event_id);
  }

  async #booking(statement: Statement<BookingIdRow>, values: unknown[]): Promise<StoredBooking | null> {
    const { rows } = await this.#run(this.reads, statement, values, 'look up a booking');
    const [row] = rows;
    return row === undefined ? null : { bookingEpoch: fromInt8(row.epoch), bookingSeq: fromInt8(row.booking_seq) };
  }

  async #run<Row>(
    connection: Queryable,
    statement: Statement<Row>,
    values: unknown[],
    doing: string,
  ): Promise<Result<Row>> {
    try {
      return await execute(connection, statement, values);
    } catch (error) {
      throw storeError(error, doing);
    }
  }
}

/** Ascending by id, so that two statements that share events lock their heads in the same order. */
function inLockOrder(batches: readonly SealedBatch[]): readonly SealedBatch[] {
  if (batches.length === 1) return batches;
  const ordered = batches.toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
  for (let index = 1; index < ordered.length; index += 1) {
    const eventId = ordered[index]?.eventId;
    if (eventId === ordered[index - 1]?.eventId) {
      throw new StatementFailed(`Cannot append two batches of one event at once: eventId is ${eventId}`, false);
    }
  }
  return ordered;
}
