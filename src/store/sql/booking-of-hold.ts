import type { Statement } from '../queryable.js';
import type { BookingIdRow } from './rows.js';

/** $1 event id, $2 holder id, $3 seq of the hold. */
export const bookingOfHold: Statement<BookingIdRow> = {
  name: 'booking-of-hold',
  text: 'select epoch, booking_seq from booking where event_id = $1 and holder_id = $2 and hold_seq = $3',
};
