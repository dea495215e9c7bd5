import { must } from '../../lib/must.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A piece of a track that is straight (`turn` 0) or an arc: `length` along the track, `turn` to the left in radians. */
export interface Stretch {
  readonly length: number;
  readonly turn: number;
}

interface Placed extends Stretch {
  /** Of its beginning, along the track. */
  readonly from: number;
  readonly point: Point;
  /** Of its beginning: 0 is to the right of the drawing, a quarter turn is down. */
  readonly heading: number;
}

const fullTurn = 2 * Math.PI;

/** Two places on a track: what lies between their normals is a wedge. */
export type Span = readonly [from: number, to: number];

/**
 * The line that a house is built around: stretches and arcs that run on into each other without a kink. Rows are its
 * parallels, at `offset` to the right of the way, so the way is from left to right as those see it who sit there and look
 * at the stage. On an arc a row gets longer with its offset: by `turn` for each unit.
 *
 *       ·  ·  ·   rows: offset 2, offset 1
 *      · ──────╮
 *        track  │ ·  ·        a place on the track belongs to all its parallels: it stands for its normal
 */
export class Track {
  readonly length: number;
  readonly #stretches: readonly Placed[];
  /** Of the whole track, in radians. */
  readonly #turn: number;

  constructor(start: Point, heading: number, stretches: readonly Stretch[]) {
    const placed: Placed[] = [];
    let at: Placed = { length: 0, turn: 0, from: 0, point: start, heading };
    for (const stretch of stretches) {
      const point = pointOn(at, at.length, 0);
      at = { ...stretch, from: at.from + at.length, point, heading: at.heading - at.turn };
      placed.push(at);
    }
    this.#stretches = placed;
    this.length = at.from + at.length;
    this.#turn = stretches.reduce((sum, { turn }) => sum + turn, 0);
  }

  /** How far a parallel runs from the track's beginning to the normal at `place`. Around a closed track any number of times. */
  reach(offset: number, place: number): number {
    const rounds = this.#rounds(place / this.length);
    let reach = 0;
    for (const { from, length, turn } of this.#stretches) {
      const share = Math.min(1, Math.max(0, (place - rounds * this.length - from) / length));
      reach += share * (length + offset * turn);
    }
    return reach + rounds * this.#lengthAt(offset);
  }

  /** The place on the track whose normal is so far along the parallel. */
  place(offset: number, reach: number): number {
    const rounds = this.#rounds(reach / this.#lengthAt(offset));
    let rest = reach - rounds * this.#lengthAt(offset);
    for (const { from, length, turn } of this.#stretches) {
      const here = length + offset * turn;
      if (rest <= here) return rounds * this.length + from + (rest / here) * length;
      rest -= here;
    }
    return (rounds + 1) * this.length;
  }

  point(offset: number, place: number): Point {
    const within = place - this.#rounds(place / this.length) * this.length;
    const isBefore = ({ from }: Placed) => from <= within;
    const stretch = must(this.#stretches.findLast(isBefore), 'the stretch of a place');
    return pointOn(stretch, within - stretch.from, offset);
  }

  /** `parts` wedges of a span, all with rows of the same length at `offset`. */
  divide(offset: number, [from, to]: Span, parts: number): Span[] {
    const [first, last] = [this.reach(offset, from), this.reach(offset, to)];
    const cut = (part: number) => this.place(offset, first + ((last - first) * part) / parts);
    return Array.from({ length: parts }, (_, part) => [cut(part), cut(part + 1)]);
  }

  /** Points along a parallel, close enough to look bent. */
  line(offset: number, [from, to]: Span, pointEvery = 40): Point[] {
    const steps = Math.max(1, Math.ceil((this.reach(offset, to) - this.reach(offset, from)) / pointEvery));
    return Array.from({ length: steps + 1 }, (_, step) => this.point(offset, from + ((to - from) * step) / steps));
  }

  /** The outline of what lies between two parallels. */
  band(inner: number, outer: number, span: Span, pointEvery = 40): Point[] {
    return [...this.line(inner, span, pointEvery), ...this.line(outer, span, pointEvery).toReversed()];
  }

  /** A track that does not close has no second round, not even where rounding errors reach over its end. */
  #rounds(share: number): number {
    return this.#turn > fullTurn - 1e-9 ? Math.floor(share) : 0;
  }

  #lengthAt(offset: number): number {
    return this.length + offset * this.#turn;
  }
}

function pointOn({ point, heading, length, turn }: Placed, along: number, offset: number): Point {
  if (turn === 0) return beside(ahead(point, heading, along), heading, offset);
  const radius = length / turn;
  const centre = beside(point, heading, -radius);
  return beside(centre, heading - along / radius, radius + offset);
}

function ahead({ x, y }: Point, heading: number, length: number): Point {
  return { x: x + Math.cos(heading) * length, y: y + Math.sin(heading) * length };
}

/** To the right of somebody who goes that way. */
function beside({ x, y }: Point, heading: number, length: number): Point {
  return { x: x - Math.sin(heading) * length, y: y + Math.cos(heading) * length };
}

/** Directions in the drawing, for `arc`. */
export const down = Math.PI / 2;
export const up = -Math.PI / 2;

/** An arc of so many `degrees`, whose middle lies in the direction `towards` from the centre. */
export function arc(centre: Point, radius: number, towards: number, degrees: number): Track {
  const turn = (degrees * Math.PI) / 180;
  const heading = towards - Math.PI / 2 + turn / 2;
  return new Track(beside(centre, heading, radius), heading, [{ length: turn * radius, turn }]);
}

export function straight(from: Point, to: Point): Track {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  return new Track(from, Math.atan2(dy, dx), [{ length: Math.hypot(dx, dy), turn: 0 }]);
}

/** Closed, from the middle of its top to the left. */
export function roundedRectangle(centre: Point, width: number, height: number, radius: number): Track {
  const corner = { length: (radius * Math.PI) / 2, turn: Math.PI / 2 };
  const [half, side] = [
    { length: width / 2 - radius, turn: 0 },
    { length: height - 2 * radius, turn: 0 },
  ];
  const bottom = { length: width - 2 * radius, turn: 0 };
  const top = { x: centre.x, y: centre.y - height / 2 };
  return new Track(top, Math.PI, [half, corner, side, corner, bottom, corner, side, corner, half]);
}

/**
 * Closed, from the middle of its top to the left: an oval of four arcs, as amphitheatres have been laid out since Roman
 * times, because its parallels are ovals of four arcs again.
 *
 * @param endRadius of the arcs at top and bottom, less than half the width
 */
export function oval(centre: Point, width: number, height: number, endRadius: number): Track {
  const [a, b] = [width / 2, height / 2];
  const sideRadius = ((b - endRadius) ** 2 + a ** 2 - endRadius ** 2) / (2 * (a - endRadius));
  const endTurn = Math.atan2(sideRadius - a, b - endRadius);
  const sideTurn = Math.PI - 2 * endTurn;
  const halfEnd = { length: endRadius * endTurn, turn: endTurn };
  const side = { length: sideRadius * sideTurn, turn: sideTurn };
  const bottom = { length: 2 * halfEnd.length, turn: 2 * endTurn };
  return new Track({ x: centre.x, y: centre.y - b }, Math.PI, [halfEnd, side, bottom, side, halfEnd]);
}
