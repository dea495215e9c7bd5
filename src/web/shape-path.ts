import type { Shape } from './shape.js';

/** Pixels. */
const cornerMax = 6;

/** Begins a path along a shape's outline. `scale`: pixels for each of its units. */
export function tracePath(context: CanvasRenderingContext2D, shape: Shape, scale: number): void {
  context.beginPath();
  switch (shape.kind) {
    case 'rectangle': {
      const [width, height] = [shape.width * scale, shape.height * scale];
      const corner = Math.min(Math.abs(width) * 0.12, Math.abs(height) * 0.12, cornerMax);
      return context.roundRect(shape.x * scale, shape.y * scale, width, height, corner);
    }
    case 'ellipse': {
      const [radiusX, radiusY] = [Math.abs(shape.radiusX * scale), Math.abs(shape.radiusY * scale)];
      return context.ellipse(shape.x * scale, shape.y * scale, radiusX, radiusY, 0, 0, Math.PI * 2);
    }
    case 'polygon': {
      for (const { x, y } of shape.points) context.lineTo(x * scale, y * scale);
      return context.closePath();
    }
    case 'text':
      return;
  }
}
