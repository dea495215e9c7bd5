import type { BookingRow, StoredBatch } from './port.js';

/** What the tables say about one event, all at one moment. The journal up to `seq` never changes after it. */
export interface EventTables {
  /** Null: the event has no head. */
  readonly head: { readonly epoch: number; readonly seq: number } | null;
  /** The last seq in the journal, 0 where it is empty. */
  readonly tailSeq: number;
  /** In the order of `bookingSeq`. */
  readonly bookings: readonly BookingRecord[];
  /** Bookings that have rows in booked_seat and none in booking. */
  readonly strayBookingSeqs: readonly number[];
}

/** A booking as the tables hold it. */
export interface BookingRecord extends BookingRow {
  readonly epoch: number;
  /** Of booked_seat, ascending. */
  readonly liveSeats: readonly number[];
  readonly cancelledSeats: readonly number[];
}

/** Reading of the journal for `usher journal`: whole events, whatever state they are in. */
export interface JournalAudit {
  /** Every id with a head, a journal or a booking, in order. */
  eventIds(): Promise<readonly string[]>;
  tables(eventId: string): Promise<EventTables>;
  /** All batches that begin at or before `untilSeq`, in order, a page at a time. */
  history(eventId: string, untilSeq: number): AsyncIterable<StoredBatch>;
}
