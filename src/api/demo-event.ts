import type { Catalogue } from '../store/catalogue.js';
import { numbered, readChart } from './chart.js';
import { demoHall } from './demo-hall.js';
import { usedBy } from './event-routes.js';
import { openEvent, readEventRequest } from './open-event.js';

const eventId = 'demo';
const chartId = 'demo-hall';
const chartVersion = 1;
const startsInMs = 30 * 24 * 3600 * 1000;
const hourMs = 3600 * 1000;

/** Creates the demo hall and an event in it, on sale at once, where they are missing. Safe when several processes do so. */
export async function createDemoEvent(catalogue: Catalogue, nowMs: number): Promise<void> {
  if ((await catalogue.event(eventId)) !== null) return;

  const { chart, seatCount } = readChart(demoHall());
  const row = {
    chartId,
    chartVersion,
    name: chart.name,
    seatCount,
    body: JSON.stringify(numbered(chart, chartVersion)),
  };
  await catalogue.insertChart(row, null);
  const request = readEventRequest({
    name: 'A night at the demo hall',
    startsAt: Math.ceil((nowMs + startsInMs) / hourMs) * hourMs,
    chartId,
    currency: 'EUR',
    prices: { premium: 9500, standard: 6500, balcony: 3500 },
  });
  const configuration = openEvent(request, usedBy(row));
  await catalogue.insertEvent({ eventId, name: request.name, startsAtMs: request.startsAt, configuration }, null);
}
