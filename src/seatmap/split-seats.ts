import { assert } from '../lib/assert.js';
import { protocolLimits } from '../protocol/limits.js';
import { accessKinds } from './layout.js';
import type { Choice } from './seating-choice.js';
import { NearestSeats } from './seating-nearest-seats.js';

/*
 * A group that finds no row for itself sits as close to each other as can be.
 *
 *  1. Looked at are those seats that may be taken (rule 1 of best-seats.ts), the nearest `splitPoolMax` to `near` or else to
 *     the focus, and as many wheelchair places where some are wished; of equally near ones the lower seats.
 *  2. A group gathers around an anchor, which is one of them: the `accessible` wheelchair places nearest to it and the other
 *     seats nearest to it, `quantity` in all; of equally near ones the lower seats.
 *  3. The group with the least spread wins: the sum of the squared distances from the anchor, so that one who sits far away
 *     weighs more than many who sit a little apart. It is counted in squares of the usual distance between neighbours, and
 *     rounded: equal shapes are equal though rows are curved.
 *  4. Then the group whose anchor is nearest to `near`, or else to the focus, wins, and then the lowest anchor.
 */

/** Rule 1: the work grows with its square. */
export const splitPoolMax = 384;
assert(splitPoolMax >= protocolLimits.seatsPerHoldMax, `Cannot split groups: splitPoolMax is ${splitPoolMax}`);

/** The split group, rising, or null where there is none. */
export function splitSeats(choice: Choice): readonly number[] | null {
  const { quantity, accessible } = choice;
  const pools: Pool[] = [];
  if (accessible < quantity) pools.push(new Pool(choice, false, quantity - accessible));
  if (accessible > 0) pools.push(new Pool(choice, true, accessible));
  if (!pools.every((pool) => pool.isEnough)) return null;
  const anchor = bestAnchor(choice, pools);
  const group = pools.map((pool) => Array.from(pool.nearestTo(anchor, Number.POSITIVE_INFINITY).seats));
  return group.flat().sort((one, other) => one - other);
}

/** Rules 3 and 4. */
function bestAnchor(choice: Choice, pools: readonly Pool[]): number {
  const { pitchSquared } = choice.seating;
  let best = -1;
  let bestSpread = Number.POSITIVE_INFINITY;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const { seats } of pools) {
    for (const anchor of seats) {
      // With a seat so far away alone, the group would be more spread than the best one so far.
      const reach = (bestSpread + 0.5) * pitchSquared;
      const spread = Math.round(spreadAround(anchor, pools, reach) / pitchSquared);
      if (spread > bestSpread) continue;
      const distance = choice.distanceOf(anchor);
      if (spread === bestSpread && (distance > bestDistance || (distance === bestDistance && anchor > best))) continue;
      [best, bestSpread, bestDistance] = [anchor, spread, distance];
    }
  }
  return best;
}

function spreadAround(anchor: number, pools: readonly Pool[], reach: number): number {
  let spread = 0;
  for (const pool of pools) {
    const nearest = pool.nearestTo(anchor, reach);
    if (!nearest.isFull) return Number.POSITIVE_INFINITY;
    for (const distance of nearest.distances) spread += distance;
  }
  return spread;
}

/** Seats of one kind that a group may have some of. */
class Pool {
  /** From left to right. */
  readonly seats: Int32Array;
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  readonly #nearest: NearestSeats;

  constructor(
    private readonly choice: Choice,
    ofWheelchairs: boolean,
    count: number,
  ) {
    const { positions } = choice.seating;
    const { seats, size } = nearestToTarget(choice, ofWheelchairs);
    this.seats = seats
      .slice(0, size)
      .sort((one, other) => (positions[one * 2] as number) - (positions[other * 2] as number));
    this.#xs = Float64Array.from(this.seats, (seat) => positions[seat * 2] as number);
    this.#ys = Float64Array.from(this.seats, (seat) => positions[seat * 2 + 1] as number);
    this.#nearest = new NearestSeats(count);
  }

  get isEnough(): boolean {
    return this.seats.length >= this.#nearest.seats.length;
  }

  /** Rule 2, as far as they are within `reach`: valid until the next call. It sweeps left and right, while x alone is within reach. */
  nearestTo(anchor: number, reach: number): NearestSeats {
    const nearest = this.#nearest;
    const x = this.choice.seating.positions[anchor * 2] as number;
    const y = this.choice.seating.positions[anchor * 2 + 1] as number;
    nearest.clear(reach);
    let right = firstNotBelow(this.#xs, x);
    let left = right - 1;
    while (left >= 0 || right < this.seats.length) {
      right = this.#offer(right, x, y) ? right + 1 : this.seats.length;
      left = this.#offer(left, x, y) ? left - 1 : -1;
    }
    return nearest;
  }

  /** False where nothing farther to that side can be within reach either. */
  #offer(index: number, x: number, y: number): boolean {
    if (index < 0 || index >= this.seats.length) return false;
    const dx = (this.#xs[index] as number) - x;
    const dy = (this.#ys[index] as number) - y;
    const nearest = this.#nearest;
    if (dx * dx > nearest.reach) return false;
    const distance = dx * dx + dy * dy;
    if (distance <= nearest.reach) nearest.offer(this.seats[index] as number, distance);
    return true;
  }
}

/** Rule 1. */
function nearestToTarget(choice: Choice, ofWheelchairs: boolean): NearestSeats {
  const { blockStarts, access } = choice.seating;
  const nearest = new NearestSeats(splitPoolMax);
  const hasSeat = (block: number): boolean => choice.hasRun(block, 1);
  const blocks = choice.startBlocks();
  for (let block = blocks.next(hasSeat); block >= 0 && blocks.distance <= nearest.reach; block = blocks.next(hasSeat)) {
    const end = blockStarts[block + 1] as number;
    for (let seat = blockStarts[block] as number; seat < end; seat += 1) {
      if (!choice.allows(seat) || (access[seat] === accessKinds.wheelchair) !== ofWheelchairs) continue;
      nearest.offer(seat, choice.distanceOf(seat));
    }
  }
  return nearest;
}

/** The index of the first of the rising values that is not below. */
function firstNotBelow(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
