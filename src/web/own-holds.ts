import type { EventDetails, HoldEnded, LiveSeatMap, OwnHold, UsherClient } from '../client/client.js';
import type { Bookings } from './bookings.js';
import type { EventPlaces } from './event-places.js';
import { newOrderRef } from './order-ref.js';
import type { Outcome } from './outcome.js';
import { type Action, holdEndedWords, refusalWords, roughTime } from './words.js';

export interface OwnHoldsOptions {
  readonly event: EventDetails;
  readonly client: UsherClient;
  readonly map: LiveSeatMap;
  readonly places: EventPlaces;
  readonly bookings: Bookings;
  readonly outcome: Outcome;
}

/** What becomes of the holder's own holds, and what is said of it. */
export class OwnHolds {
  readonly #options: OwnHoldsOptions;
  /** Holds that a command of ours is about: whatever ends them, the command's own answer says it better. */
  readonly #inHand = new Set<string>();
  /** The same for every try of one hold. */
  readonly #orderRefs = new Map<string, string>();

  constructor(options: OwnHoldsOptions) {
    this.#options = options;
    options.map.onHoldEnded((ended) => this.#ended(ended));
  }

  extend(hold: OwnHold): Promise<void> {
    return this.#on('extend', hold, async ({ event, client }) => {
      const { expiresInMs } = await client.extend(event.eventId, hold.holdId);
      return `You have ${roughTime(expiresInMs)} again.`;
    });
  }

  /** Some seats or places; without `what` all of them. */
  release(hold: OwnHold, what?: readonly number[] | { readonly quantity: number }): Promise<void> {
    return this.#on('release', hold, async ({ event, client, places }) => {
      const released = await client.release(event.eventId, hold.holdId, what);
      return `${places.nameOf(released)} released.`;
    });
  }

  confirm(hold: OwnHold): Promise<void> {
    return this.#on('confirm', hold, async ({ event, client, places, bookings }) => {
      const orderRef = this.#orderRefOf(hold.holdId);
      const booking = await client.confirm(event.eventId, hold.holdId, orderRef);
      bookings.add({ ...booking, orderRef });
      return `${places.nameOf(booking)} booked. Your order is ${orderRef}.`;
    });
  }

  async #on(action: Action, hold: OwnHold, task: (options: OwnHoldsOptions) => Promise<string>): Promise<void> {
    const { outcome } = this.#options;
    this.#inHand.add(hold.holdId);
    try {
      outcome.say('good', await task(this.#options));
    } catch (error) {
      outcome.say('bad', refusalWords(action, error));
    } finally {
      this.#inHand.delete(hold.holdId);
    }
  }

  #orderRefOf(holdId: string): string {
    const orderRef = this.#orderRefs.get(holdId) ?? newOrderRef();
    this.#orderRefs.set(holdId, orderRef);
    return orderRef;
  }

  #ended(ended: HoldEnded): void {
    if (this.#inHand.has(ended.holdId)) return;
    const { outcome, places } = this.#options;
    const tone = ended.reason === 'confirmed' || ended.reason === 'released' ? 'calm' : 'bad';
    outcome.say(tone, `${places.nameOf(ended)}: ${holdEndedWords(ended.reason)}`);
  }
}
