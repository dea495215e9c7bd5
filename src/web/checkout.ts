import {
  type BestWish,
  type EventDetails,
  type HoldBody,
  type LiveSeatMap,
  type UsherClient,
  UsherError,
} from '../client/client.js';
import type { EventPlaces } from './event-places.js';
import type { Outcome } from './outcome.js';
import type { Selection } from './selection.js';
import { type Action, countOf, refusalWords, roughTime, takenWords } from './words.js';

export interface CheckoutOptions {
  readonly event: EventDetails;
  readonly client: UsherClient;
  readonly map: LiveSeatMap;
  readonly places: EventPlaces;
  readonly selection: Selection;
  readonly outcome: Outcome;
  /** Shows other seats that the server offers in place of those that were refused; none: takes the offer back. */
  readonly offer: (alternatives: readonly (readonly number[])[]) => void;
}

/** The ways from wishing for seats to holding them, and what is said on them. */
export class Checkout {
  readonly #options: CheckoutOptions;
  readonly #name: (seat: number) => string;
  /** Seats on their way to being ours: that they are held may be known before it is known by whom. */
  #requested: ReadonlySet<number> = new Set();

  constructor(options: CheckoutOptions) {
    this.#options = options;
    this.#name = (seat) => options.places.name(seat);
    options.map.onChange(({ seats }) => this.#dropTaken(seats));
    options.map.onRefused((error) => options.outcome.say('bad', refusalWords('hold', error)));
  }

  /** Selects a free seat, or takes a selected one back; says why where neither can be. */
  toggle(seat: number): void {
    const { places, selection, outcome } = this.#options;
    switch (places.mark(seat)) {
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
        return outcome.say('calm', `${places.describeIndex(seat)}.`);
    }
  }

  #select(seat: number): void {
    const { event, map, places, selection, outcome } = this.#options;
    const seatsMax = event.limits.seatsPerHold;
    if (map.position === null) return outcome.say('calm', 'The map is still loading.');
    if (selection.seats.length >= seatsMax) {
      return outcome.say('bad', `You can hold at most ${countOf(seatsMax, 'seat')} at a time.`);
    }
    selection.add(seat);
    outcome.announce(`${this.#name(seat)} selected. ${places.total(selection.seats)} together.`);
  }

  // Each way returns the hold's id, or null where there is none.

  holdSelection(): Promise<string | null> {
    return this.#holdSeats(this.#options.selection.seats);
  }

  /** Instead of what was selected and could not be held. */
  holdAlternative(seats: readonly number[]): Promise<string | null> {
    this.#options.selection.clear();
    return this.#holdSeats(seats);
  }

  holdBest(wish: BestWish): Promise<string | null> {
    return this.#hold('holdBest', ({ client, event }) => client.holdBest(event.eventId, wish));
  }

  holdArea(area: string, quantity: number): Promise<string | null> {
    return this.#hold('holdArea', ({ client, event }) => client.holdArea(event.eventId, area, quantity));
  }

  async #holdSeats(seats: readonly number[]): Promise<string | null> {
    const { selection } = this.#options;
    this.#requested = new Set(seats);
    try {
      return await this.#hold('hold', ({ client, event }) => client.hold(event.eventId, seats));
    } finally {
      this.#requested = new Set();
      this.#dropTaken(selection.seats);
    }
  }

  async #hold(action: Action, task: (options: CheckoutOptions) => Promise<HoldBody>): Promise<string | null> {
    const { places, selection, outcome, offer } = this.#options;
    try {
      const held = await task(this.#options);
      offer([]);
      selection.remove(held.seats);
      outcome.say('good', `${places.nameOf(held)} held for you. Confirm within ${roughTime(held.expiresInMs)}.`);
      return held.holdId;
    } catch (error) {
      const taken = error instanceof UsherError && error.code === 'seat_taken' ? error.seats : [];
      if (taken.length > 0) this.#takenAway(taken);
      else outcome.say('bad', refusalWords(action, error));
      offer(error instanceof UsherError ? error.alternatives : []);
      return null;
    }
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
}
