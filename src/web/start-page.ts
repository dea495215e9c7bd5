import { type EventDetails, listEvents } from '../client/client.js';
import { byId, element } from './dom.js';
import { formatMoney } from './money.js';
import { notice } from './notice.js';

/** All events: what, when, from which price, how large. */
export async function openStartPage(): Promise<void> {
  byId('start', HTMLElement).hidden = false;
  const events = await listEvents('');
  byId('events-loading', HTMLParagraphElement).hidden = true;
  if (events.length === 0) notice('There is no event yet.');
  byId('events', HTMLUListElement).append(...events.map(card));
}

function card(event: EventDetails): HTMLLIElement {
  const starts = new Date(event.startsAt);
  const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
  const when = element('time', {
    class: 'quiet',
    text: `${day.format(starts)}, ${time.format(starts)}`,
    attributes: { datetime: event.startsAt },
  });
  const prices = Object.values(event.prices);
  const price = prices.length === 0 ? '' : `from ${formatMoney(Math.min(...prices), event.currency)}`;
  const link = element('a', {
    text: event.name,
    testId: `event-${event.eventId}`,
    attributes: { href: `?event=${encodeURIComponent(event.eventId)}` },
  });
  return element(
    'li',
    { class: 'card event', testId: 'event-card' },
    element('h3', {}, link),
    when,
    element(
      'p',
      { class: 'facts' },
      element('span', { class: 'price', text: price }),
      element('span', { class: 'quiet', text: size(event) }),
    ),
    ...saleNote(event).map((text) => element('p', { class: 'quiet', text })),
  );
}

function size({ seatCount }: EventDetails): string {
  return seatCount === 0 ? 'Standing' : `${seatCount.toLocaleString()} seats`;
}

function saleNote({ onSaleAt, closesAt }: EventDetails): string[] {
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  if (closesAt !== undefined && Date.parse(closesAt) <= Date.now()) return ['The sale is over.'];
  if (onSaleAt === undefined || Date.parse(onSaleAt) <= Date.now()) return [];
  return [`The sale begins on ${when.format(new Date(onSaleAt))}.`];
}
