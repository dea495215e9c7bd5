import type { ConfirmBody } from '../protocol/down.js';
import { isId, isListOf, isMap, isText, isWhole } from '../protocol/field.js';

export interface OwnBooking extends ConfirmBody {
  readonly orderRef: string;
}

/** What was booked on this page, kept over reloads. Only for show: what is booked is for the server to say. */
export class OwnBookings {
  readonly #key: string;
  #bookings: readonly OwnBooking[];

  constructor(eventId: string) {
    this.#key = `usher.bookings.${eventId}`;
    this.#bookings = load(this.#key);
  }

  get all(): readonly OwnBooking[] {
    return this.#bookings;
  }

  has(seat: number): boolean {
    return this.#bookings.some(({ seats }) => seats.includes(seat));
  }

  add(booking: OwnBooking): void {
    this.#bookings = [...this.#bookings.filter(({ bookingId }) => bookingId !== booking.bookingId), booking];
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#bookings));
    } catch {
      // Then they are shown until the page is closed.
    }
  }
}

function load(key: string): readonly OwnBooking[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return isListOf(kept, isOwnBooking) ? kept : [];
  } catch {
    return [];
  }
}

function isOwnBooking(value: unknown): value is OwnBooking {
  return (
    isMap(value) &&
    isId(value['bookingId']) &&
    isListOf(value['seats'], isWhole) &&
    isWhole(value['totalMinor']) &&
    isText(value['currency']) &&
    isText(value['orderRef'])
  );
}
