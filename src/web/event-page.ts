import { type Chart, connectUsher, type EventDetails, readChart, readEvent, UsherError } from '../client/client.js';
import { AlternativesCard } from './alternatives-card.js';
import { AreaCard } from './area-card.js';
import { showBestForm } from './best-form.js';
import { showBookings } from './booking-list.js';
import { Bookings } from './bookings.js';
import { Checkout } from './checkout.js';
import { showConnection } from './connection-badge.js';
import { byId } from './dom.js';
import { EventPlaces } from './event-places.js';
import { Hall } from './hall.js';
import { HallCanvas } from './hall-canvas.js';
import { HoldCards } from './hold-cards.js';
import { showLegend } from './legend.js';
import { notice } from './notice.js';
import { Outcome } from './outcome.js';
import { OwnHolds } from './own-holds.js';
import { SeatList } from './seat-list.js';
import { Selection } from './selection.js';
import { showSelection } from './selection-card.js';

/** Loads an event and puts its page together. */
export async function openEventPage(eventId: string): Promise<void> {
  byId('all-events', HTMLParagraphElement).hidden = false;
  const [event, chart] = await Promise.all([readEvent('', eventId), readChart('', eventId)]).catch((error: unknown) => {
    throw error instanceof UsherError && error.code === 'unknown_event' ? new Error('There is no such event.') : error;
  });
  byId('event', HTMLElement).hidden = false;
  introduce(event);
  showLegend(event, chart);
  showPlaces(event, chart);
}

function introduce(event: EventDetails): void {
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
  document.title = `${event.name} · Usher`;
  byId('event-name', HTMLHeadingElement).textContent = event.name;
  byId('event-when', HTMLParagraphElement).textContent = when.format(new Date(event.startsAt));
  if (event.closesAt !== undefined && Date.parse(event.closesAt) <= Date.now()) notice('The sale is over.');
  else if (event.onSaleAt !== undefined && Date.parse(event.onSaleAt) > Date.now()) {
    notice(`The sale begins on ${when.format(new Date(event.onSaleAt))}.`);
  }
}

function showPlaces(event: EventDetails, chart: Chart): void {
  const client = connectUsher({ liveUrl: event.liveUrl, sessionsUrl: '/v1/sessions', clientName: 'usher-page' });
  showConnection(client);

  const map = client.subscribe(event.eventId);
  const hall = new Hall(chart);
  const bookings = new Bookings();
  const outcome = new Outcome();
  const selection = new Selection((changed) => {
    canvas.update(changed);
    list.update(changed);
    updateSelection();
  });
  const places = new EventPlaces({ hall, event, chart, map, selection, bookings });
  const alternatives = new AlternativesCard(places, (seats) => held(checkout.holdAlternative(seats)));
  const offer = (offered: readonly (readonly number[])[]) => alternatives.offer(offered);
  const checkout = new Checkout({ event, client, map, places, selection, outcome, offer });
  const ownHolds = new OwnHolds({ event, client, map, places, bookings, outcome });

  const areaCard = new AreaCard(event, chart, places, (area, quantity) => held(checkout.holdArea(area, quantity)));
  const canvas = new HallCanvas(hall, chart.name, places, {
    seatPicked: ({ index }) => checkout.toggle(index),
    areaPicked: (area) => areaCard.choose(area),
    movedTo: (seat) => outcome.announce(places.describe(seat)),
  });
  const list = new SeatList(chart, places, {
    seatPicked: (seat) => checkout.toggle(seat),
    areaPicked: (area) => areaCard.choose(area),
  });
  showBestForm(event, chart, (wish) => held(checkout.holdBest(wish)));
  const updateSelection = showSelection(places, selection, () => held(checkout.holdSelection()));

  const holdCards = new HoldCards(places, {
    extend: (hold) => ownHolds.extend(hold),
    async release(hold, what) {
      await ownHolds.release(hold, what);
      keepFocus(hold.holdId);
    },
    async confirm(hold) {
      await ownHolds.confirm(hold);
      bookingsChanged();
      keepFocus(hold.holdId);
    },
    warn: (text) => outcome.say('bad', text),
  });

  async function held(holding: Promise<string | null>): Promise<void> {
    keepFocus(await holding);
  }

  /** Where what was pressed is gone, the hold that it was about takes the focus. */
  function keepFocus(holdId: string | null): void {
    if (holdId !== null && isFocusLost()) holdCards.focus(holdId);
    if (isFocusLost()) byId('panel', HTMLElement).focus();
  }

  function bookingsChanged(): void {
    const seats = bookings.all.flatMap((booking) => booking.seats);
    showBookings(bookings, places);
    canvas.update(seats);
    list.update(seats);
  }

  let isFirstMap = true;
  map.onChange((change) => {
    // The first map names every seat; nothing of that is news.
    if (isFirstMap) canvas.update(change.seats);
    else canvas.flash(change.seats);
    isFirstMap &&= map.position === null;
    list.update(change.seats);
    alternatives.update(change.seats);
    if (change.areas) {
      areaCard.update();
      list.updateAreas();
    }
    if (change.ownHolds) holdCards.show(map.ownHolds);
  });

  // Anew with each connection, as the answer to a confirm may have been lost with the one before. Without them the page is
  // all there; what is booked is then shown as anybody's.
  client.onConnectionState(({ kind }) => {
    if (kind !== 'live') return;
    void client.myBookings().then(
      (all) => {
        for (const booking of all) if (booking.eventId === event.eventId) bookings.add(booking);
        bookingsChanged();
      },
      () => {},
    );
  });
}

/** What was pressed is gone, or can be pressed no more. */
function isFocusLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.matches(':disabled');
}
