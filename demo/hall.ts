import type { Chart, ChartArea, ChartSeat, LiveSeatMap } from 'usher/client';
import type { Random } from '../src/lib/random.js';
import { chance, pickOne, pickWeighted } from './chance.js';

/** As much of a live seat map as people look at. */
export type SeenMap = Pick<LiveSeatMap, 'state' | 'areaOf'>;

/** Seats side by side: a row, or the part of one between two aisles. */
interface Block {
  readonly seats: readonly ChartSeat[];
  readonly middle: Point;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Neighbours whose distance is more than this many usual ones have an aisle between them. */
const aisle = 1.6;
/** Many people sit down where others sit. */
const likesCompany = 0.6;
/** So many seats are looked at to find one that somebody has. */
const glances = 30;
/** The best of so many random seats is where the others begin to look. */
const candidates = 3;

/** A hall through the eyes of somebody who looks at its map. */
export class Hall {
  readonly hasWheelchairPlaces: boolean;
  readonly #seats: readonly ChartSeat[];
  readonly #blocks: readonly Block[];
  readonly #areas: readonly ChartArea[];
  readonly #stage: Point;

  constructor(chart: Chart) {
    const rows = chart.sections.flatMap((section) => section.rows);
    this.#seats = rows.flatMap(({ seats }) => seats);
    this.#blocks = rows.flatMap(({ seats }) => blocksOf(seats));
    this.#areas = chart.areas;
    this.#stage = chart.focalPoint ?? { x: chart.size.width / 2, y: 0 };
    this.hasWheelchairPlaces = this.#seats.some(({ accessible }) => accessible === 'wheelchair');
  }

  get hasSeats(): boolean {
    return this.#seats.length > 0;
  }

  get hasAreas(): boolean {
    return this.#areas.length > 0;
  }

  /** Free seats side by side, near others or near the stage; null where the map shows none. */
  chooseByHand(map: SeenMap, quantity: number, random: Random): readonly number[] | null {
    const start = this.#whereToLook(map, random);
    if (start === null) return null;
    const blocks = this.#blocks.toSorted((a, b) => distance(a.middle, start) - distance(b.middle, start));
    for (const { seats } of blocks) {
      const groups = freeGroups(seats, quantity, map);
      const [nearest] = groups.sort((a, b) => distance(middleOf(a), start) - distance(middleOf(b), start));
      if (nearest !== undefined) return nearest.map(({ index }) => index);
    }
    return null;
  }

  /** An area with room for them: the emptier, the likelier. */
  chooseArea(map: SeenMap, quantity: number, random: Random): string | null {
    const roomy = this.#areas.flatMap(({ area }) => {
      const free = map.areaOf(area)?.free ?? 0;
      return free < quantity ? [] : [[area, free] as const];
    });
    return roomy.length === 0 ? null : pickWeighted(random, roomy);
  }

  #whereToLook(map: SeenMap, random: Random): ChartSeat | null {
    if (chance(random, likesCompany)) {
      for (let glance = 0; glance < glances; glance++) {
        const seat = pickOne(random, this.#seats);
        if (seat !== null && map.state(seat.index) !== 'free') return seat;
      }
    }
    const seen = Array.from({ length: candidates }, () => pickOne(random, this.#seats)).filter((seat) => seat !== null);
    return seen.sort((a, b) => distance(a, this.#stage) - distance(b, this.#stage))[0] ?? null;
  }
}

function blocksOf(row: readonly ChartSeat[]): readonly Block[] {
  const steps = row.slice(1).map((seat, at) => distance(seat, row[at] ?? seat));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const blocks: ChartSeat[][] = [[]];
  for (const [at, seat] of row.entries()) {
    if (at > 0 && (steps[at - 1] ?? 0) > usual * aisle) blocks.push([]);
    blocks.at(-1)?.push(seat);
  }
  return blocks.filter((seats) => seats.length > 0).map((seats) => ({ seats, middle: middleOf(seats) }));
}

function freeGroups(seats: readonly ChartSeat[], quantity: number, map: SeenMap): ChartSeat[][] {
  return seats
    .slice(0, Math.max(0, seats.length - quantity + 1))
    .map((_, at) => seats.slice(at, at + quantity))
    .filter((group) => group.every(({ index }) => map.state(index) === 'free'));
}

function middleOf(seats: readonly ChartSeat[]): Point {
  const sum = (of: (seat: ChartSeat) => number) => seats.reduce((total, seat) => total + of(seat), 0);
  return { x: sum(({ x }) => x) / seats.length, y: sum(({ y }) => y) / seats.length };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
