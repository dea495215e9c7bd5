import { Client } from 'pg';
import type { Evidence, StoredEvent } from '../evidence.js';
import type { JournalRow } from '../journal-decoder.js';
import type { BookedSeatRow, BookingRow, EventTables, HeadRow } from '../rules/tables.js';

/** Rows in one answer: some megabytes at most. */
const pageRows = 500;

/** Reads an installation's Postgres with SQL of its own: docs/JOURNAL.md, section 1. */
export class StoredEvents implements Evidence {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(databaseUrl: string): Promise<StoredEvents> {
    const client = new Client({ connectionString: databaseUrl, application_name: 'usher-checker' });
    await client.connect();
    return new StoredEvents(client);
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async eventIds(): Promise<string[]> {
    const { rows } = await this.#client.query<{ event_id: string }>(
      'select event_id from event_head union select event_id from journal order by 1',
    );
    return rows.map((row) => row.event_id);
  }

  async withEvent<T>(eventId: string, read: (event: StoredEvent) => Promise<T>): Promise<T> {
    await this.#client.query('begin isolation level repeatable read read only');
    try {
      return await read({ rows: () => this.#journal(eventId), tables: () => this.#tables(eventId) });
    } finally {
      await this.#client.query('rollback');
    }
  }

  async *#journal(eventId: string): AsyncGenerator<JournalRow, void, undefined> {
    let after = '-1';
    for (;;) {
      const { rows } = await this.#client.query<{ epoch: string; first_seq: string; last_seq: string; blob: Buffer }>(
        `select epoch, first_seq, last_seq, blob from journal
         where event_id = $1 and first_seq > $2 order by first_seq limit ${pageRows}`,
        [eventId, after],
      );
      for (const { epoch, first_seq, last_seq, blob } of rows) {
        yield { epoch: Number(epoch), firstSeq: Number(first_seq), lastSeq: Number(last_seq), blob };
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      after = last.first_seq;
    }
  }

  async #tables(eventId: string): Promise<EventTables> {
    return {
      head: await this.#head(eventId),
      bookings: await this.#bookings(eventId),
      bookedSeats: await this.#bookedSeats(eventId),
    };
  }

  async #head(eventId: string): Promise<HeadRow | null> {
    const { rows } = await this.#client.query<{ epoch: string; seq: string; next_deadline_ms: string | null }>(
      'select epoch, seq, next_deadline_ms from event_head where event_id = $1',
      [eventId],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return { epoch: Number(row.epoch), seq: Number(row.seq), nextDeadlineMs: numberOrNull(row.next_deadline_ms) };
  }

  async #bookings(eventId: string): Promise<BookingRow[]> {
    const { rows } = await this.#client.query<
      Record<string, string> & { seats: number[]; cancelled_at_ms: string | null }
    >(
      `select booking_seq, epoch, hold_epoch, hold_seq, holder_id, command_id, seats, area, quantity, total_minor, currency,
         order_ref, booked_at_ms, cancelled_at_ms
       from booking where event_id = $1 order by booking_seq`,
      [eventId],
    );
    return rows.map((row) => ({
      bookingSeq: Number(row['booking_seq']),
      epoch: Number(row['epoch']),
      holdEpoch: Number(row['hold_epoch']),
      holdSeq: Number(row['hold_seq']),
      holderId: row['holder_id'] ?? '',
      commandId: row['command_id'] ?? '',
      seats: row.seats,
      area: row['area'] ?? null,
      quantity: numberOrNull(row['quantity'] ?? null),
      totalMinor: Number(row['total_minor']),
      currency: row['currency'] ?? '',
      orderRef: row['order_ref'] ?? '',
      bookedAtMs: Number(row['booked_at_ms']),
      cancelledAtMs: numberOrNull(row.cancelled_at_ms),
    }));
  }

  async #bookedSeats(eventId: string): Promise<BookedSeatRow[]> {
    const { rows } = await this.#client.query<{ seat: number; booking_seq: string; cancelled: boolean }>(
      'select seat, booking_seq, cancelled from booked_seat where event_id = $1',
      [eventId],
    );
    return rows.map(({ seat, booking_seq, cancelled }) => ({ seat, bookingSeq: Number(booking_seq), cancelled }));
  }
}

/** `bigint` comes as text. */
function numberOrNull(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}
