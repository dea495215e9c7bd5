import type { OwnBooking } from '../store/own-bookings.js';
import type { Calls } from './calls.js';
import type { Exchange } from './exchange.js';
import { gatewayLimits } from './limits.js';
import type { Request } from './request.js';
import type { RestDoor } from './rest-door.js';

/** A holder's live bookings, newest first, at most `limit`. It may reject, as the store behind it may be out of reach. */
export type BookingsOf = (holderId: string, limit: number) => Promise<readonly OwnBooking[]>;

/** `GET /v1/bookings`: the holder's own, over all events. */
export class BookingsRoute {
  readonly #door: RestDoor;
  readonly #calls: Calls;
  readonly #bookingsOf: BookingsOf;

  constructor(door: RestDoor, calls: Calls, bookingsOf: BookingsOf) {
    this.#door = door;
    this.#calls = calls;
    this.#bookingsOf = bookingsOf;
  }

  handle(request: Request, exchange: Exchange): void {
    const holderId = this.#door.holder(request, exchange);
    const correlation =
      holderId === null ? null : this.#calls.begin({ exchange, holderId, eventId: null, status: 200 });
    if (holderId === null || correlation === null) return;
    this.#calls.waitFor(
      correlation,
      () => this.#bookingsOf(holderId, gatewayLimits.bookingsListedMax),
      (bookings) => this.#calls.answer(correlation, { bookings: bookings.map(shown) }),
    );
  }
}

function shown({ bookedAtMs, ...booking }: OwnBooking): object {
  return { ...booking, bookedAt: new Date(bookedAtMs).toISOString() };
}
