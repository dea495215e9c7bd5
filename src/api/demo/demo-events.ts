import { must } from '../../lib/must.js';
import { type Timers, turnOver } from '../../lib/timers.js';
import type { Catalogue } from '../../store/catalogue.js';
import { readChart } from '../charts/chart.js';
import { storedChartInPieces } from '../charts/served-chart.js';
import { usedBy } from '../event-routes.js';
import { openEvent, readEventRequest } from '../open-event.js';
import { arena } from './arena.js';
import { concertHall } from './concert-hall.js';
import { roundHall } from './round-hall.js';
import { stadium } from './stadium.js';
import type { Venue } from './venue.js';

interface DemoEvent {
  readonly eventId: string;
  /** Another one whenever seats move: charts that events use never change. */
  readonly chartId: string;
  readonly venue: () => Venue;
  readonly name: string;
  readonly startsInDays: number;
  readonly currency: string;
  /** Minor units by category. */
  readonly prices: Readonly<Record<string, number>>;
  readonly limits?: { readonly seatsPerHold: number; readonly seatsPerHolder: number };
}

/** The first one takes place first: it is what the page shows when it is asked for none. */
export const demoEvents: readonly DemoEvent[] = [
  {
    eventId: 'demo',
    chartId: 'demo-concert-hall',
    venue: concertHall,
    name: 'Symphony concert',
    startsInDays: 30,
    currency: 'EUR',
    prices: { premium: 9500, standard: 6500, balcony: 3500, side: 4800, choir: 2900, restricted: 1800 },
  },
  {
    eventId: 'demo-round',
    chartId: 'demo-round-hall',
    venue: roundHall,
    name: 'Last night of the summer',
    startsInDays: 37,
    currency: 'GBP',
    prices: { stalls: 8200, boxes: 9900, second: 6400, circle: 4200, choir: 3600, restricted: 2400, standing: 800 },
    limits: { seatsPerHold: 12, seatsPerHolder: 24 },
  },
  {
    eventId: 'demo-arena',
    chartId: 'demo-arena',
    venue: arena,
    name: 'World tour, night one',
    startsInDays: 44,
    currency: 'USD',
    prices: {
      floor: 12_900,
      lower: 14_900,
      'lower-end': 9900,
      suite: 29_500,
      upper: 7900,
      'upper-end': 5900,
      restricted: 4500,
    },
    limits: { seatsPerHold: 8, seatsPerHolder: 8 },
  },
  {
    eventId: 'demo-stadium',
    chartId: 'demo-stadium',
    venue: stadium,
    name: 'Cup final',
    startsInDays: 51,
    currency: 'EUR',
    prices: { club: 24_000, first: 13_500, second: 9500, third: 6500, fourth: 3900, family: 2900 },
    limits: { seatsPerHold: 6, seatsPerHolder: 12 },
  },
];

const dayMs = 24 * 3600 * 1000;
/** Half past seven, in UTC. */
const eveningMs = 19.5 * 3600 * 1000;

/**
 * Creates the demo venues and an event in each, on sale at once, where they are missing. Safe when several processes do so.
 *
 * @param timers others have their turn in between: the largest chart is worth some tenths of a second
 */
export async function createDemoEvents(catalogue: Catalogue, nowMs: number, timers: Timers): Promise<void> {
  for (const demo of demoEvents) await createDemoEvent(demo, catalogue, nowMs, timers);
}

async function createDemoEvent(demo: DemoEvent, catalogue: Catalogue, nowMs: number, timers: Timers): Promise<void> {
  const { eventId, chartId, venue, name, currency, prices, limits } = demo;
  if ((await catalogue.event(eventId)) !== null) return;

  const checked = readChart(venue());
  const made = await storedChartInPieces(chartId, checked, () => turnOver(timers));
  const isNew = await catalogue.insertChart(made, null);
  const chart = isNew
    ? usedBy(made, checked.chart)
    : usedBy(must(await catalogue.chart(chartId), 'the chart that was there'));

  const startsAt = Math.floor(nowMs / dayMs + demo.startsInDays) * dayMs + eveningMs;
  const request = readEventRequest({ name, startsAt, chartId, currency, prices, ...(limits && { limits }) });
  const configuration = openEvent(request, chart);
  await catalogue.insertEvent({ eventId, name, startsAtMs: startsAt, configuration }, null);
}
