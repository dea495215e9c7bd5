import { byId, element } from './dom.js';
import type { EventSeats } from './event-seats.js';
import type { OwnBooking } from './own-bookings.js';

export function showBookings(bookings: readonly OwnBooking[], seats: EventSeats): void {
  byId('bookings-section', HTMLElement).hidden = bookings.length === 0;
  byId('own-bookings', HTMLUListElement).replaceChildren(
    ...bookings.map((booking) =>
      element(
        'li',
        { class: 'card', testId: 'own-booking' },
        element('p', { text: booking.seats.map((seat) => seats.name(seat)).join(', ') }),
        element('p', { class: 'quiet', text: `${seats.money(booking.totalMinor)} · order ${booking.orderRef}` }),
      ),
    ),
  );
}
