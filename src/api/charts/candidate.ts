import type { CheckedChart } from './chart.js';
import type { ChartReading, Place } from './chart-reading.js';

/**
 * A format that a document may be in, as long as nobody knows. Its first fault waits until the document says that it is in
 * this format, and the reading goes no further.
 */
export class Candidate {
  readonly #reading: ChartReading<CheckedChart>;
  #isConfirmed = false;
  #fault: unknown = null;

  constructor(reading: ChartReading<CheckedChart>) {
    this.#reading = reading;
  }

  get lists(): ChartReading<CheckedChart>['lists'] {
    return this.#reading.lists;
  }

  get seatCount(): number {
    return this.#reading.seatCount;
  }

  /** The document is in this format. @throws Problem the fault that waited */
  confirm(): void {
    this.#isConfirmed = true;
    if (this.#fault !== null) throw this.#fault;
  }

  /** What takes the place of a seat, row or section. */
  piece(given: unknown, place: Place): unknown {
    if (this.#fault !== null) return null;
    try {
      return this.#read(given, place);
    } catch (error) {
      if (this.#isConfirmed) throw error;
      this.#fault = error;
      return null;
    }
  }

  finish(given: unknown): CheckedChart {
    this.confirm();
    return this.#reading.chart(given);
  }

  #read(given: unknown, place: Place): unknown {
    const [, row, seat] = place;
    if (seat !== undefined) return this.#reading.seat(given, place);
    return row === undefined ? this.#reading.section(given, place) : this.#reading.row(given, place);
  }
}
