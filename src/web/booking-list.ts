import type { Bookings } from './bookings.js';
import { byId, element } from './dom.js';
import type { EventPlaces } from './event-places.js';

export function showBookings({ all }: Bookings, places: EventPlaces): void {
  byId('bookings-section', HTMLElement).hidden = all.length === 0;
  byId('own-bookings', HTMLUListElement).replaceChildren(
    ...all.map((booking) =>
      element(
        'li',
        { class: 'card', testId: 'own-booking' },
        element('p', { text: places.nameAll(booking) }),
        element('p', { class: 'quiet', text: `${places.money(booking.totalMinor)} · order ${booking.orderRef}` }),
      ),
    ),
  );
}
