import type { Statement } from '../queryable.js';

/** $1 holder id, $2 limit. Newest first: the index booking_of_holder, read backwards. */
export const ownBookings: Statement<OwnBookingRow> = {
  name: 'own-bookings',
  text: `
    select epoch, booking_seq, event_id, seats, area, quantity, total_minor, currency, order_ref, booked_at_ms
    from booking
    where holder_id = $1 and cancelled_at_ms is null
    order by booked_at_ms desc, event_id, booking_seq desc
    limit $2`,
};

export interface OwnBookingRow {
  readonly epoch: string;
  readonly booking_seq: string;
  readonly event_id: string;
  readonly seats: number[];
  /** Null, with the quantity: a booking of seats. */
  readonly area: string | null;
  readonly quantity: number | null;
  readonly total_minor: string;
  readonly currency: string;
  readonly order_ref: string;
  readonly booked_at_ms: string;
}
