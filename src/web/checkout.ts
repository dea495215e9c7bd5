import type { UsherClient } from '../client/client.js';
import type { HoldEnded, LiveSeatMap } from '../client/live-seat-map.js';
import type { OwnHold } from '../client/seat-map-model.js';
import { UsherError } from '../client/usher-error.js';
import type { Random } from '../lib/random.js';
import type { EventDetails } from './catalogue.js';
import type { EventSeats } from './event-seats.js';
import type { Outcome } from './outcome.js';
import type { OwnBookings } from './own-bookings.js';
import type { Selection } from './selection.js';
import { type Action, countOf, holdEndedWords, namesOf, refusalWords, roughTime, takenWords } from './words.js';

/** Without letters and digits that look alike: people read it out at the door. */
const orderRefAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const orderRefLength = 8;
const seatsPerHoldDefault = 8;

export interface CheckoutOptions {
  readonly event: EventDetails;
  readonly client: UsherClient;
  readonly map: LiveSeatMap;
  readonly seats: EventSeats;
  readonly selection: Selection;
  readonly bookings: OwnBookings;
  readonly outcome: Outcome;
  readonly random: Random;
}

/** The way of seats from selected to held to booked, and what is said on it. */
export class Checkout {
  readonly #options: CheckoutOptions;
  readonly #name: (seat: number) => string;
  /** Seats on their way to being ours: that they are held may be known before it is known by whom. */
  #requested: ReadonlySet<number> = new Set();
  /** Holds that a command of ours is about: whatever ends them, the command's own answer says it better. */
  readonly #inHand = new Set<string>();
  /** The same for every try of one hold. */
  readonly #orderRefs = new Map<string, string>();

  constructor(options: CheckoutOptions) {
    this.#options = options;
    this.#name = (seat) => options.seats.name(seat);
    options.map.onChange(({ seats }) => this.#dropTaken(seats));
    options.map.onHoldEnded((ended) => this.#holdEnded(ended));
    options.map.onRefused((error) => options.outcome.say('bad', refusalWords('hold', error)));
  }

  /** Selects a free seat, or takes a selected one back; says why where neither can be. */
  toggle(seat: number): void {
    const { seats, selection, outcome } = this.#options;
    switch (seats.mark(seat)) {
      case 'selected':
        selection.remove([seat]);
        return outcome.announce(`${this.#name(seat)} is not selected any more.`);
      case 'free':
        return this.#select(seat);
      case 'ownHold':
      case 'held':
      case 'booked':
      case 'blocked':
      case 'ownBooked':
        return outcome.say('calm', `${seats.describeIndex(seat)}.`);
    }
  }

  #select(seat: number): void {
    const { event, map, seats, selection, outcome } = this.#options;
    const seatsMax = event.limits.seatsPerHold ?? seatsPerHoldDefault;
    if (map.position === null) return outcome.say('calm', 'The map is still loading.');
    if (selection.seats.length >= seatsMax) {
      return outcome.say('bad', `You can hold at most ${countOf(seatsMax, 'seat')} at a time.`);
    }
    selection.add(seat);
    outcome.announce(`${this.#name(seat)} selected. ${seats.total(selection.seats)} together.`);
  }

  /** Returns the hold's id, or null where there is none. */
  async hold(): Promise<string | null> {
    const { event, client, selection, outcome } = this.#options;
    const wanted = selection.seats;
    this.#requested = new Set(wanted);
    try {
      const held = await client.hold(event.eventId, wanted);
      selection.remove(wanted);
      const time = roughTime(held.expiresInMs);
      outcome.say('good', `${countOf(held.seats.length, 'seat')} held for you. Confirm within ${time}.`);
      return held.holdId;
    } catch (error) {
      const taken = error instanceof UsherError && error.code === 'seat_taken' ? error.seats : [];
      if (taken.length > 0) this.#takenAway(taken);
      else outcome.say('bad', refusalWords('hold', error));
      return null;
    } finally {
      this.#requested = new Set();
      this.#dropTaken(selection.seats);
    }
  }

  extend(hold: OwnHold): Promise<void> {
    return this.#onHold('extend', hold, async ({ event, client }) => {
      const { expiresInMs } = await client.extend(event.eventId, hold.holdId);
      return `You have ${roughTime(expiresInMs)} again.`;
    });
  }

  release(hold: OwnHold): Promise<void> {
    return this.#onHold('release', hold, async ({ event, client }) => {
      const { seats } = await client.release(event.eventId, hold.holdId);
      return `${namesOf(seats, this.#name)} released.`;
    });
  }

  confirm(hold: OwnHold): Promise<void> {
    return this.#onHold('confirm', hold, async ({ event, client, bookings }) => {
      const orderRef = this.#orderRefOf(hold.holdId);
      const booking = await client.confirm(event.eventId, hold.holdId, orderRef);
      bookings.add({ ...booking, orderRef });
      return `${namesOf(booking.seats, this.#name)} booked. Your order is ${orderRef}.`;
    });
  }

  async #onHold(action: Action, hold: OwnHold, task: (options: CheckoutOptions) => Promise<string>): Promise<void> {
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
    const known = this.#orderRefs.get(holdId);
    if (known !== undefined) return known;
    const { random } = this.#options;
    const characters = Array.from(
      { length: orderRefLength },
      () => orderRefAlphabet[random.below(orderRefAlphabet.length)],
    );
    const orderRef = `WEB-${characters.join('')}`;
    this.#orderRefs.set(holdId, orderRef);
    return orderRef;
  }

  /** Selected seats that are not free any more leave the selection. */
  #dropTaken(changed: readonly number[]): void {
    const { map, selection } = this.#options;
    const gone = changed.filter(
      (seat) => selection.has(seat) && !this.#requested.has(seat) && map.state(seat) !== 'free',
    );
    if (gone.length === 0) return;
    const taken = gone.filter((seat) => map.ownHoldOf(seat) === null);
    if (taken.length === 0) selection.remove(gone);
    else this.#takenAway(gone);
  }

  #takenAway(taken: readonly number[]): void {
    const { selection, outcome } = this.#options;
    selection.remove(taken);
    outcome.say('bad', takenWords(taken, selection.seats.length > 0, this.#name));
  }

  #holdEnded({ holdId, reason, seats }: HoldEnded): void {
    if (this.#inHand.has(holdId)) return;
    const tone = reason === 'confirmed' || reason === 'released' ? 'calm' : 'bad';
    this.#options.outcome.say(tone, `${namesOf(seats, this.#name)}: ${holdEndedWords(reason)}`);
  }
}
