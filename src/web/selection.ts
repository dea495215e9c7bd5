import { Listeners, type Stop } from '../client/listeners.js';

/** The seats that somebody is about to hold, in the order chosen. */
export class Selection {
  readonly #seats = new Set<number>();
  readonly #changes = new Listeners<void>();

  get seats(): readonly number[] {
    return [...this.#seats];
  }

  has(seat: number): boolean {
    return this.#seats.has(seat);
  }

  add(seat: number): void {
    this.#seats.add(seat);
    this.#changes.tell();
  }

  remove(seats: readonly number[]): void {
    for (const seat of seats) this.#seats.delete(seat);
    this.#changes.tell();
  }

  clear(): void {
    this.#seats.clear();
    this.#changes.tell();
  }

  onChange(listener: () => void): Stop {
    return this.#changes.add(listener);
  }
}
