import type { BestSeatsWish } from '../command.js';
import type { Chart, ChartSeat } from './small-charts.js';

/*
 * The rules of best-seats.ts, split-seats.ts and alternatives.ts word by word, by looking at everything. It shares nothing with
 * them but the rules.
 */

export interface NaiveLimits {
  readonly splitPoolMax: number;
}

interface Window {
  readonly seats: number[];
  readonly distance: number;
  readonly category: number | 'mixed';
  readonly companionsMissing: number;
  readonly loneSeats: number;
}

const seatAt = (chart: Chart, seat: number): ChartSeat => {
  const found = chart.seats[seat];
  if (found === undefined) throw new Error(`Cannot look at a seat as there is none: seat is ${seat}`);
  return found;
};

const isFree = (chart: Chart, seat: number): boolean => chart.seats[seat]?.state === 'free';

/** Whether the two stand side by side. */
function areNeighbours(chart: Chart, one: number, other: number): boolean {
  const [left, right] = [chart.seats[one], chart.seats[other]];
  if (left === undefined || right === undefined) return false;
  return Math.abs(one - other) === 1 && left.row === right.row && left.section === right.section;
}

/** Least first by the first number that differs. */
function leastBy<T>(items: readonly T[], keyOf: (item: T) => number[]): T[] {
  return [...items].sort((one, other) => {
    const [left, right] = [keyOf(one), keyOf(other)];
    const place = left.findIndex((value, index) => value !== right[index]);
    return place < 0 ? 0 : (left[place] ?? 0) - (right[place] ?? 0);
  });
}

export function mayTake(chart: Chart, wish: BestSeatsWish, seat: number): boolean {
  const { state, category, section, access } = seatAt(chart, seat);
  return (
    state === 'free' &&
    (wish.categories === null || wish.categories.includes(chart.categories[category] ?? '')) &&
    (wish.sections === null || wish.sections.includes(chart.sections[section] ?? '')) &&
    (wish.accessible > 0 || access === 'ordinary')
  );
}

/** Seats left alone: free, beside the window, and with nothing free on the other side. */
export function loneSeatsBeside(chart: Chart, seats: readonly number[]): number[] {
  const beside = [Math.min(...seats) - 1, Math.max(...seats) + 1];
  return beside.filter(
    (seat) =>
      isFree(chart, seat) &&
      seats.some((taken) => areNeighbours(chart, taken, seat)) &&
      [seat - 1, seat + 1].every(
        (next) => seats.includes(next) || !areNeighbours(chart, seat, next) || !isFree(chart, next),
      ),
  );
}

function windowsOf(
  chart: Chart,
  quantity: number,
  accessible: number,
  target: readonly [number, number],
  may: (seat: number) => boolean,
): Window[] {
  const windows: Window[] = [];
  for (let first = 0; first + quantity <= chart.seats.length; first += 1) {
    const seats = Array.from({ length: quantity }, (_, index) => first + index);
    const isInARow = seats.every((seat, index) => index === 0 || areNeighbours(chart, seat - 1, seat));
    const kinds = seats.map((seat) => seatAt(chart, seat).access);
    if (!isInARow || !seats.every(may) || countOf(kinds, 'wheelchair') !== accessible) continue;
    const categories = new Set(seats.map((seat) => seatAt(chart, seat).category));
    const [category = 'mixed'] = categories.size === 1 ? categories : [];
    windows.push({
      seats,
      distance: distanceOfCentroid(chart, seats, target),
      category,
      companionsMissing: Math.max(0, Math.min(accessible, quantity - accessible) - countOf(kinds, 'companion')),
      loneSeats: loneSeatsBeside(chart, seats).length,
    });
  }
  return windows;
}

function countOf<T>(items: readonly T[], item: T): number {
  return items.filter((one) => one === item).length;
}

/** Squared, and times the square of the number of seats: a whole number, so that ties are ties. `target` is times that number too. */
function distanceOfCentroid(chart: Chart, seats: readonly number[], target: readonly [number, number]): number {
  const x = seats.reduce((sum, seat) => sum + seatAt(chart, seat).x, 0);
  const y = seats.reduce((sum, seat) => sum + seatAt(chart, seat).y, 0);
  return (x - target[0]) ** 2 + (y - target[1]) ** 2;
}

function targetOf(chart: Chart, { near, quantity }: BestSeatsWish): [number, number] {
  if (near === null) return [chart.focus[0] * quantity, chart.focus[1] * quantity];
  return [seatAt(chart, near).x * quantity, seatAt(chart, near).y * quantity];
}

/** All windows for the wish in the order of rules 4 to 7, and whether they are of the class that rule 3 decides on. */
export function naiveWindows(chart: Chart, wish: BestSeatsWish): { seats: number[]; isOfClass: boolean }[] {
  const windows = windowsOf(chart, wish.quantity, wish.accessible, targetOf(chart, wish), (seat) =>
    mayTake(chart, wish, seat),
  );
  const [nearest] = leastBy(windows, ({ distance, seats }) => [distance, ...seats]);
  const sorted = leastBy(windows, (window) => [
    window.companionsMissing,
    window.loneSeats,
    window.distance,
    ...window.seats,
  ]);
  return sorted.map(({ seats, category }) => ({ seats, isOfClass: category === nearest?.category }));
}

export function naiveBestSeats(chart: Chart, wish: BestSeatsWish, limits: NaiveLimits): number[] | null {
  const best = naiveWindows(chart, wish).find(({ isOfClass }) => isOfClass);
  if (best !== undefined) return best.seats;
  return wish.together ? null : naiveSplit(chart, wish, limits);
}

export function naiveSplit(chart: Chart, wish: BestSeatsWish, { splitPoolMax }: NaiveLimits): number[] | null {
  const { quantity, accessible } = wish;
  const [x = 0, y = 0] = targetOf(chart, wish).map((sum) => sum / quantity);
  const distance = (seat: number): number => (seatAt(chart, seat).x - x) ** 2 + (seatAt(chart, seat).y - y) ** 2;
  const apart = (one: number, other: number): number =>
    (seatAt(chart, one).x - seatAt(chart, other).x) ** 2 + (seatAt(chart, one).y - seatAt(chart, other).y) ** 2;
  const available = [...chart.seats.keys()].filter((seat) => mayTake(chart, wish, seat));
  const poolOf = (ofWheelchairs: boolean): number[] => {
    const seats = available.filter((seat) => (seatAt(chart, seat).access === 'wheelchair') === ofWheelchairs);
    return leastBy(seats, (seat) => [distance(seat), seat]).slice(0, splitPoolMax);
  };
  const wheelchairs = accessible > 0 ? poolOf(true) : [];
  const others = accessible < quantity ? poolOf(false) : [];
  if (wheelchairs.length < accessible || others.length < quantity - accessible) return null;
  const pitchSquared = usualPitchSquared(chart);
  const groups = [...wheelchairs, ...others].map((anchor) => {
    const nearestOf = (seats: readonly number[], count: number): number[] =>
      leastBy(seats, (seat) => [apart(anchor, seat), seat]).slice(0, count);
    const seats = [...nearestOf(wheelchairs, accessible), ...nearestOf(others, quantity - accessible)];
    const spread = seats.reduce((sum, seat) => sum + apart(anchor, seat), 0);
    return { seats, key: [Math.round(spread / pitchSquared), distance(anchor), anchor] };
  });
  const [best] = leastBy(groups, ({ key }) => key);
  return best === undefined ? null : leastBy(best.seats, (seat) => [seat]);
}

/** The upper median of how far apart the first two seats of each row are, squared. */
function usualPitchSquared(chart: Chart): number {
  const pitches: number[] = [];
  for (const seat of chart.seats.keys()) {
    if (areNeighbours(chart, seat - 1, seat) && !areNeighbours(chart, seat - 2, seat - 1)) {
      const [left, right] = [seatAt(chart, seat - 1), seatAt(chart, seat)];
      pitches.push((left.x - right.x) ** 2 + (left.y - right.y) ** 2);
    }
  }
  return Math.max(1, leastBy(pitches, (pitch) => [pitch])[Math.floor(pitches.length / 2)] ?? 100);
}

/** Without rule 4: it looks at the whole chart. */
export function naiveAlternatives(chart: Chart, requested: readonly number[]): number[][] {
  const quantity = requested.length;
  const kinds = requested.map((seat) => seatAt(chart, seat).access);
  const categories = new Set(requested.map((seat) => seatAt(chart, seat).category));
  const x = requested.reduce((sum, seat) => sum + seatAt(chart, seat).x, 0);
  const y = requested.reduce((sum, seat) => sum + seatAt(chart, seat).y, 0);
  const pitchSquared = usualPitchSquared(chart);
  const windows = windowsOf(chart, quantity, countOf(kinds, 'wheelchair'), [x, y], (seat) => {
    const { state, category, access } = seatAt(chart, seat);
    const isKindKnown = access === 'ordinary' || kinds.some((kind) => kind !== 'ordinary');
    return state === 'free' && categories.has(category) && isKindKnown;
  });
  const chosen: Window[] = [];
  for (const window of leastBy(windows, ({ distance, loneSeats, seats }) => [
    Math.round(Math.sqrt(distance / pitchSquared) / quantity),
    loneSeats,
    distance,
    ...seats,
  ])) {
    const isApart = chosen.every(({ seats }) => !seats.some((seat) => window.seats.includes(seat)));
    if (chosen.length < 3 && isApart) chosen.push(window);
  }
  const inOrder = leastBy(chosen, ({ distance, loneSeats, seats }) => [distance, loneSeats, ...seats]);
  return inOrder.map(({ seats }) => seats);
}
