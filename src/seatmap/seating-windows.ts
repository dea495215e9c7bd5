import { accessKinds } from './layout.js';
import type { Choice } from './seating-choice.js';
import { seatStates } from './seat-state.js';

/** The category of a window whose seats are of several. */
export const mixed = -1;

/**
 * All windows of one block: as many neighbouring seats as are wished, all of which may be taken, with exactly the wished number
 * of wheelchair places. It slides along, so a seat is looked at once however long the window is, and nothing is allocated.
 *
 * `enter` a block, then `next` until it is false.
 */
export class Windows {
  /** The window is `first`, `first + 1`, … */
  first = 0;
  /** Of all its seats' positions: `quantity` times the centroid. */
  sumX = 0;
  sumY = 0;
  /** The one category of its seats, or `mixed`. */
  category = mixed;
  #companions = 0;
  #wheelchairs = 0;
  #blockStart = 0;
  #blockEnd = 0;
  /** The seat to look at next, and where to stop. */
  #seat = 0;
  #end = 0;
  /** How many seats before `#seat` may be taken, without a gap, and how many of these are of the last one's category. */
  #run = 0;
  #alike = 0;

  constructor(private readonly choice: Choice) {}

  /** Only windows within the seats `from` … `to - 1`, where given. */
  enter(block: number, from = 0, to = Number.POSITIVE_INFINITY): void {
    const { blockStarts } = this.choice.seating;
    this.#blockStart = blockStarts[block] as number;
    this.#blockEnd = blockStarts[block + 1] as number;
    this.#seat = Math.max(from, this.#blockStart);
    this.#end = Math.min(to, this.#blockEnd);
    this.#startRun();
  }

  next(): boolean {
    const { choice } = this;
    const { quantity, accessible } = choice;
    const end = this.#end;
    for (let seat = this.#seat; seat < end; seat += 1) {
      if (!choice.allows(seat)) {
        if (this.#run > 0) this.#startRun();
        continue;
      }
      this.#append(seat);
      if (this.#run > quantity) this.#drop(seat - quantity);
      if (this.#run < quantity || this.#wheelchairs !== accessible) continue;
      this.first = seat - quantity + 1;
      this.category = this.#alike >= quantity ? (choice.map.categoryOfSeat[seat] as number) : mixed;
      this.#seat = seat + 1;
      return true;
    }
    this.#seat = end;
    return false;
  }

  /** Squared distance of the window's centroid from the target, times the square of the quantity. */
  get distance(): number {
    const dx = this.sumX - this.choice.targetX;
    const dy = this.sumY - this.choice.targetY;
    return dx * dx + dy * dy;
  }

  /** How many of those who come with somebody in a wheelchair would not sit on a companion seat. */
  get companionsMissing(): number {
    const { quantity, accessible } = this.choice;
    return Math.max(0, Math.min(accessible, quantity - accessible) - this.#companions);
  }

  /** Free seats, of whatever kind, that the window would leave alone between it and something that is not free. */
  get loneSeats(): number {
    const left = this.first - 1;
    const right = this.first + this.choice.quantity;
    const isLeftAlone = this.#isFree(left) && !this.#isFree(left - 1);
    const isRightAlone = this.#isFree(right) && !this.#isFree(right + 1);
    return Number(isLeftAlone) + Number(isRightAlone);
  }

  #isFree(seat: number): boolean {
    return seat >= this.#blockStart && seat < this.#blockEnd && this.choice.map.states[seat] === seatStates.free;
  }

  #startRun(): void {
    this.#run = 0;
    this.#alike = 0;
    this.#wheelchairs = 0;
    this.#companions = 0;
    this.sumX = 0;
    this.sumY = 0;
  }

  #append(seat: number): void {
    const { categoryOfSeat } = this.choice.map;
    const isAlike = this.#run > 0 && categoryOfSeat[seat] === categoryOfSeat[seat - 1];
    this.#alike = isAlike ? this.#alike + 1 : 1;
    this.#run += 1;
    this.#count(seat, 1);
  }

  /** The run goes on, the window has moved past this seat. */
  #drop(seat: number): void {
    this.#count(seat, -1);
  }

  #count(seat: number, sign: 1 | -1): void {
    const { positions, access } = this.choice.seating;
    this.sumX += sign * (positions[seat * 2] as number);
    this.sumY += sign * (positions[seat * 2 + 1] as number);
    if (access[seat] === accessKinds.wheelchair) this.#wheelchairs += sign;
    else if (access[seat] === accessKinds.companion) this.#companions += sign;
  }
}

/** `count` seats from `first` on. */
export function seatsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
