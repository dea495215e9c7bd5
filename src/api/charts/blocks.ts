export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Two seats this much further from each other than is usual in their row have an aisle between them. */
const aislePitches = 1.75;

/**
 * How many seats of a row stand side by side, in document order: one number for each part of the row between two aisles.
 * The numbers add up to the row's seats.
 */
export function blocksOf(seats: readonly Point[]): number[] {
  return runsOf(seats, pitchOf(seats) * aislePitches);
}

/**
 * Whether neighbours in the document are neighbours in the hall. They are not where a row is listed by seat numbers that
 * jump (odd ones to the left, even ones to the right): then the document has more breaks than the row has aisles.
 */
export function isInOrder(seats: readonly Point[]): boolean {
  const passed = alongTheRow(seats);
  if (passed === seats) return true;
  const gapMax = pitchOf(seats) * aislePitches;
  return runsOf(seats, gapMax).length <= runsOf(passed, gapMax).length;
}

/**
 * The usual distance from a seat to the next. Taken in document order and along the row, the smaller of the two: the first
 * is wrong for a row whose seats are listed in another order than they stand, the second for one that bends back.
 */
function pitchOf(seats: readonly Point[]): number {
  const pitch = medianOf(gapsOf(seats));
  const passed = alongTheRow(seats);
  return passed === seats ? pitch : Math.min(pitch, medianOf(gapsOf(passed)));
}

function runsOf(seats: readonly Point[], gapMax: number): number[] {
  if (seats.length === 0) return [];
  const runs: number[] = [];
  let run = 1;
  for (const gap of gapsOf(seats)) {
    if (gap <= gapMax) {
      run += 1;
    } else {
      runs.push(run);
      run = 1;
    }
  }
  return [...runs, run];
}

function gapsOf(seats: readonly Point[]): Float64Array {
  const gaps = new Float64Array(Math.max(0, seats.length - 1));
  let before: Point | null = null;
  for (const [at, seat] of seats.entries()) {
    if (before !== null) gaps[at - 1] = Math.hypot(seat.x - before.x, seat.y - before.y);
    before = seat;
  }
  return gaps;
}

/** Of an even number the lower one: a row of three with an aisle in it has a pitch, not a mean. */
function medianOf(gaps: Float64Array): number {
  return gaps.sort()[(gaps.length - 1) >> 1] ?? 0;
}

/**
 * The seats in the order in which somebody passes them who walks along the longer side of the row; the same list where the
 * document has them so, from whichever end.
 */
function alongTheRow(seats: readonly Point[]): readonly Point[] {
  const alongX = spreadOf(seats, ({ x }) => x) >= spreadOf(seats, ({ y }) => y);
  const along: (seat: Point) => number = alongX ? ({ x }) => x : ({ y }) => y;
  const across: (seat: Point) => number = alongX ? ({ y }) => y : ({ x }) => x;
  return isMonotone(seats, along) ? seats : seats.toSorted((a, b) => along(a) - along(b) || across(a) - across(b));
}

function spreadOf(seats: readonly Point[], along: (seat: Point) => number): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const seat of seats) {
    least = Math.min(least, along(seat));
    most = Math.max(most, along(seat));
  }
  return most - least;
}

function isMonotone(seats: readonly Point[], along: (seat: Point) => number): boolean {
  let [isRising, isFalling] = [true, true];
  let before = Number.NaN;
  for (const seat of seats) {
    const now = along(seat);
    if (now <= before) isRising = false;
    if (now >= before) isFalling = false;
    before = now;
  }
  return isRising || isFalling;
}
