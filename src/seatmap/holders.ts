import { InvariantError } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { grown, grownLength } from '../lib/typed-growth.js';

const none = -1;

/**
 * Who has seats here; a place of an area counts as a seat. A holder gets an index while it has a seat, held or booked, and
 * loses it with the last one; its live holds are a linked list of claim slots, the newest first.
 */
export class Holders {
  readonly #indexes = new Map<string, number>();
  readonly #ids: string[] = [];
  #seatCounts = new Uint32Array(0);
  /** Of a free index: the next free one. */
  #newestHolds = new Int32Array(0);
  #firstFreeIndex = none;
  /** Claim slot of a live hold → that of the same holder's next older one. */
  #olderHolds = new Int32Array(0);

  get count(): number {
    return this.#indexes.size;
  }

  get byteLength(): number {
    return this.#seatCounts.byteLength + this.#newestHolds.byteLength + this.#olderHolds.byteLength;
  }

  /** -1 where this holder has no seat. */
  find(holderId: string): number {
    return this.#indexes.get(holderId) ?? none;
  }

  idOf(holder: number): string {
    return must(this.#ids[holder], 'a holder');
  }

  /** Held or booked. */
  seatCountOf(holder: number): number {
    return this.#seatCounts[holder] as number;
  }

  liveHoldCountOf(holder: number): number {
    let holds = 0;
    for (let slot = this.#newestHolds[holder] as number; slot !== none; slot = this.#olderHolds[slot] as number)
      holds += 1;
    return holds;
  }

  /** Claim slots, the oldest hold first. */
  liveHoldsOf(holder: number): number[] {
    const slots: number[] = [];
    for (let slot = this.#newestHolds[holder] as number; slot !== none; slot = this.#olderHolds[slot] as number) {
      slots.push(slot);
    }
    return slots.toReversed();
  }

  all(): IterableIterator<[holderId: string, holder: number]> {
    return this.#indexes.entries();
  }

  /** The holder's index, a new one where it has no seat yet: give it seats at once. */
  intern(holderId: string): number {
    const known = this.#indexes.get(holderId);
    if (known !== undefined) return known;
    if (this.#firstFreeIndex === none) this.#grow();
    const holder = this.#firstFreeIndex;
    this.#firstFreeIndex = this.#newestHolds[holder] as number;
    this.#newestHolds[holder] = none;
    this.#seatCounts[holder] = 0;
    this.#ids[holder] = holderId;
    this.#indexes.set(holderId, holder);
    return holder;
  }

  addHold(holder: number, slot: number, seats: number): void {
    if (slot >= this.#olderHolds.length) {
      this.#olderHolds = grown(this.#olderHolds, Math.max(slot + 1, grownLength(this.#olderHolds.length)));
    }
    this.#olderHolds[slot] = this.#newestHolds[holder] as number;
    this.#newestHolds[holder] = slot;
    this.#seatCounts[holder] = this.seatCountOf(holder) + seats;
  }

  /** The hold is no longer live; the holder's seats are counted apart. */
  removeHold(holder: number, slot: number): void {
    const older = this.#olderHolds[slot] as number;
    let newer = this.#newestHolds[holder] as number;
    if (newer === slot) {
      this.#newestHolds[holder] = older;
      return;
    }
    while (newer !== none && this.#olderHolds[newer] !== slot) newer = this.#olderHolds[newer] as number;
    if (newer === none)
      throw new InvariantError(`Cannot end a hold as its holder does not have it: holder is ${this.idOf(holder)}`);
    this.#olderHolds[newer] = older;
  }

  /** Seats left the holder's holds or bookings. With the last one the index is free for another. */
  removeSeats(holder: number, seats: number): void {
    const left = this.seatCountOf(holder) - seats;
    if (left < 0) throw new InvariantError(`Cannot take seats as the holder has fewer: holder is ${this.idOf(holder)}`);
    this.#seatCounts[holder] = left;
    if (left > 0) return;
    this.#indexes.delete(this.idOf(holder));
    this.#ids[holder] = '';
    this.#newestHolds[holder] = this.#firstFreeIndex;
    this.#firstFreeIndex = holder;
  }

  #grow(): void {
    const oldLength = this.#seatCounts.length;
    const length = grownLength(oldLength);
    this.#seatCounts = grown(this.#seatCounts, length);
    this.#newestHolds = grown(this.#newestHolds, length);
    for (let holder = length - 1; holder >= oldLength; holder -= 1) {
      this.#newestHolds[holder] = this.#firstFreeIndex;
      this.#firstFreeIndex = holder;
    }
  }
}
