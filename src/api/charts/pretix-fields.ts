import { z } from 'zod';
import { coordinate, length } from './area-shape.js';
import type { ChartSeat } from './chart.js';

/*
 * The pieces of a pretix seating plan, as the protocol page, section 5, lists them. Of a row its seats were read before, of
 * a zone its rows, of a plan its zones.
 */

export const position = z.object({ x: coordinate, y: coordinate });
/** Plans that programs write have numbers here now and then. */
const text = z.union([z.string(), z.number().transform(String)], 'expected text');
const optionalText = text.nullish().transform((given) => given ?? '');

export const seatSchema = z.object({ seat_guid: text, seat_number: text, position, category: text });

export const rowSchema = z.object({
  row_number: text,
  row_label: optionalText,
  position: position.default({ x: 0, y: 0 }),
  seats: z.array(z.custom<ChartSeat>()),
});

export const zoneSchema = z.object({
  name: optionalText,
  zone_id: optionalText,
  uuid: optionalText,
  position,
  rows: z.array(z.custom<ZoneRow>()),
  areas: z.array(z.unknown()).nullish(),
});

export const planSchema = z.object({
  name: text,
  size: z.object({ width: length, height: length }),
  categories: z
    // Loose: what nobody knows is told.
    .array(z.looseObject({ name: text, color: z.unknown().optional() }))
    .min(1)
    .max(100),
  zones: z.array(z.custom<Zone>()),
});

/** A row that was read. It may be empty. */
export interface ZoneRow {
  readonly label: string;
  readonly seats: ChartSeat[];
}

/** A zone that was read: its seats lie where they are in the hall, and name their category by its pretix name. */
export interface Zone {
  readonly key: string;
  readonly name: string;
  readonly rows: readonly ZoneRow[];
}

/** Every field that the page knows, used by us or not: others are told. */
export const knownFields = {
  plan: new Set(['name', 'size', 'categories', 'zones']),
  size: new Set(['width', 'height']),
  category: new Set(['name', 'color']),
  zone: new Set(['name', 'zone_id', 'uuid', 'position', 'rows', 'areas']),
  row: new Set(['row_number', 'row_label', 'seat_label', 'uuid', 'row_number_position', 'position', 'seats']),
  seat: new Set(['seat_guid', 'seat_number', 'uuid', 'start_direction', 'radius', 'position', 'category']),
  position: new Set(['x', 'y']),
  area: new Set([
    'shape',
    'color',
    'border_color',
    'rotation',
    'position',
    'uuid',
    'polygon',
    'rectangle',
    'ellipse',
    'circle',
    'text',
  ]),
} as const;
