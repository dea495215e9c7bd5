import { z } from 'zod';

export const coordinateMax = 1e6;
export const coordinate = z.number().min(-coordinateMax).max(coordinateMax);
export const length = z.number().positive().max(coordinateMax);
const point = z.tuple([coordinate, coordinate]);
const pointsMax = 10_000;

/** Where the places of a general-admission area are. `x` and `y` are a rectangle's top left corner, an ellipse's centre. */
export const areaShapeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('polygon'), points: z.array(point).min(3).max(pointsMax) }),
  z.object({ type: z.literal('rectangle'), x: coordinate, y: coordinate, width: length, height: length }),
  z.object({ type: z.literal('ellipse'), x: coordinate, y: coordinate, radiusX: length, radiusY: length }),
]);

export type AreaShape = z.output<typeof areaShapeSchema>;
