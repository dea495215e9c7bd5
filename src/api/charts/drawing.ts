/**
 * What a chart draws around its seats: stage, bar, pillars, words. A chart's `drawing` may be any JSON; these are the forms
 * that our page draws, in this order, when `drawing` is a list of them. Others are passed over.
 */
export type DrawingItem = DrawnRectangle | DrawnEllipse | DrawnPolygon | DrawnText;

interface Drawn {
  /** Fill, as CSS writes it; the page's own where absent. */
  color?: string;
  borderColor?: string;
  /** Stands in the middle of the shape. */
  text?: string;
}
export interface DrawnRectangle extends Drawn {
  shape: 'rectangle';
  /** Top left corner. */
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface DrawnEllipse extends Drawn {
  shape: 'ellipse';
  /** Centre. */
  x: number;
  y: number;
  radiusX: number;
  radiusY: number;
}
export interface DrawnPolygon extends Drawn {
  shape: 'polygon';
  points: [x: number, y: number][];
}
export interface DrawnText {
  shape: 'text';
  /** Middle of the text. */
  x: number;
  y: number;
  text: string;
  /** Height of the letters in the chart's unit. */
  size?: number;
  color?: string;
  /** Degrees, clockwise, around its middle. */
  rotation?: number;
}
