import {
  type AreaPlaces,
  type BookingCancelled,
  type BookingConfirmed,
  bookingIdOf,
  type Entry,
  type HoldReleased,
  holdIdOf,
  placesOf,
} from '../change.js';
import type { Booking, EventModel, Hold } from '../event-model.js';
import type { Invariant, Report } from '../violations.js';
import type { JournalRule } from './journal-rule.js';

interface OfHold {
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
}

/**
 * Who gets a seat, and how it is given back: a seat has one live booking at most (I1), a confirm comes of a hold that is live
 * (I2), holds overlap nothing (I3), every seat leaves its hold once (I4), and a change is about all its seats or none (I9).
 */
export class ClaimsRule implements JournalRule {
  constructor(private readonly report: Report) {}

  before({ seq, change }: Entry, event: EventModel): void {
    switch (change.kind) {
      case 'SeatsHeld':
        this.#wellNamed(change.seats, event, seq);
        this.#free(change.seats, event, seq);
        return;
      case 'HoldExtended':
        this.#wholeHold('I4', change, change.identity.holderId, event, seq);
        return;
      case 'HoldReleased':
        this.#release(change, event, seq);
        return;
      case 'HoldExpired':
      case 'HoldRevoked':
        this.#wholeHold('I4', change, change.holderId, event, seq);
        return;
      case 'BookingConfirmed':
        this.#confirm(change, event, seq);
        return;
      case 'BookingCancelled':
        this.#cancel(change, event, seq);
        return;
      case 'SeatsBlocked':
      case 'SeatsUnblocked':
        this.#wellNamed(change.seats, event, seq);
        return;
      default:
    }
  }

  #wellNamed(seats: readonly number[], { chart }: EventModel, seq: number): void {
    if (seats.length === 0) this.report('I9', 'a change of seats names none', seq);
    if (new Set(seats).size < seats.length) this.report('I9', `a change names a seat twice: ${seats.join()}`, seq);
    const unknown = seats.filter((seat) => !chart.has(seat));
    if (unknown.length > 0) this.report('I11', `the event has no seats ${unknown.join()}`, seq);
  }

  #free(seats: readonly number[], { owners }: EventModel, seq: number): void {
    for (const seat of seats) {
      const owner = owners.get(seat);
      if (owner !== undefined) this.report('I3', `seat ${seat} is held while ${nameOf(owner)} has it`, seq);
    }
  }

  #liveHold(invariant: Invariant, change: OfHold, holderId: string, event: EventModel, seq: number): Hold | null {
    const name = holdIdOf(change.holdEpoch, change.holdSeq);
    const hold = event.holds.get(change.holdSeq);
    if (hold === undefined || hold.epoch !== change.holdEpoch) {
      this.report(invariant, `hold ${name} is not live`, seq);
      return null;
    }
    if (hold.holderId !== holderId) {
      this.report(invariant, `hold ${name} belongs to ${hold.holderId}, and not to ${holderId}`, seq);
    }
    return hold;
  }

  #wholeHold(invariant: Invariant, change: OfHold, holderId: string, event: EventModel, seq: number): Hold | null {
    const hold = this.#liveHold(invariant, change, holderId, event, seq);
    if (hold !== null && !(areSame(hold.seats, change.seats) && areSamePlaces(hold.places, change.places ?? null))) {
      const has = tell(hold.seats, hold.places);
      this.report(invariant, `hold ${holdIdOf(hold.epoch, hold.seq)} has ${has}, and not ${tellChange(change)}`, seq);
    }
    return hold;
  }

  #release(change: HoldReleased, event: EventModel, seq: number): void {
    const hold = this.#liveHold('I4', change, change.identity.holderId, event, seq);
    if (hold === null) return;
    const remaining = hold.seats.filter((seat) => !change.seats.includes(seat));
    const isDivided =
      areSame(remaining, change.remaining) && remaining.length + change.seats.length === hold.seats.length;
    const places = placesOf(change);
    const all = places && { area: places.area, quantity: places.quantity + (change.remainingQuantity ?? 0) };
    if (isDivided && areSamePlaces(hold.places, all)) return;
    const told = `${tellChange(change)} leave, ${tell(change.remaining, null)} and ${change.remainingQuantity ?? 0} places remain`;
    this.report('I4', `hold ${holdIdOf(hold.epoch, hold.seq)} has ${tell(hold.seats, hold.places)}; ${told}`, seq);
  }

  #confirm(change: BookingConfirmed, event: EventModel, seq: number): void {
    const hold = this.#wholeHold('I2', change, change.identity.holderId, event, seq);
    if (hold !== null && change.atMs >= hold.deadlineMs) {
      this.report('I2', `hold ${holdIdOf(hold.epoch, hold.seq)} ended ${change.atMs - hold.deadlineMs} ms before`, seq);
    }
    for (const seat of change.seats) {
      const [booking, owner] = [event.liveBookings.get(seat), event.owners.get(seat)];
      if (booking !== undefined) this.report('I1', `seat ${seat} is booked while ${nameOf(booking)} has it`, seq);
      if (owner?.kind === 'hold' && owner !== hold) {
        this.report('I3', `seat ${seat} is booked while ${nameOf(owner)} has it`, seq);
      }
    }
  }

  #cancel(change: BookingCancelled, event: EventModel, seq: number): void {
    const name = bookingIdOf(change.bookingEpoch, change.bookingSeq);
    const booking = event.bookings.get(change.bookingSeq);
    if (booking === undefined || booking.epoch !== change.bookingEpoch || booking.cancelledAtMs !== null) {
      this.report('I1', `booking ${name} is cancelled and is not live`, seq);
    } else if (
      booking.holderId !== change.holderId ||
      !areSame(booking.seats, change.seats) ||
      !areSamePlaces(booking.places, placesOf(change))
    ) {
      const has = `${tell(booking.seats, booking.places)} of ${booking.holderId}`;
      this.report('I1', `booking ${name} is of ${has}, and not ${tellChange(change)} of ${change.holderId}`, seq);
    }
  }
}

function nameOf(owner: Hold | Booking): string {
  const id = owner.kind === 'hold' ? holdIdOf(owner.epoch, owner.seq) : bookingIdOf(owner.epoch, owner.seq);
  return `${owner.kind} ${id}`;
}

function areSame(seats: readonly number[], others: readonly number[]): boolean {
  return seats.length === others.length && seats.every((seat, index) => seat === others[index]);
}

function areSamePlaces(places: AreaPlaces | null, others: AreaPlaces | null): boolean {
  return places?.area === others?.area && places?.quantity === others?.quantity;
}

function tellChange({ seats, places }: { readonly seats: readonly number[]; readonly places?: AreaPlaces }): string {
  return tell(seats, places ?? null);
}

function tell(seats: readonly number[], places: AreaPlaces | null): string {
  return places === null ? `seats ${seats.join()}` : `${places.quantity} places of ${places.area}`;
}
