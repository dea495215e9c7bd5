import { z } from 'zod';
import { limits } from '../config/limits.js';
import { fault, readRequest } from './problem.js';
import { isStorable, storableText } from './storable.js';

const name = storableText.trim().min(1).max(200);
const key = storableText.min(1).max(64);
/** A colour as CSS writes it: `#8a2be2`, `teal`, `rgb(1, 2, 3)`. Nothing that could leave an attribute or a rule. */
const color = z.string().regex(/^[#A-Za-z0-9(),.% /-]{1,64}$/, 'expected a CSS colour');
const warningsMax = 100;
const length = z.number().positive().max(1e6);
const coordinate = z.number().min(-1e6).max(1e6);

const seatSchema = z.object({
  label: storableText.min(1).max(32),
  x: coordinate,
  y: coordinate,
  category: key,
  accessible: z.enum(['wheelchair', 'companion']).optional(),
});
const rowSchema = z.object({ label: storableText.max(32), seats: z.array(seatSchema).min(1) });
const sectionSchema = z.object({ key, name, rows: z.array(rowSchema).min(1) });

/** The `usher` format of a chart, as sent to `POST /v1/charts`. Protocol page, section 5. */
const chartSchema = z.object({
  name,
  size: z.object({ width: length, height: length }),
  categories: z.array(z.object({ key, name, color })).min(1).max(100),
  sections: z.array(sectionSchema).min(1),
  areas: z.array(z.unknown()).max(0, 'general admission is not offered yet, only an empty list').default([]),
  drawing: z
    .unknown()
    .refine((drawing) => isStorable(drawing), 'nested too deeply, or holds control characters')
    .optional(),
});

export type Chart = z.output<typeof chartSchema>;
export type ChartSeat = Chart['sections'][number]['rows'][number]['seats'][number];

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
  const { chart } = readRequest(z.object({ chart: chartSchema }), { chart: input });
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

  const warnings: string[] = [];
  let seatCount = 0;
  for (const { row, path } of rowsOf(chart)) {
    uniqueBy(
      row.seats,
      (seat) => seat.label,
      (at) => `${path}.seats[${at}].label`,
    );
    for (const [at, seat] of row.seats.entries()) {
      if (!categories.has(seat.category)) {
        throw fault(`${path}.seats[${at}].category`, `no such category in chart.categories: ${seat.category}`);
      }
    }
    const outside = row.seats.filter((seat) => !isInside(seat, chart.size)).length;
    if (outside > 0) warnings.push(`${path}: seats that lie outside the size: ${outside} of ${row.seats.length}`);
    seatCount += row.seats.length;
  }
  if (seatCount > limits.seatsPerChartMax) {
    throw fault('chart.sections', `at most ${limits.seatsPerChartMax} seats: ${seatCount} given`);
  }
  for (const [at, section] of chart.sections.entries()) {
    uniqueBy(
      section.rows,
      (row) => row.label,
      (row) => `chart.sections[${at}].rows[${row}].label`,
    );
  }
  return { chart, seatCount, warnings: warnings.slice(0, warningsMax) };
}

/** The chart as it is served: with its version, and with each seat's index, counted in document order. */
export function numbered(chart: Chart, chartVersion: number): object {
  let index = 0;
  const sections = chart.sections.map((section) => ({
    ...section,
    rows: section.rows.map((row) => ({ ...row, seats: row.seats.map((seat) => ({ index: index++, ...seat })) })),
  }));
  return { chartVersion, ...chart, sections };
}

/** Categories of the seats in index order, as runs: `[key, number of seats]`. */
export function categoryRuns(chart: Chart): [key: string, seats: number][] {
  const runs: [string, number][] = [];
  for (const { row } of rowsOf(chart)) {
    for (const { category } of row.seats) {
      const last = runs.at(-1);
      if (last?.[0] === category) last[1] += 1;
      else runs.push([category, 1]);
    }
  }
  return runs;
}

function* rowsOf(chart: Chart) {
  for (const [sectionAt, section] of chart.sections.entries()) {
    for (const [rowAt, row] of section.rows.entries()) {
      yield { row, path: `chart.sections[${sectionAt}].rows[${rowAt}]` };
    }
  }
}

function isInside(seat: ChartSeat, size: Chart['size']): boolean {
  return seat.x >= 0 && seat.y >= 0 && seat.x <= size.width && seat.y <= size.height;
}

/** An empty name is none: rows need not have one. @throws Problem two items have the same name */
function uniqueBy<T>(items: readonly T[], nameOf: (item: T) => string, pathOf: (at: number) => string): Set<string> {
  const names = new Set<string>();
  for (const [at, item] of items.entries()) {
    const itemName = nameOf(item);
    if (itemName !== '' && names.has(itemName)) throw fault(pathOf(at), `used twice: ${itemName}`);
    names.add(itemName);
  }
  return names;
}
