import { InvariantError } from './assert.js';

const empty = -1;
const capacityMin = 64;
/** Linear probing stays short up to here; a power of two keeps finding the place to a shift. */
const loadMax = 0.8;

/**
 * Finds a value (a small integer ≥ 0) by its key, a `seq`. Open addressing with linear probing in one Int32Array of values:
 * the keys stay where they are, in the caller's columns, so an entry costs 4 bytes. A deleted entry leaves no tombstone: those
 * behind it move up (Knuth, TAOCP vol. 3, section 6.4, algorithm R).
 */
export class SeqTable {
  #values = new Int32Array(capacityMin).fill(empty);
  #size = 0;
  #shift = 32 - Math.log2(capacityMin);

  /** @param keyOf the key of a value that is in the table; it must not change while the value is there */
  constructor(private readonly keyOf: (value: number) => number) {}

  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return this.#values.byteLength;
  }

  /** The value with this key, or -1. */
  find(key: number): number {
    const values = this.#values;
    const mask = values.length - 1;
    for (let place = this.#homeOf(key); ; place = (place + 1) & mask) {
      const value = values[place] as number;
      if (value === empty || this.keyOf(value) === key) return value;
    }
  }

  /** Adds a value whose key is not in the table yet. */
  add(value: number): void {
    if (this.#size + 1 > this.#values.length * loadMax) this.#double();
    this.#place(value);
    this.#size += 1;
  }

  /** Takes out the value with this key. Its key must still be readable. */
  delete(key: number): void {
    const values = this.#values;
    const mask = values.length - 1;
    let gap = this.#homeOf(key);
    for (; ; gap = (gap + 1) & mask) {
      const value = values[gap] as number;
      if (value === empty)
        throw new InvariantError(`Cannot delete from the table as the key is not in it: key is ${key}`);
      if (this.keyOf(value) === key) break;
    }
    for (let place = (gap + 1) & mask; ; place = (place + 1) & mask) {
      const value = values[place] as number;
      if (value === empty) break;
      const home = this.#homeOf(this.keyOf(value));
      // A value moves up into the gap unless its home lies behind the gap, where a search for it would start too late.
      if (((place - home) & mask) >= ((place - gap) & mask)) {
        values[gap] = value;
        gap = place;
      }
    }
    values[gap] = empty;
    this.#size -= 1;
  }

  #place(value: number): void {
    const values = this.#values;
    const mask = values.length - 1;
    let place = this.#homeOf(this.keyOf(value));
    while (values[place] !== empty) place = (place + 1) & mask;
    values[place] = value;
  }

  #double(): void {
    const old = this.#values;
    this.#values = new Int32Array(old.length * 2).fill(empty);
    this.#shift -= 1;
    for (const value of old) if (value !== empty) this.#place(value);
  }

  /** Fibonacci hashing: the high bits of the product spread consecutive keys evenly (Knuth, TAOCP vol. 3, section 6.4). */
  #homeOf(key: number): number {
    return Math.imul(key, 0x9e3779b1) >>> this.#shift;
  }
}
