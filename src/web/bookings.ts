import type { ConfirmBody } from '../client/client.js';

export interface Booking extends ConfirmBody {
  readonly orderRef: string;
}

/** What this holder has booked of the event: what the server told when the page was opened, and what was booked since. */
export class Bookings {
  readonly #bookings = new Map<string, Booking>();
  readonly #seats = new Set<number>();

  get all(): readonly Booking[] {
    return [...this.#bookings.values()];
  }

  has(seat: number): boolean {
    return this.#seats.has(seat);
  }

  get seats(): Iterable<number> {
    return this.#seats;
  }

  add(booking: Booking): void {
    this.#bookings.set(booking.bookingId, booking);
    for (const seat of booking.seats) this.#seats.add(seat);
  }
}
