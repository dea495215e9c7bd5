import type { Chart } from '../charts/chart.js';
import type { DrawingItem } from '../charts/drawing.js';

/** A chart with everything that a house has. */
export interface Venue extends Chart {
  readonly focalPoint: { readonly x: number; readonly y: number };
  readonly drawing: readonly DrawingItem[];
}
