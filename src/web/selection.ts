/** The seats that somebody is about to hold, in the order chosen. */
export class Selection {
  readonly #seats = new Set<number>();
  readonly #onChange: (changed: readonly number[]) => void;

  constructor(onChange: (changed: readonly number[]) => void) {
    this.#onChange = onChange;
  }

  get seats(): readonly number[] {
    return [...this.#seats];
  }

  has(seat: number): boolean {
    return this.#seats.has(seat);
  }

  add(seat: number): void {
    this.#seats.add(seat);
    this.#onChange([seat]);
  }

  remove(seats: readonly number[]): void {
    const removed = seats.filter((seat) => this.#seats.delete(seat));
    if (removed.length > 0) this.#onChange(removed);
  }

  clear(): void {
    this.remove(this.seats);
  }
}
