import { z } from 'zod';
import { protocolLimits } from '../protocol/limits.js';
import { eventDefaults, type EventConfiguration } from '../seatmap/configuration.js';
import { configurationFault } from '../seatmap/configuration-fault.js';
import type { SeatLayout } from '../seatmap/layout.js';
import { defaultOrganiserId } from '../store/catalogue.js';
import { fault, readRequest } from './problem.js';
import { storableText } from './storable.js';

/** The last moment that ISO 8601 writes with a year of four digits. */
const lastMomentMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** ISO 8601 with an offset, or milliseconds since 1970. */
const moment = z
  .union(
    [
      z.iso.datetime({ offset: true }),
      z.iso.datetime({ offset: true, precision: -1 }),
      z.int().min(0).max(lastMomentMs),
    ],
    'expected a time like 2027-05-01T19:30:00+02:00',
  )
  .transform((given) => (typeof given === 'number' ? given : Date.parse(given)));
const count = z.int().min(1).max(1_000_000);
const currencies = new Set(Intl.supportedValuesOf('currency'));

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 characters A-Z a-z 0-9 _ -');

export const requestSchema = z.object({
  eventId: id.optional(),
  /** Whose event it is: an integrator's token is good for the events of one. */
  organiserId: id.default(defaultOrganiserId),
  name: storableText.trim().min(1).max(200),
  startsAt: moment,
  chartId: z.string().min(1).max(protocolLimits.idLengthMax),
  currency: z.string().refine((code) => currencies.has(code), 'expected a currency of ISO 4217, like EUR'),
  /** In minor units. Fifty seats at the dearest price are still a safe integer. */
  prices: z.record(z.string(), z.int().min(0).max(1e12)),
  onSaleAt: moment.nullish(),
  closesAt: moment.nullish(),
  holdTtlMs: z.int().min(1000).max(7_200_000).default(eventDefaults.holdTtlMs),
  limits: z
    .object({
      seatsPerHold: z.int().min(1).max(protocolLimits.seatsPerHoldMax).default(eventDefaults.seatsPerHoldMax),
      holdsPerHolder: count.default(eventDefaults.holdsPerHolderMax),
      seatsPerHolder: count.default(eventDefaults.seatsPerHolderMax),
      extensionsPerHold: z.int().min(0).max(1_000_000).default(eventDefaults.extensionsPerHoldMax),
    })
    .prefault({}),
  confirmBy: z.enum(['holder', 'server']).default('holder'),
});

/** What `POST /v1/events` asks for, times in milliseconds since 1970. */
export type EventRequest = z.output<typeof requestSchema>;

/** What of a chart matters to an event. */
export interface ChartInUse {
  readonly chartId: string;
  readonly chartVersion: number;
  readonly seatCount: number;
  /** Every category of the chart, in the chart's order. */
  readonly categories: readonly string[];
  /** Categories of the seats in index order, as runs. */
  readonly categoryRuns: readonly (readonly [key: string, seats: number])[];
  readonly areas: readonly { readonly area: string; readonly capacity: number; readonly category: string }[];
  readonly layout: SeatLayout | null;
}

/** @throws Problem 400 with the path of the first fault */
export function readEventRequest(body: unknown): EventRequest {
  const request = readRequest(requestSchema, body);
  const { onSaleAt, closesAt } = request;
  if (typeof closesAt === 'number' && closesAt <= (onSaleAt ?? Number.NEGATIVE_INFINITY)) {
    throw fault('closesAt', 'expected a time after onSaleAt');
  }
  return request;
}

/**
 * What the event's decisions will rest on.
 * @throws Problem 400 where the prices do not fit the chart
 */
export function openEvent(request: EventRequest, chart: ChartInUse): EventConfiguration {
  const prices = new Map(Object.entries(request.prices));
  const used = [...chart.categoryRuns.map(([category]) => category), ...chart.areas.map(({ category }) => category)];
  for (const category of new Set(used)) {
    if (prices.has(category)) continue;
    throw fault('prices', `the price of a category that the chart uses is missing: ${category}`);
  }
  for (const priced of prices.keys()) {
    if (!chart.categories.includes(priced)) throw fault(`prices.${priced}`, 'no such category in the chart');
  }

  const categories = chart.categories.filter((category) => prices.has(category));
  const numberOf = new Map(categories.map((category, number) => [category, number]));
  const configuration: EventConfiguration = {
    chartId: chart.chartId,
    chartVersion: chart.chartVersion,
    seatCount: chart.seatCount,
    currency: request.currency,
    categories,
    pricesMinor: categories.map((category) => prices.get(category) ?? 0),
    seatCategories: chart.categoryRuns.map(([category, seats]) => [numberOf.get(category) ?? 0, seats] as const),
    areas: chart.areas.map(({ area, capacity, category }) => ({
      area,
      capacity,
      category: numberOf.get(category) ?? 0,
    })),
    layout: chart.layout,
    onSaleAtMs: request.onSaleAt ?? null,
    closesAtMs: request.closesAt ?? null,
    holdTtlMs: request.holdTtlMs,
    seatsPerHoldMax: request.limits.seatsPerHold,
    holdsPerHolderMax: request.limits.holdsPerHolder,
    seatsPerHolderMax: request.limits.seatsPerHolder,
    extensionsPerHoldMax: request.limits.extensionsPerHold,
    confirmBy: request.confirmBy,
  };
  // What each request and each chart may say is bounded where it is read; this is about what they come to together.
  const why = configurationFault(configuration);
  if (why !== null) throw fault('chartId', `the chart cannot be sold on these terms: ${why}`);
  return configuration;
}
