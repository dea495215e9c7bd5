import { z } from 'zod';
import type { EventConfiguration } from '../seatmap/configuration.js';

const count = z.int().min(0);
const moment = count.nullable();
/** Runs: `[what, number of seats]`. */
const runs = z.array(z.tuple([count, count]));

const area = z.looseObject({ area: z.string(), capacity: count, category: count });

const layout = z.looseObject({
  focus: z.tuple([z.int(), z.int()]),
  sections: z.array(z.string()),
  seatSections: runs,
  blocks: z.array(count),
  seatAccess: runs,
  positions: z.string(),
});

/**
 * Keys that a later release added stay where they are; those that an earlier one did not know have what it took for
 * granted: no areas, and no layout.
 */
const schema: z.ZodType<EventConfiguration> = z.looseObject({
  chartId: z.string(),
  chartVersion: count,
  seatCount: count,
  currency: z.string(),
  categories: z.array(z.string()),
  pricesMinor: z.array(count),
  seatCategories: runs,
  areas: z.array(area).default([]),
  layout: layout.nullable().default(null),
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
