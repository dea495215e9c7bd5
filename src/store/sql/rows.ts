/** Rows that several statements give. `bigint` travels as text. */

export interface EventIdRow {
  readonly event_id: string;
}

export interface JournalRow {
  readonly epoch: string;
  readonly first_seq: string;
  readonly last_seq: string;
  readonly blob: Buffer;
}

export interface BookingIdRow {
  readonly epoch: string;
  readonly booking_seq: string;
}
