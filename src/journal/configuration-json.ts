import { z } from 'zod';
import type { EventConfiguration } from '../seatmap/configuration.js';

const count = z.int().min(0);
const moment = count.nullable();

/** Keys that a later release added stay where they are. */
const schema: z.ZodType<EventConfiguration> = z.looseObject({
  chartId: z.string(),
  chartVersion: count,
  seatCount: count,
  currency: z.string(),
  categories: z.array(z.string()),
  pricesMinor: z.array(count),
  seatCategories: z.array(z.tuple([count, count])),
  onSaleAtMs: moment,
  closesAtMs: moment,
  holdTtlMs: count,
  seatsPerHoldMax: count,
  holdsPerHolderMax: count,
  seatsPerHolderMax: count,
  extensionsPerHoldMax: count,
  confirmBy: z.enum(['holder', 'server']),
});

/** @throws where the text is no JSON or not of an event's configuration's shape */
export function parseConfiguration(json: string): EventConfiguration {
  return schema.parse(JSON.parse(json));
}
