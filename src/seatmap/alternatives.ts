import type { BestSeatsWish } from './command.js';
import { type Choice, choiceOfRequest, choiceOfWish } from './seating-choice.js';
import type { Seating } from './seating.js';
import { seatsFrom, Windows } from './seating-windows.js';
import type { SeatMap } from './seat-map.js';
import { splitSeats } from './split-seats.js';

/*
 * What is offered instead of seats of which some are not free.
 *
 *  1. A window is as many neighbouring seats of one block as were requested, all free, each of a category that a requested
 *     seat has, with as many wheelchair places as were requested. Companion seats are offered only to those who asked for a
 *     wheelchair place or a companion seat. Requested seats that are free may be part of it.
 *  2. The nearest window wins, by the distance of its centroid from that of the request, counted in usual distances between
 *     neighbours and rounded; of equally near ones the one that leaves the fewest lone seats (rule 5 of best-seats.ts), then the
 *     really nearest, then the lowest.
 *  3. The second and the third are the best of those that share no seat with the ones before. The three are given in order of
 *     their real distance.
 *  4. In a storm most requests are refused, so the work is bounded. Blocks are looked at from the request outwards, until
 *     `examinedSeatsMax` seats were. Of a block that is longer than any row between two aisles, as where there is no layout,
 *     `examinedSeatsOfBlockMax` seats are looked at, around the first requested seat in it.
 */

const alternativesMax = 3;
/** Rule 4. */
export const examinedSeatsMax = 1_024;
export const examinedSeatsOfBlockMax = 256;

/** Up to three other choices for seats of which some are not free, each rising. `seats` are seats of the map. */
export function alternativesTo(map: SeatMap, seats: readonly number[]): readonly (readonly number[])[] {
  if (seats.length === 0 || seats.length > map.counts.free) return [];
  const choice = choiceOfRequest(map, seats);
  const offers = bestOffers(choice, seats);
  offers.sort((one, other) => one.distance - other.distance || compareOffers(one, other));
  return offers.map(({ first }) => seatsFrom(first, seats.length));
}

/** What to offer where `bestSeats` has nothing: who wants to sit together may have a split group. */
export function alternativesToBest(map: SeatMap, wish: BestSeatsWish): readonly (readonly number[])[] {
  const choice = wish.together ? choiceOfWish(map, wish) : null;
  const group = choice === null ? null : splitSeats(choice);
  return group === null ? [] : [group];
}

interface Offer {
  readonly first: number;
  readonly distance: number;
  /** The distance of rule 2. */
  readonly pitches: number;
  readonly loneSeats: number;
}

/** Rules 2 to 4, the best first. Windows of two blocks share no seat, so of each block only the best three matter. */
function bestOffers(choice: Choice, seats: readonly number[]): Offer[] {
  const { seating, quantity } = choice;
  const windows = new Windows(choice);
  let offers: Offer[] = [];
  let seatsLeft = examinedSeatsMax;
  const blocks = choice.startBlocks();
  for (let block = blocks.next(); block >= 0 && seatsLeft > 0; block = blocks.next()) {
    const third = offers[alternativesMax - 1] ?? null;
    if (third !== null && pitchesOf(choice, blocks.distance) > third.pitches) break;
    seatsLeft -= enterBlock(windows, seating, block, seats);
    const here: Offer[] = [];
    while (windows.next()) {
      const offer = offerOf(choice, windows);
      if (third === null || compareOffers(offer, third) < 0) here.push(offer);
    }
    if (here.length > 0) offers = bestDisjoint([...offers, ...here], quantity);
  }
  return offers;
}

/** Rule 4: how many seats of the block are looked at. */
function enterBlock(windows: Windows, seating: Seating, block: number, requested: readonly number[]): number {
  const start = seating.blockStarts[block] as number;
  const end = seating.blockStarts[block + 1] as number;
  if (end - start <= examinedSeatsOfBlockMax) {
    windows.enter(block);
    return end - start;
  }
  const around = requested.find((seat) => seat >= start && seat < end) ?? start;
  const from = Math.max(start, around - examinedSeatsOfBlockMax / 2);
  windows.enter(block, from, from + examinedSeatsOfBlockMax);
  return examinedSeatsOfBlockMax;
}

function offerOf(choice: Choice, windows: Windows): Offer {
  const { first, distance, loneSeats } = windows;
  return { first, distance, pitches: pitchesOf(choice, distance), loneSeats };
}

/** A squared distance of `quantity` times the length, in usual distances between neighbours. */
function pitchesOf({ quantity, seating }: Choice, distance: number): number {
  return Math.round(Math.sqrt(distance / seating.pitchSquared) / quantity);
}

/** Rule 2. */
function compareOffers(one: Offer, other: Offer): number {
  return (
    one.pitches - other.pitches ||
    one.loneSeats - other.loneSeats ||
    one.distance - other.distance ||
    one.first - other.first
  );
}

/** Rule 3. */
function bestDisjoint(offers: Offer[], quantity: number): Offer[] {
  const chosen: Offer[] = [];
  offers.sort(compareOffers);
  for (const offer of offers) {
    if (chosen.some(({ first }) => Math.abs(first - offer.first) < quantity)) continue;
    chosen.push(offer);
    if (chosen.length === alternativesMax) break;
  }
  return chosen;
}
