import { z } from 'zod';
import { length } from './area-shape.js';
import type { Point } from './blocks.js';
import { color } from './chart.js';
import type { DrawingItem } from './drawing.js';
import { storableName } from './names.js';
import { position } from './pretix-fields.js';

const pointsMax = 10_000;
const textLengthMax = 200;
/** What pretix takes where a plan does not say. */
const textSize = 16;

const label = z.object({
  text: z.string(),
  color: z.unknown().optional(),
  size: length.optional(),
  position: position.optional(),
});
const common = {
  position: position.default({ x: 0, y: 0 }),
  /** Degrees, clockwise, around `position`. */
  rotation: z.number().nullish(),
  color: z.unknown().optional(),
  border_color: z.unknown().optional(),
  text: label.nullish(),
};
const areaSchema = z.discriminatedUnion('shape', [
  z.object({ ...common, shape: z.literal('polygon'), polygon: z.object({ points: z.array(position).max(pointsMax) }) }),
  z.object({ ...common, shape: z.literal('rectangle'), rectangle: z.object({ width: length, height: length }) }),
  z.object({
    ...common,
    shape: z.literal('ellipse'),
    ellipse: z.object({ radius: z.object({ x: length, y: length }) }),
  }),
  z.object({ ...common, shape: z.literal('circle'), circle: z.object({ radius: length }) }),
  z.object({ ...common, shape: z.literal('text') }),
]);
type Area = z.output<typeof areaSchema>;

export interface DrawnArea {
  readonly items: readonly DrawingItem[];
  /** The middle of an area whose text calls it a stage. */
  readonly stage: Point | null;
}

/** What an area of a zone draws; null where it has none of the shapes that there are, or not the measures of its shape. */
export function drawnArea(given: unknown, zone: Point): DrawnArea | null {
  const read = areaSchema.safeParse(given);
  if (!read.success) return null;
  const area = read.data;
  const place = placing(zone, area.position, area.rotation ?? 0);
  const shape = shapeOf(area, place);
  const words = storableName(area.text?.text ?? '', textLengthMax);
  const items: DrawingItem[] = shape === null ? [] : [shape];
  const wordsAt = place(area.text?.position ?? { x: 0, y: 0 });
  if (words !== '') {
    items.push({
      shape: 'text',
      ...wordsAt,
      text: words,
      size: area.text?.size ?? textSize,
      ...colorOf('color', area.text?.color),
      ...(isTurned(area) ? { rotation: area.rotation ?? 0 } : {}),
    });
  }
  const isStage = items.length > 0 && stageWords.test(words.normalize('NFC'));
  return { items, stage: isStage ? (middleOf(area, place) ?? wordsAt) : null };
}

/** Stage, Bühne, podium, scène, escenario as words, or at the end of one, as in "Mainstage" and "Hauptbühne", not "Backstage". */
const stageWords =
  /(?<!\p{L})(?:main[ -]?)?stage(?!\p{L})|(?:bühne|buehne)(?!\p{L})|(?<!\p{L})(?:podium|sc[eè]ne|escenario)(?!\p{L})/iu;

type Placing = (local: Point) => { x: number; y: number };

/** From an area's own coordinates to the chart's. */
function placing(zone: Point, origin: Point, degrees: number): Placing {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return ({ x, y }) => ({
    x: hundredths(zone.x + origin.x + x * cos - y * sin),
    y: hundredths(zone.y + origin.y + x * sin + y * cos),
  });
}

/** The chart knows no turned rectangles and ellipses: they become polygons. */
function shapeOf(area: Area, place: Placing): DrawingItem | null {
  const colors = { ...colorOf('color', area.color), ...colorOf('borderColor', area.border_color) };
  const polygon = (points: readonly Point[]): DrawingItem => ({
    shape: 'polygon',
    points: points.map(place).map(({ x, y }) => [x, y]),
    ...colors,
  });
  switch (area.shape) {
    case 'polygon':
      return polygon(area.polygon.points);
    case 'rectangle': {
      const { width, height } = area.rectangle;
      if (isTurned(area)) return polygon(cornersOf(width, height));
      return { shape: 'rectangle', ...place({ x: 0, y: 0 }), width, height, ...colors };
    }
    case 'ellipse': {
      const { x: radiusX, y: radiusY } = area.ellipse.radius;
      if (isTurned(area)) return polygon(outlineOf(radiusX, radiusY));
      return { shape: 'ellipse', ...place({ x: 0, y: 0 }), radiusX, radiusY, ...colors };
    }
    case 'circle': {
      const { radius } = area.circle;
      return { shape: 'ellipse', ...place({ x: 0, y: 0 }), radiusX: radius, radiusY: radius, ...colors };
    }
    case 'text':
      return null;
  }
}

function middleOf(area: Area, place: Placing): Point | null {
  if (area.shape === 'text') return null;
  if (area.shape === 'rectangle') return place({ x: area.rectangle.width / 2, y: area.rectangle.height / 2 });
  if (area.shape !== 'polygon') return place({ x: 0, y: 0 });
  const { points } = area.polygon;
  if (points.length === 0) return null;
  const sum = points.reduce((so, { x, y }) => ({ x: so.x + x, y: so.y + y }));
  return place({ x: sum.x / points.length, y: sum.y / points.length });
}

function cornersOf(width: number, height: number): Point[] {
  return [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
}

const outlinePoints = 48;

function outlineOf(radiusX: number, radiusY: number): Point[] {
  return Array.from({ length: outlinePoints }, (_, at) => {
    const angle = (at / outlinePoints) * 2 * Math.PI;
    return { x: radiusX * Math.cos(angle), y: radiusY * Math.sin(angle) };
  });
}

function isTurned({ rotation }: Area): boolean {
  return (rotation ?? 0) % 360 !== 0;
}

function colorOf<K extends string>(key: K, given: unknown): { [key in K]?: string } {
  const read = color.safeParse(given);
  return (read.success ? { [key]: read.data } : {}) as { [key in K]?: string };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
