/** The nearest of all seats that are offered, in order: by distance, then by number. */
export class NearestSeats {
  readonly seats: Int32Array;
  readonly distances: Float64Array;
  size = 0;
  /** No seat that is farther away would be kept. */
  reach = Number.POSITIVE_INFINITY;

  constructor(capacity: number) {
    this.seats = new Int32Array(capacity);
    this.distances = new Float64Array(capacity);
  }

  get isFull(): boolean {
    return this.size === this.seats.length;
  }

  /** Begins again, with seats that are no farther away than `reach`. */
  clear(reach: number): void {
    this.size = 0;
    this.reach = reach;
  }

  offer(seat: number, distance: number): void {
    const { seats, distances } = this;
    if (distance > this.reach) return;
    let hole = this.size;
    if (!this.isFull) this.size += 1;
    else if (this.#isBefore(seat, distance, hole - 1)) hole -= 1;
    else return;
    for (; hole > 0 && this.#isBefore(seat, distance, hole - 1); hole -= 1) {
      seats[hole] = seats[hole - 1] as number;
      distances[hole] = distances[hole - 1] as number;
    }
    seats[hole] = seat;
    distances[hole] = distance;
    if (this.isFull) this.reach = distances[this.size - 1] as number;
  }

  #isBefore(seat: number, distance: number, place: number): boolean {
    const other = this.distances[place] as number;
    return distance < other || (distance === other && seat < (this.seats[place] as number));
  }
}
