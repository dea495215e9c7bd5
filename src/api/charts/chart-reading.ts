/** Where a piece stands in its document: the index of its section, for a row and a seat also those in the lists below. */
export type Place = readonly number[];

/**
 * One document of a format being read, piece by piece and innermost first: each seat, then the row that it completes, then
 * the section, at last the chart. What a piece is read as takes its place in the piece around it, so that a row meets its
 * seats as `seat` returned them, and nobody holds a document twice.
 *
 *     seat ┐
 *     seat ┴► row ┐
 *     seat ─► row ┴► section ─► chart
 *
 * Each method throws `Problem` 400 with the path of the fault.
 */
export interface ChartReading<Result> {
  /** Names of the nested lists, outermost first: `sections`, `rows`, `seats`. */
  readonly lists: readonly [sections: string, rows: string, seats: string];
  /** Seats read so far. */
  readonly seatCount: number;
  seat(given: unknown, place: Place): unknown;
  row(given: unknown, place: Place): unknown;
  section(given: unknown, place: Place): unknown;
  chart(given: unknown): Result;
}

/** Reads a document that is there as a whole. It is left as it is. */
export function readWhole<Result>(reading: ChartReading<Result>, given: unknown): Result {
  const [sections, rows, seats] = reading.lists;
  return reading.chart(
    withList(given, sections, (section, s) =>
      reading.section(
        withList(section, rows, (row, r) =>
          reading.row(
            withList(row, seats, (seat, at) => reading.seat(seat, [s, r, at])),
            [s, r],
          ),
        ),
        [s],
      ),
    ),
  );
}

/** A copy with every item of the list `name` replaced. What has no such list is given back: its reader refuses it. */
function withList(given: unknown, name: string, replaced: (item: unknown, at: number) => unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const list: unknown = Reflect.get(given, name);
  return Array.isArray(list) ? { ...given, [name]: list.map(replaced) } : given;
}
