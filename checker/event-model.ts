import type { AreaPlaces, Change, Entry } from './change.js';
import { placesOf, seatsOf } from './change.js';
import { Chart, type Configuration } from './configuration.js';

/** As on the wire. */
export const states = { free: 0, held: 1, booked: 2, blocked: 3 } as const;

/** A live hold. */
export interface Hold {
  readonly kind: 'hold';
  readonly epoch: number;
  readonly seq: number;
  readonly holderId: string;
  /** Those that it still has, in the order in which they were asked for; none for a hold of places. */
  seats: readonly number[];
  places: AreaPlaces | null;
  deadlineMs: number;
  extensions: number;
  /** Of the commands that it rests on. */
  readonly commandIds: string[];
}

/** A booking, cancelled or not. */
export interface Booking {
  readonly kind: 'booking';
  readonly epoch: number;
  readonly seq: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly holderId: string;
  readonly commandId: string;
  readonly seats: readonly number[];
  readonly places: AreaPlaces | null;
  readonly totalMinor: number;
  readonly orderRef: string;
  readonly bookedAtMs: number;
  cancelledAtMs: number | null;
}

export interface Area {
  readonly capacity: number;
  held: number;
  booked: number;
  blocked: number;
}

/** What a holder has. */
export interface Holder {
  liveHolds: number;
  /** Held or booked; places count as seats. */
  seats: number;
}

const nobody: Holder = { liveHolds: 0, seats: 0 };

/**
 * An event in plain maps, written from the prose of the protocol page and docs/JOURNAL.md. It takes every change as it is told
 * and never refuses: whether the change may be is for the rules, which look at the model before and after.
 */
export class EventModel {
  readonly chart: Chart;
  seq = 0;
  epoch = 0;
  atMs = 0;
  /** Live holds, by the seq of the change that made them. */
  readonly holds = new Map<number, Hold>();
  /** All bookings ever, by seq. */
  readonly bookings = new Map<number, Booking>();
  /** Who has a seat: the last one that got it. */
  readonly owners = new Map<number, Hold | Booking>();
  /** By seat: its live booking. */
  readonly liveBookings = new Map<number, Booking>();
  readonly blockedSeats = new Set<number>();
  /** Counted by the states of single seats. */
  freeSeats: number;
  readonly areas = new Map<string, Area>();
  readonly #holders = new Map<string, Holder>();
  /** Seats of live holds and of live bookings, each counted as often as it is claimed. */
  seatsHeld = 0;
  seatsBooked = 0;

  constructor(readonly configuration: Configuration) {
    this.chart = new Chart(configuration);
    this.freeSeats = configuration.seatCount;
    for (const { area, capacity } of configuration.areas) {
      this.areas.set(area, { capacity, held: 0, booked: 0, blocked: 0 });
    }
  }

  stateOf(seat: number): number {
    const owner = this.owners.get(seat);
    if (owner !== undefined) return owner.kind === 'hold' ? states.held : states.booked;
    return this.blockedSeats.has(seat) ? states.blocked : states.free;
  }

  holderOf(holderId: string): Readonly<Holder> {
    return this.#holders.get(holderId) ?? nobody;
  }

  apply({ epoch, seq, change }: Entry): void {
    this.epoch = epoch;
    this.seq = seq;
    this.atMs = change.atMs;
    this.#applyChange(epoch, seq, change);
  }

  #applyChange(epoch: number, seq: number, change: Change): void {
    const seats = seatsOf(change);
    const places = placesOf(change);
    switch (change.kind) {
      case 'EventOpened':
        return;
      case 'SeatsHeld':
      case 'PlacesHeld':
        this.#hold({
          kind: 'hold',
          epoch,
          seq,
          holderId: change.identity.holderId,
          seats,
          places,
          deadlineMs: change.deadlineMs,
          extensions: 0,
          commandIds: [change.identity.commandId],
        });
        return;
      case 'HoldExtended': {
        const hold = this.holds.get(change.holdSeq);
        if (hold === undefined) return;
        hold.deadlineMs = change.deadlineMs;
        hold.extensions += 1;
        hold.commandIds.push(change.identity.commandId);
        return;
      }
      case 'HoldReleased':
        this.holds.get(change.holdSeq)?.commandIds.push(change.identity.commandId);
        this.#leave(change.holdSeq, seats, places?.quantity ?? 0);
        return;
      case 'HoldExpired':
      case 'HoldRevoked':
        this.#end(change.holdSeq);
        return;
      case 'BookingConfirmed': {
        this.#end(change.holdSeq);
        const { identity, holdEpoch, holdSeq, totalMinor, orderRef, atMs } = change;
        const { holderId, commandId } = identity;
        this.#book({
          kind: 'booking',
          epoch,
          seq,
          holdEpoch,
          holdSeq,
          holderId,
          commandId,
          seats,
          places,
          totalMinor,
          orderRef,
          bookedAtMs: atMs,
          cancelledAtMs: null,
        });
        return;
      }
      case 'BookingCancelled':
        this.#cancel(change.bookingSeq, change.atMs);
        return;
      case 'SeatsBlocked':
        for (const seat of seats) this.#changeSeat(seat, () => this.blockedSeats.add(seat));
        return;
      case 'SeatsUnblocked':
        for (const seat of seats) this.#changeSeat(seat, () => this.blockedSeats.delete(seat));
        return;
      case 'PlacesBlocked':
        this.#areaOf(change.places).blocked += change.places.quantity;
        return;
      case 'PlacesUnblocked':
        this.#areaOf(change.places).blocked -= change.places.quantity;
        return;
      case 'DeadlinesRaised':
        for (const hold of this.holds.values()) hold.deadlineMs = Math.max(hold.deadlineMs, change.untilMs);
    }
  }

  #hold(hold: Hold): void {
    const holder = this.#changeHolder(hold.holderId);
    holder.liveHolds += 1;
    holder.seats += hold.seats.length + (hold.places?.quantity ?? 0);
    this.holds.set(hold.seq, hold);
    for (const seat of hold.seats) this.#changeSeat(seat, () => this.owners.set(seat, hold));
    this.seatsHeld += hold.seats.length;
    if (hold.places !== null) this.#areaOf(hold.places).held += hold.places.quantity;
  }

  #end(holdSeq: number): void {
    const hold = this.holds.get(holdSeq);
    if (hold !== undefined) this.#leave(holdSeq, hold.seats, hold.places?.quantity ?? 0);
  }

  /** Seats, or so many places, leave a hold; with the last of them it ends. */
  #leave(holdSeq: number, seats: readonly number[], quantity: number): void {
    const hold = this.holds.get(holdSeq);
    if (hold === undefined) return;
    const left = hold.seats.filter((seat) => seats.includes(seat));
    for (const seat of left) this.#giveBack(seat, hold);
    hold.seats = hold.seats.filter((seat) => !left.includes(seat));
    this.seatsHeld -= left.length;
    const holder = this.#changeHolder(hold.holderId);
    holder.seats -= left.length;
    if (hold.places !== null) {
      const leaving = Math.min(quantity, hold.places.quantity);
      this.#areaOf(hold.places).held -= leaving;
      holder.seats -= leaving;
      hold.places = { area: hold.places.area, quantity: hold.places.quantity - leaving };
    }
    if (hold.seats.length + (hold.places?.quantity ?? 0) > 0) return;
    holder.liveHolds -= 1;
    this.holds.delete(holdSeq);
    this.#forgetIdle(hold.holderId, holder);
  }

  #book(booking: Booking): void {
    this.#changeHolder(booking.holderId).seats += booking.seats.length + (booking.places?.quantity ?? 0);
    this.bookings.set(booking.seq, booking);
    for (const seat of booking.seats) {
      this.#changeSeat(seat, () => this.owners.set(seat, booking));
      this.liveBookings.set(seat, booking);
    }
    this.seatsBooked += booking.seats.length;
    if (booking.places !== null) this.#areaOf(booking.places).booked += booking.places.quantity;
  }

  #cancel(bookingSeq: number, atMs: number): void {
    const booking = this.bookings.get(bookingSeq);
    if (booking === undefined || booking.cancelledAtMs !== null) return;
    booking.cancelledAtMs = atMs;
    for (const seat of booking.seats) {
      this.#giveBack(seat, booking);
      if (this.liveBookings.get(seat) === booking) this.liveBookings.delete(seat);
    }
    this.seatsBooked -= booking.seats.length;
    const holder = this.#changeHolder(booking.holderId);
    holder.seats -= booking.seats.length + (booking.places?.quantity ?? 0);
    if (booking.places !== null) this.#areaOf(booking.places).booked -= booking.places.quantity;
    this.#forgetIdle(booking.holderId, holder);
  }

  #giveBack(seat: number, owner: Hold | Booking): void {
    if (this.owners.get(seat) === owner) this.#changeSeat(seat, () => this.owners.delete(seat));
  }

  #changeSeat(seat: number, change: () => void): void {
    const wasFree = this.stateOf(seat) === states.free;
    change();
    this.freeSeats += Number(this.stateOf(seat) === states.free) - Number(wasFree);
  }

  #changeHolder(holderId: string): Holder {
    const known = this.#holders.get(holderId);
    if (known !== undefined) return known;
    const holder = { ...nobody };
    this.#holders.set(holderId, holder);
    return holder;
  }

  /** A sale sees many holders come and go. */
  #forgetIdle(holderId: string, { liveHolds, seats }: Holder): void {
    if (liveHolds === 0 && seats === 0) this.#holders.delete(holderId);
  }

  /** An area that the event does not have has no places. */
  #areaOf({ area }: AreaPlaces): Area {
    const known = this.areas.get(area);
    if (known !== undefined) return known;
    const none = { capacity: 0, held: 0, booked: 0, blocked: 0 };
    this.areas.set(area, none);
    return none;
  }
}
