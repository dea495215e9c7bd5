/**
 * Where the seats of a chart are: what best available rests on. Journalled with `EventOpened`, so it is kept short: runs over
 * the seats in index order, and positions as one text (positions.ts).
 */
export interface SeatLayout {
  /** What the best seats are near, in tenths of the chart's unit: as a rule the best place of the house. */
  readonly focus: readonly [x: number, y: number];
  /** Section keys of the chart. */
  readonly sections: readonly string[];
  /** Runs: `[section index, number of seats]`. */
  readonly seatSections: readonly (readonly [section: number, seats: number])[];
  /** How many seats stand side by side, one number for each row or part of a row between two aisles. They add up to all seats. */
  readonly blocks: readonly number[];
  /** Runs: `[accessKinds, number of seats]`. */
  readonly seatAccess: readonly (readonly [access: number, seats: number])[];
  /** x and y of each seat in tenths of the chart's unit, as `encodePositions` writes them. */
  readonly positions: string;
}

/** What a seat is to somebody who comes in a wheelchair. */
export const accessKinds = { ordinary: 0, wheelchair: 1, companion: 2 } as const;
