import { InvariantError } from './assert.js';
import { grown, grownLength } from './typed-growth.js';

const absent = -1;
const capacityMin = 64;

/**
 * A binary heap of small integers ≥ 0 (slots of somebody's columns), smallest first. It knows where each item stands, so one
 * that is not on top can be removed or moved in O(log n). Eight bytes an item.
 */
export class MinHeap {
  #items = new Int32Array(capacityMin);
  /** Item → its index in `#items`. */
  #places = new Int32Array(capacityMin).fill(absent);
  #size = 0;

  /** @param isBefore a strict order: two items are never both before each other. It may change only with `moved` or `reorder`. */
  constructor(private readonly isBefore: (item: number, other: number) => boolean) {}

  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return this.#items.byteLength + this.#places.byteLength;
  }

  /** The smallest, left in place; -1 where the heap is empty. */
  get top(): number {
    return this.#size === 0 ? absent : (this.#items[0] as number);
  }

  has(item: number): boolean {
    return item < this.#places.length && this.#places[item] !== absent;
  }

  push(item: number): void {
    if (this.has(item)) throw new InvariantError(`Cannot push an item as the heap has it already: item is ${item}`);
    if (this.#size === this.#items.length) this.#items = grown(this.#items, grownLength(this.#size));
    if (item >= this.#places.length) {
      this.#places = grown(this.#places, Math.max(item + 1, grownLength(this.#places.length)), absent);
    }
    this.#size += 1;
    this.#rise(item, this.#size - 1);
  }

  remove(item: number): void {
    const place = this.#placeOf(item);
    this.#places[item] = absent;
    this.#size -= 1;
    if (place === this.#size) return;
    this.#settle(this.#items[this.#size] as number, place);
  }

  /** The item's order against the others has changed. */
  moved(item: number): void {
    this.#settle(item, this.#placeOf(item));
  }

  /** The order of many items has changed: O(n). (Floyd, Algorithm 245) */
  reorder(): void {
    for (let place = (this.#size >> 1) - 1; place >= 0; place -= 1) this.#sink(this.#items[place] as number, place);
  }

  /** Visits every item, in no order. The heap must not change meanwhile. */
  each(visit: (item: number) => void): void {
    for (let place = 0; place < this.#size; place += 1) visit(this.#items[place] as number);
  }

  /** Throws unless no item is before its parent and each item stands where the heap believes. */
  check(): void {
    for (let place = 0; place < this.#size; place += 1) {
      const item = this.#items[place] as number;
      const parent = this.#items[(place - 1) >> 1] as number;
      if (this.#places[item] !== place)
        throw new InvariantError(`Cannot trust the heap as an item is misplaced: item is ${item}`);
      if (place > 0 && this.isBefore(item, parent)) {
        throw new InvariantError(`Cannot trust the heap as an item is before its parent: item is ${item}`);
      }
    }
  }

  #placeOf(item: number): number {
    if (!this.has(item)) throw new InvariantError(`Cannot find an item as the heap does not have it: item is ${item}`);
    return this.#places[item] as number;
  }

  #settle(item: number, place: number): void {
    if (place > 0 && this.isBefore(item, this.#items[(place - 1) >> 1] as number)) this.#rise(item, place);
    else this.#sink(item, place);
  }

  /** `place` is a hole: parents move down into it until the item fits. */
  #rise(item: number, place: number): void {
    let hole = place;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = this.#items[above] as number;
      if (!this.isBefore(item, parent)) break;
      this.#put(parent, hole);
      hole = above;
    }
    this.#put(item, hole);
  }

  /** `place` is a hole: smaller children move up into it until the item fits. */
  #sink(item: number, place: number): void {
    let hole = place;
    for (let below = hole * 2 + 1; below < this.#size; below = hole * 2 + 1) {
      if (below + 1 < this.#size && this.isBefore(this.#items[below + 1] as number, this.#items[below] as number))
        below += 1;
      const child = this.#items[below] as number;
      if (!this.isBefore(child, item)) break;
      this.#put(child, hole);
      hole = below;
    }
    this.#put(item, hole);
  }

  #put(item: number, place: number): void {
    this.#items[place] = item;
    this.#places[item] = place;
  }
}
