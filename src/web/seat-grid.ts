import type { Box, Point } from './shape.js';

/** Two cells are never given one key: charts are far narrower than this many cells. */
const columnsMax = 2 ** 26;

/** Finds what stands near a place without looking at everything: things sorted into square cells. Pure. */
export class SeatGrid<T extends Point> {
  readonly #cellSize: number;
  readonly #cells = new Map<number, T[]>();

  constructor(things: readonly T[], cellSize: number) {
    this.#cellSize = cellSize;
    for (const thing of things) {
      const key = this.#column(thing.x) + this.#column(thing.y) * columnsMax;
      const cell = this.#cells.get(key);
      if (cell === undefined) this.#cells.set(key, [thing]);
      else cell.push(thing);
    }
  }

  /** Everything in the box, cell by cell. */
  within(box: Box): T[] {
    const found: T[] = [];
    const lastColumn = this.#column(box.right);
    const lastRow = this.#column(box.bottom);
    for (let row = this.#column(box.top); row <= lastRow; row++) {
      for (let column = this.#column(box.left); column <= lastColumn; column++) {
        const cell = this.#cells.get(column + row * columnsMax);
        if (cell === undefined) continue;
        for (const thing of cell) {
          if (thing.x >= box.left && thing.x <= box.right && thing.y >= box.top && thing.y <= box.bottom) {
            found.push(thing);
          }
        }
      }
    }
    return found;
  }

  #column(length: number): number {
    return Math.floor(length / this.#cellSize);
  }
}
