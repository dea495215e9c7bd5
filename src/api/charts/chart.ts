import { z } from 'zod';
import { limits } from '../../config/limits.js';
import { fault } from '../problem.js';
import { isStorable, storableText } from '../storable.js';
import { areaShapeSchema, coordinate, length } from './area-shape.js';
import { type ChartReading, type Place, readWhole } from './chart-reading.js';
import { tellDisorder, tellOutside } from './oddities.js';
import { readPiece, shownPlace, uniqueBy } from './piece.js';
import { Warnings } from './warnings.js';

/*
 * The `usher` format of a chart, as sent to `POST /v1/charts`. Protocol page, section 5. Keys that are not named here are
 * dropped: what is served is what was read.
 */

const name = storableText.trim().min(1).max(200);
const key = storableText.min(1).max(64);
/** A colour as CSS writes it: `#8a2be2`, `teal`, `rgb(1, 2, 3)`. Nothing that could leave an attribute or a rule. */
export const color = z.string().regex(/^[#A-Za-z0-9(),.% /-]{1,64}$/, 'expected a CSS colour');

export const seatSchema = z.object({
  label: storableText.min(1).max(32),
  x: coordinate,
  y: coordinate,
  category: key,
  accessible: z.enum(['wheelchair', 'companion']).optional(),
});
// Of a row its seats were read before, of a section its rows, of a chart its sections.
const rowSchema = z.object({ label: storableText.max(32), seats: z.array(z.custom<ChartSeat>()).min(1) });
const sectionSchema = z.object({ key, name, rows: z.array(z.custom<ChartRow>()).min(1) });
export const areaSchema = z.object({
  area: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 characters A-Z a-z 0-9 _ -'),
  name,
  capacity: z.int().min(1).max(1_000_000),
  category: key,
  shape: areaShapeSchema,
});
const chartSchema = z.object({
  name,
  size: z.object({ width: length, height: length }),
  /** What the best seats are near: as a rule the best place of the house. */
  focalPoint: z.object({ x: coordinate, y: coordinate }).optional(),
  categories: z.array(z.object({ key, name, color })).min(1).max(100),
  sections: z.array(z.custom<ChartSection>()).default([]),
  areas: z.array(areaSchema).max(limits.areasPerChartMax).default([]),
  /** Any JSON; what our page draws of it is in drawing.ts. */
  drawing: z
    .unknown()
    .refine((drawing) => isStorable(drawing), 'nested too deeply, or holds control characters')
    .optional(),
});

export type Chart = z.output<typeof chartSchema>;
export type ChartSeat = z.output<typeof seatSchema>;
export type ChartRow = z.output<typeof rowSchema>;
export type ChartSection = z.output<typeof sectionSchema>;
export type ChartArea = z.output<typeof areaSchema>;
export type ChartCategory = Chart['categories'][number];

export interface CheckedChart {
  readonly chart: Chart;
  readonly seatCount: number;
  /** What is odd but can be sold. */
  readonly warnings: readonly string[];
}

/**
 * Reads a chart in the `usher` format.
 * @throws Problem 400 with the path of the first fault
 */
export function readChart(input: unknown): CheckedChart {
  return readWhole(new UsherReading(), input);
}

export class UsherReading implements ChartReading<CheckedChart> {
  readonly lists = ['sections', 'rows', 'seats'] as const;
  readonly #warnings = new Warnings();
  #seatCount = 0;

  get seatCount(): number {
    return this.#seatCount;
  }

  seat(given: unknown, place: Place): ChartSeat {
    this.#seatCount += 1;
    if (this.#seatCount > limits.seatsPerChartMax) {
      throw fault('chart.sections', `at most ${limits.seatsPerChartMax} seats`);
    }
    return readPiece(seatSchema, given, () => this.#shown(place));
  }

  row(given: unknown, place: Place): ChartRow {
    const row = readPiece(rowSchema, given, () => this.#shown(place));
    uniqueBy(
      row.seats,
      (seat) => seat.label,
      (at) => `${this.#shown(place)}.seats[${at}].label`,
    );
    tellDisorder(row.seats, () => this.#shown(place), this.#warnings);
    return row;
  }

  section(given: unknown, place: Place): ChartSection {
    const section = readPiece(sectionSchema, given, () => this.#shown(place));
    uniqueBy(
      section.rows,
      (row) => row.label,
      (at) => `${this.#shown(place)}.rows[${at}].label`,
    );
    return section;
  }

  chart(given: unknown): CheckedChart {
    const chart = readPiece(chartSchema, given, () => 'chart');
    const categories = uniqueBy(
      chart.categories,
      (category) => category.key,
      (at) => `chart.categories[${at}].key`,
    );
    uniqueBy(
      chart.sections,
      (section) => section.key,
      (at) => `chart.sections[${at}].key`,
    );
    uniqueBy(
      chart.areas,
      ({ area }) => area,
      (at) => `chart.areas[${at}].area`,
    );
    for (const [at, { category }] of chart.areas.entries()) {
      if (!categories.has(category)) throw noSuchCategory(`chart.areas[${at}].category`, category);
    }
    let seatCount = 0;
    for (const { row, place } of rowsOf(chart)) {
      for (const [at, { category }] of row.seats.entries()) {
        if (!categories.has(category)) throw noSuchCategory(`${this.#shown(place)}.seats[${at}].category`, category);
      }
      tellOutside(row.seats, chart.size, () => this.#shown(place), this.#warnings);
      seatCount += row.seats.length;
    }
    if (seatCount === 0 && chart.areas.length === 0) {
      throw fault('chart.sections', 'expected at least one seat, or an area in chart.areas');
    }
    return { chart, seatCount, warnings: this.#warnings.list() };
  }

  #shown(place: Place): string {
    return shownPlace(this.lists, place);
  }
}

export function noSuchCategory(path: string, category: string): Error {
  return fault(path, `no such category in chart.categories: ${category}`);
}

/** Every row in document order. */
export function* rowsOf({ sections }: Pick<Chart, 'sections'>): Iterable<{ row: ChartRow; place: Place }> {
  for (const [s, section] of sections.entries()) {
    for (const [r, row] of section.rows.entries()) yield { row, place: [s, r] };
  }
}
