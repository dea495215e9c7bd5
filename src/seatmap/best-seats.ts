import type { BestSeatsWish } from './command.js';
import { type Choice, choiceOfWish } from './seating-choice.js';
import { seatsFrom, Windows } from './seating-windows.js';
import type { SeatMap } from './seat-map.js';
import { splitSeats } from './split-seats.js';

/*
 * Which seats are best. Every tie is broken, so the same map and wish give the same seats always.
 *
 *  1. A seat may be taken if it is free and of a wished category and section. Nobody who brings no wheelchair gets a wheelchair
 *     place or a companion seat. A key that the chart does not know matches nothing.
 *  2. A window is `quantity` neighbouring seats of one block which may be taken, exactly `accessible` of them wheelchair places.
 *  3. The class of a window is the category of its seats, or "mixed". The nearest window decides the class: nobody is moved
 *     to dearer or cheaper seats for the sake of rules 4 and 5.
 *  4. Within the class, companions sit on companion seats: the fewest missing wins. Wanted is one for each wheelchair place,
 *     as far as the quantity allows.
 *  5. Then no single seat is left over: the fewest lone seats wins, none before one before two. A lone seat is a free seat of
 *     any kind beside the window, with no free seat on its other side.
 *  6. Then the nearest wins: by the distance of the window's centroid from `near`, or else from the layout's focus.
 *  7. Then the window with the lowest seat wins, here and in rule 3.
 *  8. If there is no window and `together` is false, the group is split: rules of split-seats.ts.
 */

/** The best seats for this wish, rising, or null where there are none. */
export function bestSeats(map: SeatMap, wish: BestSeatsWish): readonly number[] | null {
  const choice = choiceOfWish(map, wish);
  if (choice === null) return null;
  const first = bestWindow(choice);
  if (first !== null) return seatsFrom(first, choice.quantity);
  return wish.together ? null : splitSeats(choice);
}

interface Found {
  readonly first: number;
  readonly distance: number;
  readonly category: number;
  readonly flaws: number;
}

function bestWindow(choice: Choice): number | null {
  const nearest = nearestWindow(choice);
  if (nearest === null) return null;
  return nearest.flaws === 0 ? nearest.first : fewestFlaws(choice, nearest);
}

/** Rules 6 and 7 alone. */
function nearestWindow(choice: Choice): Found | null {
  const windows = new Windows(choice);
  let found: Found | null = null;
  let first = 0;
  let distance = Number.POSITIVE_INFINITY;
  const hasRun = (block: number): boolean => choice.hasRun(block, choice.quantity);
  const blocks = choice.startBlocks();
  for (let block = blocks.next(hasRun); block >= 0 && blocks.distance <= distance; block = blocks.next(hasRun)) {
    windows.enter(block);
    while (windows.next()) {
      if (!isNearer(windows, distance, first)) continue;
      ({ first, distance } = windows);
      found = { first, distance, category: windows.category, flaws: flawsOf(windows) };
    }
  }
  return found;
}

/** Rules 4 to 7 within the class of `nearest`, which has flaws. */
function fewestFlaws(choice: Choice, nearest: Found): number {
  const windows = new Windows(choice);
  let { first, distance, flaws } = nearest;
  const hasRun = (block: number): boolean => choice.hasRun(block, choice.quantity);
  const blocks = choice.startBlocks();
  for (let block = blocks.next(hasRun); block >= 0; block = blocks.next(hasRun)) {
    if (flaws === 0 && blocks.distance > distance) break;
    windows.enter(block);
    while (windows.next()) {
      if (windows.category !== nearest.category) continue;
      const flawsHere = flawsOf(windows);
      if (flawsHere > flaws || (flawsHere === flaws && !isNearer(windows, distance, first))) continue;
      ({ first, distance } = windows);
      flaws = flawsHere;
    }
  }
  return first;
}

/** Rules 4 and 5 as one number: a missing companion weighs more than all lone seats that a window can leave. */
function flawsOf(windows: Windows): number {
  return windows.companionsMissing * 3 + windows.loneSeats;
}

function isNearer(windows: Windows, distance: number, first: number): boolean {
  const here = windows.distance;
  return here < distance || (here === distance && windows.first < first);
}
