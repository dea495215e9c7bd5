import { assert } from '../../lib/assert.js';
import { must } from '../../lib/must.js';
import type { Point, Span, Track } from './track.js';

/** Seats that stand together between two aisles: a section of the chart, before it has numbers and prices. */
export interface Block {
  readonly key: string;
  readonly name: string;
  readonly rows: readonly BlockRow[];
}

export interface BlockRow {
  readonly label: string;
  /** From left to right as those see it who sit there. */
  readonly spots: readonly Point[];
  /** Without fixed seats: places for wheelchairs, each with one for its companion. */
  readonly isPlatform: boolean;
}

/** How the rows of a block stand along a track. */
export interface Rake {
  readonly track: Track;
  /** Of the first row. */
  readonly offset: number;
  readonly rowPitch: number;
  readonly seatPitch: number;
  /** On each side of the block, from its normal to the first seat's arm-rest. */
  readonly halfAisle: number;
  /** Where a stair comes out in the middle of the block: from row to row, so wide. */
  readonly stair?: { readonly from: number; readonly to: number; readonly width: number };
}

/** A row for each label, as long as the wedge is there: rows in a corner get longer, rows along a side do not. */
export function rows(rake: Rake, span: Span, labels: readonly string[]): BlockRow[] {
  const { stair } = rake;
  return labels.map((label, row) => {
    const spots = line(rake, rake.offset + row * rake.rowPitch, span);
    const isOpen = stair !== undefined && row >= stair.from && row <= stair.to;
    return {
      label,
      spots: isOpen ? withoutMiddle(spots, Math.round(stair.width / rake.seatPitch)) : spots,
      isPlatform: false,
    };
  });
}

/** One row of wheelchair places, each with its companion's beside it, `placePitch` apart: wider than seats. */
export function platform(rake: Rake, offset: number, span: Span, label: string, placePitch: number): BlockRow {
  return { label, spots: line({ ...rake, seatPitch: 2 * placePitch }, offset, span, 2), isPlatform: true };
}

/** `count` seats at `pitch` along a parallel, the first one's middle half a pitch behind `reach`. */
export function seatsFrom(track: Track, offset: number, reach: number, pitch: number, count: number): Point[] {
  return Array.from({ length: count }, (_, at) => track.point(offset, track.place(offset, reach + (at + 0.5) * pitch)));
}

/** As many seats as fit, or groups of seats, spread over all the length, as houses do it. */
function line({ track, seatPitch, halfAisle }: Rake, offset: number, [from, to]: Span, groupSize = 1): Point[] {
  const first = track.reach(offset, from) + halfAisle;
  const length = track.reach(offset, to) - halfAisle - first;
  const count = Math.floor(length / seatPitch + 1e-6) * groupSize;
  return seatsFrom(track, offset, first, length / count, count);
}

function withoutMiddle(spots: readonly Point[], width: number): Point[] {
  // As far from both ends.
  const even = width + ((spots.length - width) % 2);
  const first = (spots.length - even) / 2;
  return spots.filter((_, at) => at < first || at >= first + even);
}

/**
 * The blocks without so many seats at the ends of their last rows, where pillars, lifts and technical rooms stand: one seat a
 * block and round, in the order given.
 */
export function shortened(blocks: readonly Block[], seats: number): Block[] {
  assert(seats >= 0, `Cannot shorten rows as there are too few seats already: missing is ${-seats}`);
  const [each, further] = [Math.floor(seats / blocks.length), seats % blocks.length];
  return blocks.map((block, at) => {
    const [less, last] = [each + (at < further ? 1 : 0), block.rows.length - 1];
    const spots = block.rows[last]?.spots ?? [];
    assert(
      less <= spots.length / 2,
      `Cannot take so many seats from the last row: seats is ${seats}, block is ${block.key}`,
    );
    const left = Math.floor(less / 2);
    const shorter = spots.slice(left, spots.length - (less - left));
    return { ...block, rows: block.rows.map((row, index) => (index === last ? { ...row, spots: shorter } : row)) };
  });
}

export function middleOf({ spots }: BlockRow): Point {
  const [first, last] = [must(spots[0], 'the first seat'), must(spots.at(-1), 'the last seat')];
  return { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 };
}

export function seatsIn(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { rows: all }) => sum + all.reduce((seats, { spots }) => seats + spots.length, 0), 0);
}
