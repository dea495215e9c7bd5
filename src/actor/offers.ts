import type { Limits } from '../config/limits.js';
import type { Command, Rejection } from '../seatmap/command.js';
import { mayBeOffered, withOffer } from '../seatmap/offer.js';
import type { SeatMap } from '../seatmap/seat-map.js';

/** Looking for a split group takes about as long as so many lists of neighbouring seats. */
const splitGroupCost = 16;

/**
 * Adds to refusals what could be held instead, as far as there is time: some thousands a second for each event, so that
 * people get offers and a storm of refusals cannot make its event slow. A token bucket in actor time.
 */
export class Offers {
  #left: number;
  #filledMs = 0;

  constructor(private readonly limits: Pick<Limits, 'offersPerSecond' | 'offersAtOnceMax'>) {
    this.#left = limits.offersAtOnceMax;
  }

  /** The refusal as it is answered. */
  complete(map: SeatMap, command: Command, rejection: Rejection, nowMs: number): Rejection {
    if (!mayBeOffered(command, rejection) || !this.#take(command.kind === 'holdBest' ? splitGroupCost : 1, nowMs))
      return rejection;
    return withOffer(map, command, rejection);
  }

  #take(cost: number, nowMs: number): boolean {
    const { offersPerSecond, offersAtOnceMax } = this.limits;
    const filled = this.#left + ((nowMs - this.#filledMs) * offersPerSecond) / 1000;
    this.#left = Math.min(offersAtOnceMax, filled);
    this.#filledMs = nowMs;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}
