import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { areaSchema, color, seatSchema } from '../charts/chart.js';
import { requestSchema as eventRequestSchema } from '../open-event.js';
import { eventIdSchema } from '../../protocol/rest.js';
import { json, problems } from './answers.js';
import { idempotencyKey } from './live-paths.js';

const eventId = eventIdSchema.meta({ example: 'demo' });
const count = z.int().min(0);

const eventSchema = z
  .object({
    eventId: eventIdSchema,
    name: z.string(),
    startsAt: z.iso.datetime(),
    onSaleAt: z.iso.datetime().optional(),
    closesAt: z.iso.datetime().optional(),
    chartId: z.string(),
    chartVersion: z.int().min(1),
    seatCount: count,
    currency: z.string().length(3),
    prices: z.record(z.string(), count).meta({ description: 'Minor units by category' }),
    holdTtlMs: z.int().min(1),
    limits: z.object({ seatsPerHold: count, holdsPerHolder: count, seatsPerHolder: count, extensionsPerHold: count }),
    confirmBy: z.enum(['holder', 'server']),
    liveUrl: z.url().meta({ description: 'The WebSocket' }),
  })
  .meta({ id: 'Event' });

const chartParts = {
  name: z.string(),
  size: z.object({ width: z.number(), height: z.number() }),
  categories: z.array(z.object({ key: z.string(), name: z.string(), color })),
  areas: z.array(areaSchema).default([]).meta({ description: 'General admission: places without numbers' }),
  focalPoint: z
    .object({ x: z.number(), y: z.number() })
    .optional()
    .meta({ description: 'What the best seats are near, as a rule the best place of the house' }),
  drawing: z.unknown().optional().meta({ description: 'What to draw besides: stage, walls, words' }),
};
const sectionsOf = (seat: z.ZodType) =>
  z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      rows: z.array(z.object({ label: z.string(), seats: z.array(seat) })),
    }),
  );
const givenChartSchema = z
  .object({ ...chartParts, sections: sectionsOf(seatSchema) })
  .meta({ id: 'Chart', description: 'Format `usher`. Seats are numbered in document order: section, row, seat' });
const servedChartSchema = z
  .object({ chartVersion: z.int().min(1), ...chartParts, sections: sectionsOf(seatSchema.extend({ index: count })) })
  .meta({ id: 'ServedChart' });

const chartRequestSchema = z.union([
  z.object({ format: z.literal('usher'), chart: givenChartSchema }),
  z.object({
    format: z.literal('pretix'),
    chart: z.looseObject({}).meta({ description: 'A seating plan of pretix, as its editor saves it' }),
  }),
]);
const madeChartSchema = z.object({
  chartId: z.string(),
  chartVersion: z.int().min(1),
  seatCount: count,
  areaCount: count,
  warnings: z.array(z.string()).meta({ description: 'What is odd but can be sold' }),
});

const adminWrite = {
  tags: ['Operators'],
  security: [{ admin: [] }],
  requestParams: { header: z.object({ 'Idempotency-Key': idempotencyKey }) },
};
const writeProblems = problems(
  'bad_frame',
  'unauthorized',
  'idempotency_mismatch',
  'limit_exceeded',
  'unsupported_media_type',
  'busy',
  'unavailable',
);

/** The web port's side of section 5 of the protocol page. */
export const webPaths: ZodOpenApiPathsObject = {
  '/v1/events': {
    get: {
      operationId: 'listEvents',
      summary: 'Events, in the order in which they take place',
      tags: ['Events'],
      security: [],
      responses: { 200: json('Events', z.looseObject({ events: z.array(eventSchema) })), ...problems('unavailable') },
    },
    post: {
      operationId: 'createEvent',
      summary: 'A new event in a chart',
      ...adminWrite,
      requestBody: { required: true, content: { 'application/json': { schema: eventRequestSchema } } },
      responses: {
        201: json('Created', z.object({ eventId: eventIdSchema })),
        ...writeProblems,
        ...problems('unknown_chart', 'event_exists'),
      },
    },
  },
  '/v1/events/{eventId}': {
    get: {
      operationId: 'readEvent',
      summary: 'One event',
      tags: ['Events'],
      security: [],
      requestParams: { path: z.object({ eventId }) },
      responses: { 200: json('The event', eventSchema), ...problems('unknown_event', 'unavailable') },
    },
  },
  '/v1/events/{eventId}/chart': {
    get: {
      operationId: 'readChart',
      summary: 'The chart that the event takes place in; it never changes for its chartVersion',
      tags: ['Events'],
      security: [],
      requestParams: { path: z.object({ eventId }) },
      responses: {
        200: json('The chart, each seat with its index', servedChartSchema),
        304: { description: 'The chart is the one of the ETag sent' },
        ...problems('unknown_event', 'unavailable'),
      },
    },
  },
  '/v1/charts': {
    post: {
      operationId: 'createChart',
      summary: 'A new chart',
      ...adminWrite,
      requestBody: { required: true, content: { 'application/json': { schema: chartRequestSchema } } },
      responses: { 201: json('Created', madeChartSchema), ...writeProblems },
    },
  },
};
