import { InvariantError } from '../lib/assert.js';
import { apply, openSeatMap } from '../seatmap/apply.js';
import { checkInvariants } from '../seatmap/invariants.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import type { Entry } from './entry.js';

/** Replays an event as recovery would, with every assertion of the domain (I2–I4, I11, I12), and says what it breaks. */
export class SeatMapReplay {
  #map: SeatMap | null = null;
  #broken = false;

  /** Gives what is wrong with the change, or null. After the first fault it goes no further: what follows would mean nothing. */
  apply({ epoch, change }: Entry): string | null {
    return this.#guarded(() => {
      if (this.#map !== null) apply(this.#map, change, epoch);
      else if (change.kind === 'EventOpened') this.#map = openSeatMap(change, epoch);
    });
  }

  finish(): string | null {
    const map = this.#map;
    return map === null ? null : this.#guarded(() => checkInvariants(map));
  }

  #guarded(work: () => void): string | null {
    if (this.#broken) return null;
    try {
      work();
      return null;
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      this.#broken = true;
      return `breaks a rule of the seat map: ${error.message}`;
    }
  }
}
