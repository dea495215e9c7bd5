import type { AreaShape } from '../client/client.js';

/** What a chart draws apart from seats: standing areas, the stage, walls, words. Lengths are in the chart's units. Pure. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Shape =
  | {
      readonly kind: 'rectangle';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly kind: 'ellipse';
      readonly x: number;
      readonly y: number;
      readonly radiusX: number;
      readonly radiusY: number;
    }
  | { readonly kind: 'polygon'; readonly points: readonly Point[] }
  /** Nothing but the place of a text. */
  | { readonly kind: 'text'; readonly x: number; readonly y: number };

/** A shape of the chart's drawing, with what is written in its middle. */
export interface Drawn {
  readonly shape: Shape;
  readonly text: string;
  /** As CSS writes them; null: the page's own. Of a text it is the letters' colour. */
  readonly color: string | null;
  readonly borderColor: string | null;
  /** The letters' height; null: what fits. */
  readonly size: number | null;
  /** Of the text, in degrees, clockwise. */
  readonly rotation: number;
}

export function shapeOfArea(given: AreaShape): Shape {
  switch (given.type) {
    case 'rectangle':
      return { kind: 'rectangle', x: given.x, y: given.y, width: given.width, height: given.height };
    case 'ellipse':
      return { kind: 'ellipse', x: given.x, y: given.y, radiusX: given.radiusX, radiusY: given.radiusY };
    case 'polygon':
      return { kind: 'polygon', points: given.points.map(([x, y]) => ({ x, y })) };
  }
}

/** Charts may draw more than we know how to: other shapes are passed over. `shape` says which it is. */
export function readDrawing(given: unknown): readonly Drawn[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((item: unknown) => {
    const shape = readShape(property(item, 'shape'), item);
    if (shape === null) return [];
    const rotation = number(item, 'rotation');
    const size = number(item, 'size');
    return {
      shape,
      text: text(item, 'text') ?? '',
      color: text(item, 'color'),
      borderColor: text(item, 'borderColor'),
      size: size > 0 ? size : null,
      rotation: Number.isFinite(rotation) ? rotation : 0,
    };
  });
}

function readShape(kind: unknown, given: unknown): Shape | null {
  const [x, y] = [number(given, 'x'), number(given, 'y')];
  switch (kind) {
    case 'rectangle': {
      const [width, height] = [number(given, 'width'), number(given, 'height')];
      return areNumbers(x, y, width, height) ? { kind, x, y, width, height } : null;
    }
    case 'ellipse': {
      const [radiusX, radiusY] = [number(given, 'radiusX'), number(given, 'radiusY')];
      return areNumbers(x, y, radiusX, radiusY) ? { kind, x, y, radiusX, radiusY } : null;
    }
    case 'polygon': {
      const points = property(given, 'points');
      return Array.isArray(points) && points.length >= 3 && points.every(isPair)
        ? { kind, points: points.map(([px, py]) => ({ x: px, y: py })) }
        : null;
    }
    case 'text':
      return areNumbers(x, y) ? { kind, x, y } : null;
    default:
      return null;
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Not a number where there is none. */
function number(value: unknown, key: string): number {
  const found = property(value, key);
  return typeof found === 'number' ? found : Number.NaN;
}

function text(value: unknown, key: string): string | null {
  const found = property(value, key);
  return typeof found === 'string' ? found : null;
}

function areNumbers(...values: readonly number[]): boolean {
  return values.every(Number.isFinite);
}

function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}

export function boundsOf(shape: Shape): Box {
  switch (shape.kind) {
    case 'rectangle':
      return { left: shape.x, top: shape.y, right: shape.x + shape.width, bottom: shape.y + shape.height };
    case 'ellipse':
      return {
        left: shape.x - shape.radiusX,
        top: shape.y - shape.radiusY,
        right: shape.x + shape.radiusX,
        bottom: shape.y + shape.radiusY,
      };
    case 'polygon':
      return boundsOfPoints(shape.points);
    case 'text':
      return boundsOfPoints([shape]);
  }
}

/** Around many points; around none, the point (0, 0). */
export function boundsOfPoints(points: Iterable<Point>): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return left <= right ? { left, top, right, bottom } : { left: 0, top: 0, right: 0, bottom: 0 };
}

export function overlap(one: Box, other: Box): boolean {
  return one.left <= other.right && one.right >= other.left && one.top <= other.bottom && one.bottom >= other.top;
}

export function grown(box: Box, by: number): Box {
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

export function middleOf({ left, top, right, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

export function moved(shape: Shape, dx: number, dy: number): Shape {
  if (shape.kind !== 'polygon') return { ...shape, x: shape.x + dx, y: shape.y + dy };
  return { kind: 'polygon', points: shape.points.map(({ x, y }) => ({ x: x + dx, y: y + dy })) };
}

export function contains(shape: Shape, { x, y }: Point): boolean {
  switch (shape.kind) {
    case 'rectangle':
      return x >= shape.x && x <= shape.x + shape.width && y >= shape.y && y <= shape.y + shape.height;
    case 'ellipse':
      return ((x - shape.x) / shape.radiusX) ** 2 + ((y - shape.y) / shape.radiusY) ** 2 <= 1;
    case 'polygon':
      return isInside(shape.points, x, y);
    case 'text':
      return false;
  }
}

/** Where a line of text fits well into a shape, and how much room it has there. */
export interface TextPlace extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line of text is about this many times as wide as it is high. */
const textAspect = 6;
const placesTriedPerSide = 48;
/** Of two places that are as roomy, the one nearer to the middle. */
const asideWeight = 0.05;

/** The middle, for shapes that have one inside; of a polygon, which may be bent, the roomiest of many places. */
export function textPlaceOf(shape: Shape): TextPlace {
  const bounds = boundsOf(shape);
  const [width, height] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
  let best: TextPlace = { ...middleOf(bounds), width, height };
  if (shape.kind !== 'polygon') return best;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 1; row < placesTriedPerSide; row++) {
    const y = bounds.top + (height * row) / placesTriedPerSide;
    for (let column = 1; column < placesTriedPerSide; column++) {
      const x = bounds.left + (width * column) / placesTriedPerSide;
      if (!contains(shape, { x, y })) continue;
      const room = {
        width: reachAround(shape.points, x, y, 'x') * 2,
        height: reachAround(shape.points, x, y, 'y') * 2,
      };
      const aside = Math.abs(x - (bounds.left + bounds.right) / 2);
      const fits = Math.min(room.width, room.height * textAspect) - aside * asideWeight;
      if (fits <= most) continue;
      most = fits;
      best = { x, y, ...room };
    }
  }
  return best;
}

/** How far it is from a point to the nearest edge, straight along one axis. */
function reachAround(points: readonly Point[], x: number, y: number, axis: 'x' | 'y'): number {
  const [at, across] = axis === 'x' ? [x, y] : [y, x];
  const turned = ({ x: px, y: py }: Point) => (axis === 'x' ? ([px, py] as const) : ([py, px] as const));
  let nearest = Number.POSITIVE_INFINITY;
  let before = points.at(-1);
  for (const point of points) {
    if (before !== undefined) {
      const [fromAt, fromAcross] = turned(before);
      const [toAt, toAcross] = turned(point);
      if (fromAcross > across !== toAcross > across) {
        const crossing = fromAt + ((across - fromAcross) / (toAcross - fromAcross)) * (toAt - fromAt);
        nearest = Math.min(nearest, Math.abs(crossing - at));
      }
    }
    before = point;
  }
  return nearest;
}

/** A ray to the right crosses the outline an odd number of times. */
function isInside(points: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let before = points.at(-1);
  for (const point of points) {
    if (before !== undefined && point.y > y !== before.y > y) {
      const crossing = before.x + ((y - before.y) / (point.y - before.y)) * (point.x - before.x);
      if (x < crossing) inside = !inside;
    }
    before = point;
  }
  return inside;
}
