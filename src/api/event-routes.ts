import type { FastifyInstance, FastifyRequest } from 'fastify';
import { turnOver } from '../lib/timers.js';
import { isId } from '../protocol/field.js';
import type { ChartRow, EventRow } from '../store/catalogue.js';
import type { Chart } from './charts/chart.js';
import { type ChartRoutesOptions, sendChart } from './charts/chart-routes.js';
import { categoryRuns, layoutOf } from './charts/layout-of.js';
import { pageOf } from './event-page.js';
import { answerOnce } from './idempotency.js';
import { liveAddress, type LiveAddressOptions } from './live-address.js';
import { type ChartInUse, openEvent, readEventRequest } from './open-event.js';
import { Problem } from './problem.js';
import { publicEvent, type PublicEvent } from './public-event.js';
import type { Remembered } from './remembered.js';

export interface EventRoutesOptions extends ChartRoutesOptions {
  readonly live: LiveAddressOptions;
  /** By event id. */
  readonly events: Remembered<EventRow>;
  readonly lists: Remembered<readonly EventRow[]>;
}

interface EventRoute {
  Params: { eventId: string };
}

const eventIdLength = 12;
const eventsListedMax = 1000;

/** `GET /v1/events`, `GET /v1/events/{eventId}` and its chart, `POST /v1/events`. */
export function addEventRoutes(server: FastifyInstance, options: EventRoutesOptions): void {
  const { catalogue, live, events, lists } = options;

  const shown = (row: EventRow, request: FastifyRequest): PublicEvent =>
    publicEvent(row, liveAddress(live, request.headers.host ?? '', request.protocol === 'https').socketUrl);
  const find = async (eventId: string): Promise<EventRow> => {
    const row = isId(eventId) ? await events.get(eventId, () => catalogue.event(eventId)) : null;
    if (row !== null) return row;
    throw new Problem('unknown_event', `Cannot show the event as there is none: eventId is ${eventId}`);
  };

  server.get('/v1/events', (request) =>
    lists
      .get('', () => catalogue.events(eventsListedMax))
      .then((rows) => pageOf(rows ?? [], request.query))
      .then(({ events: rows, ...rest }) => ({ events: rows.map((row) => shown(row, request)), ...rest })),
  );

  server.get<EventRoute>('/v1/events/:eventId', (request) =>
    find(request.params.eventId).then((row) => shown(row, request)),
  );

  server.get<EventRoute>('/v1/events/:eventId/chart', async (request, reply) =>
    sendChart(reply, options, await find(request.params.eventId)),
  );

  server.post('/v1/events', { onRequest: options.requireAdmin }, async (request, reply) => {
    const made = await answerOnce(options.answers, request, async (toKeep) => {
      const asked = readEventRequest(request.body);
      const configuration = openEvent(asked, await chartInUse(options, asked.chartId));
      const eventId = asked.eventId ?? options.random.id(eventIdLength);
      const { organiserId, name, startsAt: startsAtMs } = asked;
      const event = { eventId, organiserId, name, startsAtMs, configuration };
      return (await catalogue.insertEvent(event, await toKeep({ eventId }))) ? { eventId } : null;
    });
    if (made === null)
      throw new Problem('event_exists', 'Cannot create the event as its eventId is in use: choose another');
    lists.forgetAll();
    return reply.code(201).send(made);
  });
}

/** A large chart takes a tenth of a second to read and to lay out: others have their turn in between. */
async function chartInUse({ catalogue, timers }: EventRoutesOptions, chartId: string): Promise<ChartInUse> {
  const row = await catalogue.chart(chartId);
  if (row === null) {
    throw new Problem('unknown_chart', `Cannot create the event as there is no such chart: chartId is ${chartId}`);
  }
  const chart = parsed(row);
  await turnOver(timers);
  return usedBy(row, chart);
}

/** What of a stored chart matters to an event. */
export function usedBy(row: ChartRow, chart: Chart = parsed(row)): ChartInUse {
  return {
    chartId: row.chartId,
    chartVersion: row.chartVersion,
    seatCount: row.seatCount,
    categories: chart.categories.map((category) => category.key),
    categoryRuns: categoryRuns(chart),
    areas: chart.areas,
    layout: layoutOf(chart),
  };
}

/** What was stored was checked when it came. */
function parsed(row: ChartRow): Chart {
  return JSON.parse(row.body) as Chart;
}
