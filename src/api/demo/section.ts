import { must } from '../../lib/must.js';
import type { ChartSeat, ChartSection } from '../charts/chart.js';
import type { Block } from './block.js';
import { ascending } from './numbering.js';
import type { Point } from './track.js';

/** A block with numbers and prices. @param numbering of a row of so many seats, from left to right */
export function section(
  block: Block,
  categoryOf: (row: number) => string,
  numbering: (seats: number) => readonly string[] = (seats) => ascending(seats),
): ChartSection {
  const labels = block.rows.map(({ spots }) => numbering(spots.length));
  return labelled(block, categoryOf, labels);
}

/** Blocks beside each other, whose rows are numbered together. */
export function sections(
  blocks: readonly Block[],
  categoryOf: (row: number, block: number) => string,
  numbering: (seatsOfBlocks: readonly number[]) => readonly (readonly string[])[],
): ChartSection[] {
  const rowsMax = Math.max(...blocks.map(({ rows }) => rows.length));
  const labels = Array.from({ length: rowsMax }, (_, row) =>
    numbering(blocks.map(({ rows }) => rows[row]?.spots.length ?? 0)),
  );
  return blocks.map((block, at) =>
    labelled(
      block,
      (row) => categoryOf(row, at),
      labels.map((row) => must(row[at], 'the numbers of a block')),
    ),
  );
}

function labelled(
  { key, name, rows }: Block,
  categoryOf: (row: number) => string,
  labels: readonly (readonly string[])[],
): ChartSection {
  return {
    key,
    name,
    rows: rows.map(({ label, spots, isPlatform }, row) => ({
      label,
      seats: spots.map(({ x, y }, at): ChartSeat => {
        const number = must(labels[row]?.[at], 'the number of a seat');
        const seat = { label: number, x: tenths(x), y: tenths(y), category: categoryOf(row) };
        return isPlatform ? { ...seat, accessible: at % 2 === 0 ? 'wheelchair' : 'companion' } : seat;
      }),
    })),
  };
}

function tenths(length: number): number {
  return Math.round(length * 10) / 10;
}

/** An outline as charts write it. */
export function polygon(points: readonly Point[]): [x: number, y: number][] {
  return points.map(({ x, y }) => [tenths(x), tenths(y)]);
}
