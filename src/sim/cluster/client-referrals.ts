import type { Receiver } from '../connection.js';
import type { SeededRandom } from '../seeded-random.js';
import { placeOfUrl } from './node-address.js';

/** Others stay, and ask again where they are. */
const referralRate = 0.7;

/** Where clients without a gateway were sent, until they connect there. */
export class ClientReferrals {
  readonly #places = new Map<Receiver, number>();

  constructor(private readonly random: SeededRandom) {}

  /** Returns whether it goes. */
  refer(receiver: Receiver, url: string): boolean {
    const place = placeOfUrl(url);
    if (place === null || receiver.goesWhereSent !== true || !this.random.chance(referralRate)) return false;
    this.#places.set(receiver, place);
    return true;
  }

  /** Where it was sent, or anywhere; null: nobody listens. */
  placeFor(receiver: Receiver, places: readonly number[]): number | null {
    const referral = this.#places.get(receiver);
    this.#places.delete(receiver);
    if (referral !== undefined && places.includes(referral)) return referral;
    return places.length === 0 ? null : (places[this.random.below(places.length)] as number);
  }
}
