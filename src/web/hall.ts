import type { Chart } from '../client/client.js';
import { SeatGrid } from './seat-grid.js';
import {
  type Box,
  boundsOf,
  boundsOfPoints,
  contains,
  type Drawn,
  grown,
  middleOf,
  moved,
  type Point,
  readDrawing,
  type Shape,
  shapeOfArea,
  type TextPlace,
  textPlaceOf,
} from './shape.js';

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

/** A standing area where it lies. */
export interface HallArea {
  readonly area: string;
  readonly name: string;
  readonly category: string;
  readonly shape: Shape;
  readonly bounds: Box;
  /** Where its name is written. */
  readonly textPlace: TextPlace;
}

/** A text beside a row or over a section. */
export interface HallLabel extends Point {
  readonly text: string;
}

export interface SectionLabel extends HallLabel {
  /** The longer side of what its seats take up. */
  readonly size: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Where a chart names no distance. */
const defaultPitch = 10;
/** Around all that is drawn: room for row labels. */
const marginSeats = 2.5;
/** A cell of the grid has some dozens of seats. */
const cellSeats = 6;

/**
 * The geometry of a chart: which seat is where, and which is next to which. Cropped to what there is to see, with a margin:
 * `x` and `y` count from its top left corner. Pure.
 */
export class Hall {
  readonly width: number;
  readonly height: number;
  /** By index. */
  readonly seats: readonly HallSeat[];
  readonly areas: readonly HallArea[];
  readonly drawing: readonly Drawn[];
  readonly rowLabels: SeatGrid<HallLabel>;
  readonly sectionLabels: readonly SectionLabel[];
  /** The usual distance from a seat to the next one in its row. */
  readonly pitch: number;
  readonly #grid: SeatGrid<HallSeat>;

  constructor(chart: Chart) {
    const drawing = readDrawing(chart.drawing);
    const areas = chart.areas.map(({ area, name, category, shape }) => ({
      area,
      name,
      category,
      shape: shapeOfArea(shape),
    }));
    this.pitch = pitchOf(chart);
    const frame = frameOf(chart, [...drawing, ...areas], this.pitch * marginSeats);
    const [dx, dy] = [-frame.left, -frame.top];

    this.width = Math.max(1, frame.right - frame.left);
    this.height = Math.max(1, frame.bottom - frame.top);
    this.drawing = drawing.map((drawn) => withShape(drawn, moved(drawn.shape, dx, dy)));
    this.areas = areas.map(({ area, name, category, shape: given }) => {
      const shape = moved(given, dx, dy);
      return { area, name, category, shape, bounds: boundsOf(shape), textPlace: textPlaceOf(shape) };
    });

    const sections = chart.sections.map(({ name, rows }) => ({
      name,
      rows: rows.map((row) =>
        row.seats.map(
          ({ index, label, category, accessible, x, y }): HallSeat => ({
            index,
            label,
            row: row.label,
            section: name,
            category,
            accessible: accessible ?? null,
            x: x + dx,
            y: y + dy,
          }),
        ),
      ),
    }));
    const rows = sections.flatMap((section) => section.rows);
    this.seats = rows.flat().sort((a, b) => a.index - b.index);
    const cellSize = this.pitch * cellSeats;
    this.#grid = new SeatGrid(this.seats, cellSize);
    this.rowLabels = new SeatGrid(
      rows.flatMap((row) => rowLabelOf(row, this.pitch)),
      cellSize,
    );
    this.sectionLabels = sections.map((section) => {
      const bounds = boundsOfPoints(section.rows.flat());
      const size = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
      const { x, y } = middleOf(bounds);
      return { text: section.name, x, y, size };
    });
  }

  seatsWithin(box: Box): readonly HallSeat[] {
    return this.#grid.within(box);
  }

  /** The seat nearest to a point, if one is within the distance. */
  nearest(x: number, y: number, within: number): HallSeat | null {
    const around = Number.isFinite(within)
      ? this.seatsWithin(grown({ left: x, top: y, right: x, bottom: y }, within))
      : this.seats;
    let nearest: HallSeat | null = null;
    let least = within;
    for (const seat of around) {
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

  /** The standing area at a point. */
  areaAt(point: Point): HallArea | null {
    return this.areas.find(({ shape }) => contains(shape, point)) ?? null;
  }
}

function withShape(drawn: Drawn, shape: Shape): Drawn {
  return { ...drawn, shape };
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

function frameOf(chart: Chart, shapes: readonly { readonly shape: Shape }[], margin: number): Box {
  const seats = boundsOfPoints(chart.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats)));
  const boxes = shapes.map(({ shape }) => boundsOf(shape));
  if (chart.sections.length > 0) boxes.push(seats);
  const corners = boxes.flatMap(({ left, top, right, bottom }) => [
    { x: left, y: top },
    { x: right, y: bottom },
  ]);
  return grown(boundsOfPoints(corners), margin);
}

/** The middle one of all distances between two neighbours. */
function pitchOf({ sections }: Chart): number {
  const distances: number[] = [];
  for (const { rows } of sections) {
    for (const { seats } of rows) {
      for (let at = 1; at < seats.length; at++) {
        const [one, next] = [seats[at - 1], seats[at]];
        if (one !== undefined && next !== undefined) distances.push(Math.hypot(next.x - one.x, next.y - one.y));
      }
    }
  }
  const sorted = Float64Array.from(distances).sort();
  const pitch = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return pitch > 0 ? pitch : defaultPitch;
}

/** One seat before the row's first. */
function rowLabelOf(row: readonly HallSeat[], pitch: number): HallLabel[] {
  const [first, second] = row;
  if (first === undefined || first.row === '') return [];
  const length = second === undefined ? 0 : Math.hypot(second.x - first.x, second.y - first.y);
  const [dx, dy] =
    second === undefined || length === 0 ? [1, 0] : [(second.x - first.x) / length, (second.y - first.y) / length];
  return [{ text: first.row, x: first.x - dx * pitch, y: first.y - dy * pitch }];
}
