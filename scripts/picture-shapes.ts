import type { AreaShape } from '../src/api/charts/area-shape.js';

/** SVG of a shape. */
export function outline(shape: AreaShape, style: string): string {
  switch (shape.type) {
    case 'rectangle':
      return `<rect x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" ${style}/>`;
    case 'ellipse':
      return `<ellipse cx="${shape.x}" cy="${shape.y}" rx="${shape.radiusX}" ry="${shape.radiusY}" ${style}/>`;
    case 'polygon':
      return `<polygon points="${shape.points.map((point) => point.join(',')).join(' ')}" ${style}/>`;
  }
}

/** The middle of what a shape covers. */
export function boxOf(shape: AreaShape): { x: number; y: number; width: number; height: number } {
  switch (shape.type) {
    case 'rectangle':
      return { ...shape, x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
    case 'ellipse':
      return { x: shape.x, y: shape.y, width: 2 * shape.radiusX, height: 2 * shape.radiusY };
    case 'polygon': {
      const [xs, ys] = [shape.points.map(([x]) => x), shape.points.map(([, y]) => y)];
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
    }
  }
}

/** Where a label has most room: the point farthest from the outline, and among such the lowest in the middle. */
export function roomiest(shape: AreaShape): { x: number; y: number; room: number } {
  const box = boxOf(shape);
  if (shape.type !== 'polygon') return { ...box, room: Math.min(box.width, box.height) / 2 };
  let best = { x: box.x, y: box.y, room: 0 };
  let most = 0;
  for (let step = 0; step < gridSteps ** 2; step += 1) {
    const x = box.x + box.width * ((step % gridSteps) / (gridSteps - 1) - 0.5);
    const y = box.y + box.height * (Math.floor(step / gridSteps) / (gridSteps - 1) - 0.5);
    if (!isInside(shape.points, x, y)) continue;
    const room = roomAt(shape.points, x, y);
    const worth = room - Math.abs(x - box.x) * 0.02 + (y - box.y) * 0.005;
    if (worth > most) [best, most] = [{ x, y, room }, worth];
  }
  return best;
}

const gridSteps = 161;

/** A ray to the right crosses the outline an odd number of times. */
function isInside(points: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of edgesOf(points)) {
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}

function roomAt(points: readonly (readonly [number, number])[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [[ax, ay], [bx, by]] of edgesOf(points)) {
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    least = Math.min(least, Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)));
  }
  return least;
}

function edgesOf<P>(points: readonly P[]): [P, P][] {
  return points.map((point, at) => [point, points[(at + 1) % points.length] ?? point]);
}
