import type { BestSeatsWish } from './command.js';
import { accessKinds } from './layout.js';
import { type Seating, seatingOf } from './seating.js';
import type { SeatMap } from './seat-map.js';
import type { NearestBlocks } from './seating-nearest-blocks.js';
import { seatStates } from './seat-state.js';

export interface ChoiceOptions {
  readonly quantity: number;
  /** How many of them are wheelchair places. */
  readonly accessible: number;
  readonly withCompanionSeats: boolean;
  /** Category → 1 where it is wished; null: all are. */
  readonly categories: Uint8Array | null;
  /** Section → 1 where it is wished; null: all are. */
  readonly sections: Uint8Array | null;
  /** `quantity` times the point to be near to: so much for all of the seats together, and a whole number. */
  readonly targetX: number;
  readonly targetY: number;
}

/** What may be chosen, and where it should be near: a wish or a request, with its keys looked up once. */
export class Choice {
  readonly quantity: number;
  readonly accessible: number;
  readonly targetX: number;
  readonly targetY: number;
  readonly #categories: Uint8Array | null;
  readonly #sections: Uint8Array | null;
  /** Bit `accessKinds`: such seats may be taken. */
  readonly #access: number;

  constructor(
    readonly map: SeatMap,
    readonly seating: Seating,
    options: ChoiceOptions,
  ) {
    const { accessible, withCompanionSeats } = options;
    this.quantity = options.quantity;
    this.accessible = accessible;
    this.targetX = options.targetX;
    this.targetY = options.targetY;
    this.#categories = options.categories;
    this.#sections = options.sections;
    const wheelchair = accessible > 0 ? 1 << accessKinds.wheelchair : 0;
    const companion = withCompanionSeats ? 1 << accessKinds.companion : 0;
    this.#access = (1 << accessKinds.ordinary) | wheelchair | companion;
  }

  /** A walk over all blocks from the target outwards, in the scale of the target. */
  startBlocks(): NearestBlocks {
    const { nearestBlocks } = this.seating;
    nearestBlocks.start(this.targetX, this.targetY, this.quantity);
    return nearestBlocks;
  }

  /** Whether the block is of a wished section and has so many neighbouring seats which may be taken. */
  hasRun(block: number, length: number): boolean {
    const { sectionOfBlock, blockStarts } = this.seating;
    if (this.#sections !== null && this.#sections[sectionOfBlock[block] as number] !== 1) return false;
    const end = blockStarts[block + 1] as number;
    let run = 0;
    for (let seat = blockStarts[block] as number; seat < end; seat += 1) {
      run = this.allows(seat) ? run + 1 : 0;
      if (run === length) return true;
    }
    return false;
  }

  /** Whether the seat may be taken, as far as its section allows. */
  allows(seat: number): boolean {
    const { map, seating } = this;
    if (map.states[seat] !== seatStates.free) return false;
    if (((this.#access >> (seating.access[seat] as number)) & 1) === 0) return false;
    return this.#categories === null || this.#categories[map.categoryOfSeat[seat] as number] === 1;
  }

  /** Squared distance of one seat from the target, in the scale of the target. */
  distanceOf(seat: number): number {
    const dx = (this.seating.positions[seat * 2] as number) * this.quantity - this.targetX;
    const dy = (this.seating.positions[seat * 2 + 1] as number) * this.quantity - this.targetY;
    return dx * dx + dy * dy;
  }
}

/** Null where no seats can come of this wish. A `near` that is no seat of the map is near to nothing. */
export function choiceOfWish(map: SeatMap, wish: BestSeatsWish): Choice | null {
  const { quantity, accessible, near } = wish;
  if (quantity > map.counts.free || accessible > quantity) return null;
  if (near !== null && near >= map.configuration.seatCount) return null;
  const seating = seatingOf(map.configuration);
  const x = near === null ? seating.focusX : (seating.positions[near * 2] as number);
  const y = near === null ? seating.focusY : (seating.positions[near * 2 + 1] as number);
  return new Choice(map, seating, {
    quantity,
    accessible,
    withCompanionSeats: accessible > 0,
    categories: marksOf(map.configuration.categories, wish.categories),
    sections: marksOf(seating.sections, wish.sections),
    targetX: x * quantity,
    targetY: y * quantity,
  });
}

/** Seats like the requested ones: of their categories, with as many wheelchair places. */
export function choiceOfRequest(map: SeatMap, seats: readonly number[]): Choice {
  const seating = seatingOf(map.configuration);
  const categories = new Uint8Array(map.configuration.categories.length);
  let [targetX, targetY, accessible] = [0, 0, 0];
  let withCompanionSeats = false;
  for (const seat of seats) {
    targetX += seating.positions[seat * 2] as number;
    targetY += seating.positions[seat * 2 + 1] as number;
    categories[map.categoryOfSeat[seat] as number] = 1;
    if (seating.access[seat] === accessKinds.wheelchair) accessible += 1;
    withCompanionSeats ||= seating.access[seat] !== accessKinds.ordinary;
  }
  const quantity = seats.length;
  return new Choice(map, seating, {
    quantity,
    accessible,
    withCompanionSeats,
    categories,
    sections: null,
    targetX,
    targetY,
  });
}

/** Index of key → 1 where the key is wished. Keys that nobody knows mark nothing. */
function marksOf(keys: readonly string[], wished: readonly string[] | null): Uint8Array | null {
  if (wished === null) return null;
  const marks = new Uint8Array(keys.length);
  for (const key of wished) {
    const index = keys.indexOf(key);
    if (index >= 0) marks[index] = 1;
  }
  return marks;
}
