import { connectUsher } from '../client/client.js';
import { showBookings } from './booking-list.js';
import { browserPlatform, browserRandom } from './browser-platform.js';
import { type Chart, type EventDetails, firstEventId, loadChart, loadEvent } from './catalogue.js';
import { Checkout } from './checkout.js';
import { showConnection } from './connection-badge.js';
import { byId } from './dom.js';
import { EventSeats } from './event-seats.js';
import { Hall } from './hall.js';
import { HallCanvas } from './hall-canvas.js';
import { HoldCards } from './hold-cards.js';
import { showLegend } from './legend.js';
import { Outcome } from './outcome.js';
import { OwnBookings } from './own-bookings.js';
import { SeatList } from './seat-list.js';
import { Selection } from './selection.js';
import { showSelection } from './selection-card.js';

/** Loads the event that the address names (`?event=demo`), else the first there is, and puts the page together. */
async function open(): Promise<void> {
  const eventId = new URLSearchParams(location.search).get('event') ?? (await firstEventId());
  if (eventId === null) return notice('There is no event yet.');
  const [event, chart] = await Promise.all([loadEvent(eventId), loadChart(eventId)]);
  introduce(event);
  showLegend(event, chart);
  showSeats(event, chart);
}

function introduce(event: EventDetails): void {
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
  document.title = `${event.name} · Usher`;
  byId('event-name', HTMLHeadingElement).textContent = event.name;
  byId('event-when', HTMLParagraphElement).textContent = when.format(new Date(event.startsAt));
  if (event.onSaleAt !== undefined && new Date(event.onSaleAt).getTime() > Date.now()) {
    notice(`The sale begins on ${when.format(new Date(event.onSaleAt))}.`);
  }
}

function showSeats(event: EventDetails, chart: Chart): void {
  const client = connectUsher({
    liveUrl: event.liveUrl,
    sessionsUrl: '/v1/sessions',
    platform: browserPlatform(),
    clientName: 'usher-page',
  });
  showConnection(client);

  const map = client.subscribe(event.eventId);
  const selection = new Selection();
  const bookings = new OwnBookings(event.eventId);
  const outcome = new Outcome();
  const seats = new EventSeats(new Hall(chart), event, chart, map, selection, bookings);
  const checkout = new Checkout({ event, client, map, seats, selection, bookings, outcome, random: browserRandom });

  const canvas = new HallCanvas(seats.hall, chart.name, seats);
  canvas.onPick(({ index }) => checkout.toggle(index));
  canvas.onMove((seat) => outcome.announce(seats.describe(seat)));
  const list = new SeatList(chart.sections, seats, (seat) => checkout.toggle(seat));

  const panel = byId('panel', HTMLElement);
  const holdCards = new HoldCards(seats, {
    extend: (hold) => checkout.extend(hold),
    async release(hold) {
      await checkout.release(hold);
      keepFocusIn(panel);
    },
    async confirm(hold) {
      await checkout.confirm(hold);
      showBookings(bookings.all, seats);
      canvas.draw();
      list.updateAll();
      keepFocusIn(panel);
    },
    warn: (text) => outcome.say('bad', text),
  });
  showSelection(seats, selection, async () => {
    const holdId = await checkout.hold();
    if (holdId !== null && isFocusLost()) holdCards.focus(holdId);
  });
  showBookings(bookings.all, seats);

  let isFirstMap = true;
  map.onChange((change) => {
    // The first map names every seat; nothing of that is news.
    if (isFirstMap) canvas.draw();
    else canvas.flash(change.seats);
    isFirstMap &&= map.position === null;
    list.update(change.seats);
    if (change.ownHolds) holdCards.show(map.ownHolds);
  });
  selection.onChange(() => {
    canvas.draw();
    list.updateAll();
  });
}

/** What was pressed is gone, or can be pressed no more. */
function isFocusLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.matches(':disabled');
}

function keepFocusIn(place: HTMLElement): void {
  if (isFocusLost()) place.focus();
}

function notice(text: string): void {
  const line = byId('notice', HTMLParagraphElement);
  line.hidden = false;
  line.textContent = text;
}

open().catch((error: unknown) => {
  notice(`This event cannot be shown. ${error instanceof Error ? error.message : String(error)}`);
});
