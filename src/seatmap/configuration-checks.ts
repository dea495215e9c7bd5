/*
 * What the faults of a configuration and of its layout are found with.
 */

/** Why these runs, `[value, number of seats]`, do not give each seat a value below `valueCount`, or null where they do. */
export function runsFault(
  what: string,
  runs: readonly (readonly [value: number, seats: number])[],
  valueCount: number,
  seatCount: number,
): string | null {
  let seats = 0;
  for (const [value, run] of runs) {
    if (!isWithin(value, 0, valueCount - 1)) return `a seat's ${what} is ${value}`;
    if (!isWithin(run, 1, seatCount)) return `a run of seats of one ${what} is ${run} long`;
    seats += run;
  }
  return seats === seatCount ? null : `runs of seats of one ${what} name ${seats} seats: seatCount is ${seatCount}`;
}

export function isWithin(value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}
