import { element } from './dom.js';
import type { Palette } from './palette.js';
import { drawFree, drawMarks } from './seat-marks.js';
import type { SeatMark } from './words.js';

/** What is one's own reaches this far from its middle, in radii. */
const reach = 1.5;

/**
 * A seat in each look, drawn once and then stamped: thousands of seats cost a copy each instead of a path. Lengths are in
 * pixels of the screen.
 */
export class SeatStamps {
  readonly radius: number;
  /** The width and height of every stamp. */
  readonly size: number;
  readonly #palette: Palette;
  readonly #stamps = new Map<string, HTMLCanvasElement>();

  constructor(radius: number, palette: Palette) {
    this.radius = radius;
    this.size = Math.ceil(radius * reach) * 2 + 1;
    this.#palette = palette;
  }

  /** `color`: of the seat's category, which a free seat has. */
  stamp(mark: SeatMark, color: string): HTMLCanvasElement {
    const key = mark === 'free' ? color : mark;
    const known = this.#stamps.get(key);
    if (known !== undefined) return known;
    const made = element('canvas', {});
    made.width = this.size;
    made.height = this.size;
    const context = made.getContext('2d');
    const middle = [{ x: this.size / 2, y: this.size / 2 }];
    if (context !== null) {
      if (mark === 'free') drawFree(context, middle, this.radius, color);
      else drawMarks[mark](context, middle, this.radius, this.#palette);
    }
    this.#stamps.set(key, made);
    return made;
  }
}
