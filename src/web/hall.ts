import type { Chart } from './catalogue.js';

/** A seat where it stands. Lengths are in the chart's units. */
export interface HallSeat {
  readonly index: number;
  readonly label: string;
  readonly row: string;
  readonly section: string;
  readonly category: string;
  readonly accessible: 'wheelchair' | 'companion' | null;
  readonly x: number;
  readonly y: number;
}

export interface RowLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** What the chart draws around the seats. */
export interface Shape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a chart names no distance. */
const defaultPitch = 10;
/** Around all that is drawn: room for row labels. */
const marginSeats = 2.5;

/**
 * The geometry of a chart: which seat is where, and which is next to which. Cropped to what there is to see, with a margin:
 * `x` and `y` count from its top left corner. Pure.
 */
export class Hall {
  readonly width: number;
  readonly height: number;
  /** By index. */
  readonly seats: readonly HallSeat[];
  readonly rowLabels: readonly RowLabel[];
  readonly shapes: readonly Shape[];
  /** The usual distance from a seat to the next one in its row. */
  readonly pitch: number;

  constructor(chart: Chart) {
    const rows = rowsOf(chart);
    const shapes = Array.isArray(chart.drawing) ? chart.drawing.filter(isRectangle).map(withText) : [];
    this.pitch = pitchOf(rows);
    const frame = frameOf(rows.flat(), shapes, this.pitch * marginSeats);
    const moved = <T extends Point>(thing: T): T => ({ ...thing, x: thing.x - frame.x, y: thing.y - frame.y });

    this.width = frame.width;
    this.height = frame.height;
    this.shapes = shapes.map(moved);
    this.seats = rows
      .flat()
      .map(moved)
      .sort((a, b) => a.index - b.index);
    this.rowLabels = rows.flatMap((row) => rowLabelOf(row, this.pitch)).map(moved);
  }

  /** The seat nearest to a point, if one is within the distance. */
  nearest(x: number, y: number, within: number): HallSeat | null {
    let nearest: HallSeat | null = null;
    let least = within;
    for (const seat of this.seats) {
      const distance = Math.hypot(seat.x - x, seat.y - y);
      if (distance > least) continue;
      least = distance;
      nearest = seat;
    }
    return nearest;
  }

  /** The seat that the eye finds next in a direction: near, and rather straight ahead than aside. */
  neighbour(from: HallSeat, direction: Direction): HallSeat | null {
    const [dx, dy] = steps[direction];
    let best: HallSeat | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const seat of this.seats) {
      const ahead = (seat.x - from.x) * dx + (seat.y - from.y) * dy;
      const aside = Math.abs((seat.x - from.x) * dy) + Math.abs((seat.y - from.y) * dx);
      const effort = ahead + asideWeight * aside;
      if (ahead < this.pitch * leastStep || effort >= least) continue;
      least = effort;
      best = seat;
    }
    return best;
  }
}

const steps: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};
const asideWeight = 2;
/** In seats: what is less far ahead is beside. */
const leastStep = 0.3;

function rowsOf(chart: Chart): HallSeat[][] {
  return chart.sections.flatMap((section) =>
    section.rows.map((row) =>
      row.seats.map(({ index, label, category, accessible, x, y }) => ({
        index,
        label,
        row: row.label,
        section: section.name,
        category,
        accessible: accessible ?? null,
        x,
        y,
      })),
    ),
  );
}

function frameOf(seats: readonly Point[], shapes: readonly Shape[], margin: number): Omit<Shape, 'text'> {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const include = (x: number, y: number) => {
    left = Math.min(left, x - margin);
    top = Math.min(top, y - margin);
    right = Math.max(right, x + margin);
    bottom = Math.max(bottom, y + margin);
  };
  for (const { x, y } of seats) include(x, y);
  for (const { x, y, width, height } of shapes) {
    include(x, y);
    include(x + width, y + height);
  }
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

function pitchOf(rows: readonly (readonly HallSeat[])[]): number {
  const distances: number[] = [];
  for (const row of rows) {
    for (const [at, seat] of row.entries()) {
      const next = row[at + 1];
      if (next !== undefined) distances.push(Math.hypot(next.x - seat.x, next.y - seat.y));
    }
  }
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? defaultPitch;
}

/** One seat before the row's first. */
function rowLabelOf(row: readonly HallSeat[], pitch: number): RowLabel[] {
  const [first, second] = row;
  if (first === undefined || first.row === '') return [];
  const length = second === undefined ? 0 : Math.hypot(second.x - first.x, second.y - first.y);
  const [dx, dy] =
    second === undefined || length === 0 ? [1, 0] : [(second.x - first.x) / length, (second.y - first.y) / length];
  return [{ text: first.row, x: first.x - dx * pitch, y: first.y - dy * pitch }];
}

/** Charts may draw more than we know how to: other shapes are passed over. */
function isRectangle(shape: unknown): shape is Omit<Shape, 'text'> & { readonly text?: unknown } {
  if (typeof shape !== 'object' || shape === null || !('shape' in shape) || shape.shape !== 'rectangle') return false;
  const sides: readonly string[] = ['x', 'y', 'width', 'height'];
  return sides.every((side) => Number.isFinite(Reflect.get(shape, side)));
}

function withText({ x, y, width, height, text }: Omit<Shape, 'text'> & { readonly text?: unknown }): Shape {
  return { x, y, width, height, text: typeof text === 'string' ? text : '' };
}
