import assert from 'node:assert/strict';
import type { Entry } from '../journal/entry.js';
import { must } from '../lib/must.js';
import type { AreaPlaces } from '../seatmap/area-places.js';
import type { EventOpened } from '../seatmap/change.js';
import { claim } from './claim.js';

/** `free, held, booked, blocked`, in the order of the wire. */
export const seatStates = { free: 0, held: 1, booked: 2, blocked: 3 } as const;
const { free, held, booked, blocked } = seatStates;

/** A hold, live or ended. */
export interface ModelHold {
  readonly holdId: string;
  readonly holderId: string;
  seats: readonly number[];
  area: string | null;
  quantity: number;
  deadlineMs: number;
  extensions: number;
  readonly fromSeq: number;
  /** 0: it lives. */
  endSeq: number;
}

/** The event as it stood after one change. What the change left alone is shared with the moment before. */
export interface Moment {
  readonly epoch: number;
  readonly atMs: number;
  readonly states: Uint8Array;
  readonly areas: ReadonlyMap<string, readonly number[]>;
}

/** What a holder has from one change on: live holds, and seats and places that are held or booked. */
interface Holding {
  readonly fromSeq: number;
  readonly holds: number;
  readonly seats: number;
}

const nothing: Holding = { fromSeq: 0, holds: 0, seats: 0 };

/**
 * What the journal says, kept with maps and plain loops: it shares no code with `apply`, so that the two cannot share a
 * mistake. Every change is checked against the rules that it must follow (I1–I5, I9, I11, I12).
 */
export class JournalModel {
  readonly moments: Moment[] = [];
  /** By the seq of the change that made it. */
  readonly holds = new Map<number, ModelHold>();
  readonly #holdsById = new Map<string, ModelHold>();
  readonly #holdsByHolder = new Map<string, ModelHold[]>();
  readonly #configuration: EventOpened['configuration'];
  /** Moments share these two: a change makes new ones. */
  #states: Uint8Array;
  #areas: ReadonlyMap<string, readonly number[]>;
  /** Of each holder, one for each change that touched it. */
  readonly #holdings = new Map<string, Holding[]>();
  readonly #bookings = new Map<number, ModelHold>();

  constructor(entries: readonly Entry[]) {
    const opened = must(entries[0], 'change 1').change;
    assert.ok(opened.kind === 'EventOpened', '[I8] change 1 does not open the event');
    this.#configuration = opened.configuration;
    this.#states = new Uint8Array(this.#configuration.seatCount);
    this.#areas = new Map(this.#configuration.areas.map(({ area, capacity }) => [area, [capacity, 0, 0, 0]]));
    for (const entry of entries) {
      this.#take(entry);
      this.moments.push({
        epoch: entry.epoch,
        atMs: entry.change.atMs,
        states: this.#states,
        areas: this.#areas,
      });
    }
  }

  get configuration(): EventOpened['configuration'] {
    return this.#configuration;
  }

  /** The holder's holds that lived after change `seq`. */
  holdsAt(holderId: string, seq: number): ModelHold[] {
    return (this.#holdsByHolder.get(holderId) ?? []).filter((hold) => livesAt(hold, seq));
  }

  /** The first change of a later epoch; undefined: nobody has taken over. */
  successorOf(epoch: number): Moment | undefined {
    return this.moments[firstWhere(this.moments, (moment) => moment.epoch > epoch)];
  }

  /** The state that stood at `ms`: its index. */
  momentAt(ms: number): number {
    return Math.max(0, firstWhere(this.moments, ({ atMs }) => atMs >= ms) - 1);
  }

  /** Live or ended; undefined: there never was one. */
  holdOf(holdId: string): ModelHold | undefined {
    return this.#holdsById.get(holdId);
  }

  /** What the holder had after change `seq`. */
  holdingAt(holderId: string, seq: number): Holding {
    return this.#holdings.get(holderId)?.findLast(({ fromSeq }) => fromSeq <= seq) ?? nothing;
  }

  #take(entry: Entry): void {
    const { change, seq } = entry;
    switch (change.kind) {
      case 'EventOpened':
        assert.equal(seq, 1, '[I8] the event is opened twice');
        return;
      case 'SeatsHeld':
      case 'PlacesHeld':
        this.#hold(entry, change);
        return;
      case 'HoldExtended': {
        const hold = this.#live(change.holdSeq, change.identity.holderId, seq);
        claim(change.atMs < hold.deadlineMs, () => `[I2] change ${seq} extends a hold that is due`);
        claim(change.deadlineMs >= hold.deadlineMs, () => `[I5] change ${seq} shortens a hold`);
        hold.extensions += 1;
        claim(hold.extensions <= this.#configuration.extensionsPerHoldMax, () => `[I12] change ${seq} passes a limit`);
        hold.deadlineMs = change.deadlineMs;
        return;
      }
      case 'HoldReleased': {
        const hold = this.#live(change.holdSeq, change.identity.holderId, seq);
        if (change.places === undefined) this.#giveBackSeats(hold, change.seats, held, seq);
        else this.#giveBackPlaces(hold, change.places.quantity, held, seq);
        return;
      }
      case 'HoldExpired':
      case 'HoldRevoked': {
        const hold = this.#live(change.holdSeq, change.holderId, seq);
        if (change.kind === 'HoldExpired')
          claim(change.atMs >= hold.deadlineMs, () => `[I5] change ${seq} ends a hold before its deadline`);
        this.#isWhole(hold, change, seq);
        this.#giveBackAll(hold, held, seq);
        return;
      }
      case 'BookingConfirmed': {
        const hold = this.#live(change.holdSeq, change.identity.holderId, seq);
        claim(change.atMs < hold.deadlineMs, () => `[I2] change ${seq} confirms a hold that is due`);
        this.#isWhole(hold, change, seq);
        this.#move(hold.seats, hold, held, booked, hold.quantity, seq);
        hold.endSeq = seq;
        this.#count(hold.holderId, -1, 0, seq);
        this.#bookings.set(seq, hold);
        return;
      }
      case 'BookingCancelled': {
        const hold = must(this.#bookings.get(change.bookingSeq), `[I1] the booking that change ${seq} cancels`);
        this.#bookings.delete(change.bookingSeq);
        this.#isWhole(hold, change, seq);
        this.#move(hold.seats, hold, booked, free, hold.quantity, seq);
        this.#count(hold.holderId, 0, -(hold.seats.length + hold.quantity), seq);
        return;
      }
      case 'SeatsBlocked':
        this.#moveSeats(change.seats, free, blocked, seq);
        return;
      case 'SeatsUnblocked':
        this.#moveSeats(change.seats, blocked, free, seq);
        return;
      case 'PlacesBlocked':
        this.#movePlaces(change.places, free, blocked, seq);
        return;
      case 'PlacesUnblocked':
        this.#movePlaces(change.places, blocked, free, seq);
        return;
      case 'DeadlinesRaised':
        for (const hold of this.holds.values())
          if (hold.endSeq === 0) hold.deadlineMs = Math.max(hold.deadlineMs, change.untilMs);
        return;
      default:
        throw new Error(`Cannot read a change: ${JSON.stringify(change)}`);
    }
  }

  #hold({ epoch, seq }: Entry, change: Extract<Entry['change'], { kind: 'SeatsHeld' | 'PlacesHeld' }>): void {
    const { holderId } = change.identity;
    const seats = change.kind === 'SeatsHeld' ? change.seats : [];
    const places = change.kind === 'PlacesHeld' ? change.places : null;
    const hold: ModelHold = {
      holdId: `H${epoch.toString(36)}-${seq.toString(36)}`,
      holderId,
      seats,
      area: places?.area ?? null,
      quantity: places?.quantity ?? 0,
      deadlineMs: change.deadlineMs,
      extensions: 0,
      fromSeq: seq,
      endSeq: 0,
    };
    this.holds.set(seq, hold);
    this.#holdsById.set(hold.holdId, hold);
    listOf(this.#holdsByHolder, holderId).push(hold);
    this.#move(seats, hold, free, held, hold.quantity, seq);
    const added = seats.length + hold.quantity;
    const { seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax } = this.#configuration;
    const { holds, seats: had } = this.#count(holderId, 1, added, seq);
    claim(
      added <= seatsPerHoldMax && holds <= holdsPerHolderMax && had <= seatsPerHolderMax,
      () => `[I12] change ${seq} passes a limit: ${holderId} has ${holds} holds and ${had} seats`,
    );
  }

  /** [I4] The live hold, which is this holder's. */
  #live(holdSeq: number, holderId: string, seq: number): ModelHold {
    const hold = this.holds.get(holdSeq);
    claim(hold !== undefined && hold.endSeq === 0, () => `[I4] change ${seq} speaks of a hold that does not live`);
    claim(hold.holderId === holderId, () => `[I2] change ${seq} speaks of another's hold`);
    return hold;
  }

  /** [I9] The change speaks of all that the hold has. */
  #isWhole(
    hold: ModelHold,
    { seats, places }: { readonly seats: readonly number[]; readonly places?: AreaPlaces },
    seq: number,
  ): void {
    const whole = isSameSeats(hold.seats, seats) && (places?.quantity ?? 0) === hold.quantity;
    claim(whole, () => `[I9] change ${seq} speaks of a part of a hold`);
  }

  #giveBackAll(hold: ModelHold, from: number, seq: number): void {
    if (hold.area === null) this.#giveBackSeats(hold, hold.seats, from, seq);
    else this.#giveBackPlaces(hold, hold.quantity, from, seq);
  }

  #giveBackSeats(hold: ModelHold, seats: readonly number[], from: number, seq: number): void {
    claim(
      seats.every((seat) => hold.seats.includes(seat)),
      () => `[I4] change ${seq} gives back a seat that the hold has not`,
    );
    this.#moveSeats(seats, from, free, seq);
    hold.seats = hold.seats.filter((seat) => !seats.includes(seat));
    const ended = hold.seats.length === 0;
    if (ended) hold.endSeq = seq;
    this.#count(hold.holderId, ended ? -1 : 0, -seats.length, seq);
  }

  #giveBackPlaces(hold: ModelHold, quantity: number, from: number, seq: number): void {
    claim(quantity <= hold.quantity, () => `[I4] change ${seq} gives back more places than the hold has`);
    this.#movePlaces({ area: must(hold.area, 'an area'), quantity }, from, free, seq);
    hold.quantity -= quantity;
    const ended = hold.quantity === 0;
    if (ended) hold.endSeq = seq;
    this.#count(hold.holderId, ended ? -1 : 0, -quantity, seq);
  }

  #move(seats: readonly number[], { area }: ModelHold, from: number, to: number, quantity: number, seq: number): void {
    if (area === null) this.#moveSeats(seats, from, to, seq);
    else this.#movePlaces({ area, quantity }, from, to, seq);
  }

  #moveSeats(seats: readonly number[], from: number, to: number, seq: number): void {
    const states = this.#states.slice();
    for (const seat of seats) {
      claim(states[seat] === from, () => `[I3] change ${seq} takes a seat out of a state that is not its own: ${seat}`);
      states[seat] = to;
    }
    this.#states = states;
  }

  #movePlaces({ area, quantity }: AreaPlaces, from: number, to: number, seq: number): void {
    const counts = [...must(this.#areas.get(area), 'an area')];
    const left = (counts[from] as number) - quantity;
    claim(left >= 0, () => `[I11] change ${seq} takes places that are not there: ${area}`);
    counts[from] = left;
    counts[to] = (counts[to] as number) + quantity;
    this.#areas = new Map([...this.#areas, [area, counts]]);
  }

  #count(holderId: string, holds: number, seats: number, seq: number): Holding {
    const holdings = listOf(this.#holdings, holderId);
    const had = holdings.at(-1) ?? nothing;
    const now = { fromSeq: seq, holds: had.holds + holds, seats: had.seats + seats };
    holdings.push(now);
    return now;
  }
}

/** The first for which it is true, as it is for all after it; the length: for none. */
function firstWhere<T>(items: readonly T[], isTrueOf: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrueOf(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function livesAt({ fromSeq, endSeq }: ModelHold, seq: number): boolean {
  return fromSeq <= seq && (endSeq === 0 || endSeq > seq);
}

/** The same seats in any order; `seats` has each once. */
function isSameSeats(seats: readonly number[], told: readonly number[]): boolean {
  return seats.length === told.length && seats.every((seat) => told.includes(seat));
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
