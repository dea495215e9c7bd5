import { accessKinds, type SeatLayout } from '../../seatmap/layout.js';
import { encodePositions } from '../../seatmap/positions.js';
import { blocksOf } from './blocks.js';
import { type Chart, rowsOf } from './chart.js';

const tenths = 10;

/** Where the seats of a chart are, as an event's journal keeps it; null where the chart has none. */
export function layoutOf(chart: Chart): SeatLayout | null {
  const positions: number[] = [];
  const blocks: number[] = [];
  const access: [kind: number, seats: number][] = [];
  for (const { row } of rowsOf(chart)) {
    for (const block of blocksOf(row.seats)) blocks.push(block);
    for (const { x, y, accessible } of row.seats) {
      positions.push(inTenths(x), inTenths(y));
      addToRuns(access, accessKinds[accessible ?? 'ordinary']);
    }
  }
  if (positions.length === 0) return null;

  // Where nothing is said the stage is taken to be at the top.
  const { x, y } = chart.focalPoint ?? { x: chart.size.width / 2, y: 0 };
  return {
    focus: [inTenths(x), inTenths(y)],
    sections: chart.sections.map(({ key }) => key),
    seatSections: chart.sections.map(
      ({ rows }, section) => [section, rows.reduce((sum, { seats }) => sum + seats.length, 0)] as const,
    ),
    blocks,
    seatAccess: access,
    positions: encodePositions(positions),
  };
}

/** Categories of the seats in index order, as runs: `[key, number of seats]`. */
export function categoryRuns(chart: Chart): [key: string, seats: number][] {
  const runs: [string, number][] = [];
  for (const { row } of rowsOf(chart)) for (const { category } of row.seats) addToRuns(runs, category);
  return runs;
}

function addToRuns<T>(runs: [of: T, count: number][], item: T): void {
  const last = runs.at(-1);
  if (last?.[0] === item) last[1] += 1;
  else runs.push([item, 1]);
}

function inTenths(length: number): number {
  return Math.round(length * tenths);
}
