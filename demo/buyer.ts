import type { EventDetails, HoldBody, UsherError } from 'usher/client';
import type { Random } from '../src/lib/random.js';
import { chance, pickOne, pickWeighted, thinkingMs, type Weighted } from './chance.js';
import type { Ending, Family } from './families.js';
import type { Hall } from './hall.js';
import { type Household, type Households, refusalOf } from './households.js';
import type { Pace } from './pace.js';
import type { Tally } from './tally.js';

export const buyerStates = ['away', 'waiting', 'looking', 'choosing', 'holding', 'paying'] as const;
/** `waiting`: for the server to let them in. */
export type BuyerState = (typeof buyerStates)[number];

export interface BuyerOptions {
  readonly name: string;
  readonly event: EventDetails;
  readonly hall: Hall;
  readonly families: Weighted<Family>;
  readonly households: Households;
  readonly pace: Pace;
  readonly tally: Tally;
  readonly random: Random;
  /** The first visit comes within this time. */
  readonly arrivesWithinMs: number;
}

/** Between two visits. */
const awayMs = 15_000;
/** From the choice of seats to the click: long enough for somebody else to be faster. */
const clickMs = 1_500;
/** How often somebody looks at one price only, and takes what is offered instead of what was refused. */
const knowsThePrice = 0.4;
const takesAnOffer = 0.6;
/** Who comes before the sale begins looks again after this, at the latest. */
const saleBeginsMs = 30_000;

/** What a visit leaves behind, in places. */
interface Outcome {
  booked: number;
  abandoned: number;
}

/** One simulated person after another: comes, looks, chooses, hesitates, pays or does not, and leaves. */
export class Buyer {
  readonly #options: BuyerOptions;
  #state: BuyerState = 'away';
  #orders = 0;

  constructor(options: BuyerOptions) {
    this.#options = options;
  }

  get state(): BuyerState {
    return this.#state;
  }

  /** Until the demo is over; then whatever is still held is given back. */
  async live(): Promise<void> {
    const { pace, random, families, arrivesWithinMs } = this.#options;
    await pace.pause(random.below(arrivesWithinMs));
    while (!pace.isOver) {
      await this.#visit(pickWeighted(random, families));
      this.#state = 'away';
      await this.#think(awayMs);
    }
  }

  async #visit(family: Family): Promise<void> {
    const { random, event, households } = this.#options;
    const quantity = Math.min(pickWeighted(random, family.groupSizes), event.limits.seatsPerHold);
    this.#state = 'looking';
    await this.#think(family.lookMs);
    this.#state = 'waiting';
    const household = await households.enter(quantity);
    if (household === null) return;
    const outcome: Outcome = { booked: 0, abandoned: 0 };
    try {
      await this.#shop(household, family, quantity, outcome);
    } finally {
      household.leave(quantity, outcome);
    }
  }

  async #shop(household: Household, family: Family, quantity: number, outcome: Outcome): Promise<void> {
    const { pace, random, tally } = this.#options;
    for (let attempt = 0; attempt < family.tries && !pace.isOver; attempt++) {
      if (attempt > 0) {
        this.#state = 'looking';
        await this.#think(family.lookMs);
      }
      if (pace.isOver) return;
      this.#state = 'choosing';
      const hold = await this.#choose(household, family, quantity);
      if (hold === null) continue;
      tally.holds += 1;
      this.#state = 'holding';
      const ending = pickWeighted(random, family.endings);
      await this.#end(household, family, hold, ending, outcome).catch((error: unknown) => this.#refused(error));
      if (ending !== 'changeMind') return;
    }
  }

  // ── choosing ──

  async #choose(household: Household, family: Family, quantity: number): Promise<HoldBody | null> {
    const { client, map } = household;
    const { event, random } = this.#options;
    try {
      return await this.#firstChoice(household, family, quantity);
    } catch (error) {
      const { code, alternatives, retryAfterMs } = this.#refused(error);
      if (code === 'not_on_sale') await this.#options.pace.pause(Math.min(retryAfterMs ?? saleBeginsMs, saleBeginsMs));
      const offer = pickOne(random, alternatives);
      if (offer !== null && chance(random, takesAnOffer)) {
        return client.hold(event.eventId, offer).catch((second: unknown) => this.#nothing(second));
      }
      if (code !== 'not_available' || !family.takesSeatsApart || map.seatCount === 0) return null;
      const apart = { quantity, together: false };
      return client.holdBest(event.eventId, apart).catch((second: unknown) => this.#nothing(second));
    }
  }

  async #firstChoice({ client, map }: Household, family: Family, quantity: number): Promise<HoldBody | null> {
    const { event, hall, random } = this.#options;
    switch (family.choice) {
      case 'byHand': {
        const seats = hall.chooseByHand(map, quantity, random);
        if (seats === null) return null;
        await this.#think(clickMs);
        return client.hold(event.eventId, seats);
      }
      case 'area': {
        const area = hall.chooseArea(map, quantity, random);
        return area === null ? null : client.holdArea(event.eventId, area, quantity);
      }
      case 'wheelchair':
        return client.holdBest(event.eventId, { quantity, accessible: 1 });
      case 'best': {
        const category = chance(random, knowsThePrice) ? pickOne(random, Object.keys(event.prices)) : null;
        return client.holdBest(event.eventId, { quantity, ...(category === null ? {} : { categories: [category] }) });
      }
    }
  }

  // ── what becomes of a hold ──

  async #end(household: Household, family: Family, hold: HoldBody, ending: Ending, outcome: Outcome): Promise<void> {
    const { client } = household;
    const { event, pace, tally } = this.#options;
    await this.#think(family.hesitateMs);
    if (pace.isOver) return this.#giveBack(household, hold);
    switch (ending) {
      case 'abandon':
        tally.abandoned += 1;
        outcome.abandoned = placesOf(hold);
        return;
      case 'giveBack':
      case 'changeMind':
        return this.#giveBack(household, hold);
      case 'payLess':
        if (placesOf(hold) > 1) await client.release(event.eventId, hold.holdId, oneOf(hold));
        return this.#pay(household, family, hold, outcome);
      case 'payLater':
        await client.extend(event.eventId, hold.holdId);
        await this.#think(family.hesitateMs);
        return this.#pay(household, family, hold, outcome);
      case 'pay':
        return this.#pay(household, family, hold, outcome);
    }
  }

  /** Where only a server may confirm, nobody here can pay: they give back instead. */
  async #pay(household: Household, family: Family, hold: HoldBody, outcome: Outcome): Promise<void> {
    const { event, name, pace, tally } = this.#options;
    this.#state = 'paying';
    await this.#think(family.payMs);
    if (pace.isOver || event.confirmBy === 'server') return this.#giveBack(household, hold);
    this.#orders += 1;
    // Should the booking fail with its outcome unknown, it counts as made.
    outcome.booked = placesOf(hold);
    const booking = await household.client.confirm(event.eventId, hold.holdId, `demo ${name}-${this.#orders}`);
    outcome.booked = placesOf(booking);
    tally.bookings += 1;
    tally.placesBooked += outcome.booked;
  }

  async #giveBack({ client }: Household, { holdId }: HoldBody): Promise<void> {
    await client.release(this.#options.event.eventId, holdId);
    this.#options.tally.givenBack += 1;
  }

  #think(medianMs: number): Promise<void> {
    return this.#options.pace.pause(thinkingMs(this.#options.random, medianMs));
  }

  #nothing(error: unknown): null {
    this.#refused(error);
    return null;
  }

  /** What is refused because the demo ends is no refusal. */
  #refused(error: unknown): UsherError {
    const refusal = refusalOf(error);
    if (!this.#options.pace.isOver) this.#options.tally.refused(refusal.code);
    return refusal;
  }
}

function placesOf({ seats, quantity }: { readonly seats: readonly number[]; readonly quantity?: number }): number {
  return quantity ?? seats.length;
}

/** The last seat of a hold, or one of its places. */
function oneOf({ seats, quantity }: HoldBody): readonly number[] | { readonly quantity: number } {
  return quantity === undefined ? seats.slice(-1) : { quantity: 1 };
}
