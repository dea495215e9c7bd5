import type { BookingRecord, EventTables, JournalAudit } from '../journal/audit.js';
import type { StoredBatch } from '../journal/port.js';
import { must } from '../lib/must.js';
import { fromInt8 } from './int8.js';
import { storedBatch } from './journal-rows.js';
import { execute, type Queryable } from './queryable.js';
import { type EventTablesRow, eventTables } from './sql/event-tables.js';
import { journalPage } from './sql/journal-page.js';
import { journalledEvents } from './sql/journalled-events.js';

/** Rows in one answer: some megabytes at most. */
const pageBatches = 50;

/**
 * Reads beside the traffic. No transaction is held open over the pages: it would keep Postgres from tidying the heads that
 * every append updates.
 */
export class PostgresJournalAudit implements JournalAudit {
  constructor(private readonly connection: Queryable) {}

  async eventIds(): Promise<readonly string[]> {
    const { rows } = await execute(this.connection, journalledEvents, []);
    return rows.map((row) => row.event_id);
  }

  async tables(eventId: string): Promise<EventTables> {
    const { rows } = await execute(this.connection, eventTables, [eventId]);
    const first = must(rows[0], 'a row for every event asked for');
    const strays = rows.filter((row) => row.booking_seq === null && row.seats_booking_seq !== null);
    return {
      head:
        first.head_epoch === null || first.head_seq === null
          ? null
          : { epoch: fromInt8(first.head_epoch), seq: fromInt8(first.head_seq) },
      tailSeq: first.tail_seq === null ? 0 : fromInt8(first.tail_seq),
      bookings: rows.flatMap((row) => (row.booking_seq === null ? [] : [bookingRecord(row, row.booking_seq)])),
      strayBookingSeqs: strays.map((row) => fromInt8(must(row.seats_booking_seq, 'seats_booking_seq'))),
    };
  }

  async *history(eventId: string, untilSeq: number): AsyncGenerator<StoredBatch, void, undefined> {
    let afterFirstSeq = -1;
    for (;;) {
      const values = [eventId, afterFirstSeq, untilSeq, pageBatches];
      const { rows } = await execute(this.connection, journalPage, values);
      const page = rows.map(storedBatch);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageBatches) return;
      afterFirstSeq = last.firstSeq;
    }
  }
}

function bookingRecord(row: EventTablesRow, bookingSeq: string): BookingRecord {
  return {
    bookingSeq: fromInt8(bookingSeq),
    epoch: fromInt8(row.epoch),
    holdEpoch: fromInt8(row.hold_epoch),
    holdSeq: fromInt8(row.hold_seq),
    holderId: row.holder_id,
    commandId: row.command_id,
    seats: row.seats,
    area: row.area,
    quantity: row.quantity,
    totalMinor: fromInt8(row.total_minor),
    currency: row.currency,
    orderRef: row.order_ref,
    bookedAtMs: fromInt8(row.booked_at_ms),
    cancelledAtMs: row.cancelled_at_ms === null ? null : fromInt8(row.cancelled_at_ms),
    liveSeats: row.live_seats ?? [],
    cancelledSeats: row.cancelled_seats ?? [],
  };
}
