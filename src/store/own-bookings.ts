import { bookingIdOf } from '../seatmap/ids.js';
import { fromInt8 } from './int8.js';
import { execute, type Queryable } from './queryable.js';
import { type OwnBookingRow, ownBookings } from './sql/own-bookings.js';

/** A live booking, as its holder is told of it. */
export interface OwnBooking {
  readonly bookingId: string;
  readonly eventId: string;
  /** Empty for a booking of places. */
  readonly seats: readonly number[];
  /** Of a booking of places, with the quantity. */
  readonly area?: string;
  readonly quantity?: number;
  readonly totalMinor: number;
  readonly currency: string;
  readonly orderRef: string;
  readonly bookedAtMs: number;
}

/** What holders have booked, over all events: read from the table that every append keeps equal to the journal (I13). */
export class OwnBookings {
  readonly #connection: Queryable;

  constructor(connection: Queryable) {
    this.#connection = connection;
  }

  /** The holder's live bookings, newest first, at most `limit`. */
  async of(holderId: string, limit: number): Promise<OwnBooking[]> {
    const { rows } = await execute(this.#connection, ownBookings, [holderId, limit]);
    return rows.map(ownBooking);
  }
}

function ownBooking(row: OwnBookingRow): OwnBooking {
  return {
    bookingId: bookingIdOf(fromInt8(row.epoch), fromInt8(row.booking_seq)),
    eventId: row.event_id,
    seats: row.seats,
    ...(row.area === null || row.quantity === null ? {} : { area: row.area, quantity: row.quantity }),
    totalMinor: fromInt8(row.total_minor),
    currency: row.currency,
    orderRef: row.order_ref,
    bookedAtMs: fromInt8(row.booked_at_ms),
  };
}
