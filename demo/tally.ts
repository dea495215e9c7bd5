import type { Code } from 'usher/client';

/** What has happened so far. */
export class Tally {
  holds = 0;
  bookings = 0;
  /** Seats, and places of areas. */
  placesBooked = 0;
  givenBack = 0;
  abandoned = 0;
  readonly #refusals = new Map<Code, number>();

  refused(code: Code): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  }

  get refusals(): number {
    return [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The most frequent first. */
  get refusalsByCode(): readonly (readonly [Code, number])[] {
    return [...this.#refusals].sort(([, a], [, b]) => b - a);
  }
}
