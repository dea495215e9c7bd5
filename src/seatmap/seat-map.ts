import { InvariantError } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import type { EndReason } from '../protocol/down.js';
import type { AreaPlaces } from './area-places.js';
import { Areas } from './areas.js';
import { Claims } from './claims.js';
import type { AreaConfiguration, EventConfiguration } from './configuration.js';
import { configurationFault, seatMapLimits } from './configuration-fault.js';
import { EndedHolds } from './ended-holds.js';
import { EpochHistory } from './epoch-history.js';
import { Holders } from './holders.js';
import { type SeatCounts, type SeatState, seatStates } from './seat-state.js';

const { free, held, booked, blocked } = seatStates;

/**
 * The live state of one event, in columns: about 6 bytes a seat, 45 a claim, 8 a holder, 16 an area. Everyone reads; only `apply` (and
 * the decoder of snapshots) calls what changes it, and only `apply` knows when that is right.
 */
export class SeatMap {
  /** Position of the last applied change, and its time. */
  epoch = 0;
  seq = 0;
  atMs = 0;
  /** One byte a seat: `seatStates`. */
  readonly states: Uint8Array;
  /** Index in the configuration's `categories`, by seat. */
  readonly categoryOfSeat: Uint8Array | Uint16Array;
  readonly areas: Areas;
  readonly claims: Claims;
  readonly holders = new Holders();
  readonly endedHolds = new EndedHolds();
  readonly epochs = new EpochHistory();
  /** How many seats are in each state. */
  readonly #tallies = new Uint32Array(4);

  constructor(readonly configuration: EventConfiguration) {
    const fault = configurationFault(configuration);
    if (fault !== null) throw new InvariantError(`Cannot open an event with this configuration: ${fault}`);
    const { seatCount, areas } = configuration;
    this.states = new Uint8Array(seatCount);
    this.categoryOfSeat = categoriesOf(configuration);
    this.areas = new Areas(areas);
    this.claims = new Claims(seatCount, capacityOf(areas));
    this.#tallies[free] = seatCount;
  }

  /** Of seats; those of places are in `areas`. */
  get counts(): SeatCounts {
    const [freeSeats = 0, heldSeats = 0, bookedSeats = 0, blockedSeats = 0] = this.#tallies;
    return { free: freeSeats, held: heldSeats, booked: bookedSeats, blocked: blockedSeats };
  }

  /** Of all typed arrays; ids of holders and the few epochs come on top. */
  get byteLength(): number {
    const { states, categoryOfSeat, areas, claims, holders, endedHolds } = this;
    const counted = this.#tallies.byteLength + areas.byteLength;
    const remembered = claims.byteLength + holders.byteLength + endedHolds.byteLength;
    return states.byteLength + categoryOfSeat.byteLength + counted + remembered;
  }

  /** Sum of the prices of seats and places. */
  totalMinorOf(seats: readonly number[], places: AreaPlaces | null): number {
    const { pricesMinor } = this.configuration;
    let totalMinor = 0;
    for (const seat of seats) totalMinor += pricesMinor[this.categoryOfSeat[seat] as number] as number;
    if (places !== null) {
      const category = this.areas.categoryOf(this.areas.indexOf(places.area));
      totalMinor += (pricesMinor[category] as number) * places.quantity;
    }
    if (!Number.isSafeInteger(totalMinor)) throw new InvariantError(`Cannot add up prices: the total is ${totalMinor}`);
    return totalMinor;
  }

  /** Whose claim it is. */
  holderIdOf(slot: number): string {
    return this.holders.idOf(this.claims.holderOf(slot));
  }

  /** The places that a claim has; null where it has seats. */
  placesOf(slot: number): AreaPlaces | null {
    const area = this.claims.areaOf(slot);
    return area < 0 ? null : { area: this.areas.idOf(area), quantity: this.claims.quantityOf(slot) };
  }

  /** The epoch of a change that made a hold or booking, live or remembered. */
  epochOf(seq: number): number {
    return must(this.epochs.epochOf(seq), 'the epoch of a change');
  }

  /** Whether the hold that change `holdSeq` made is live: it has not ended in any way. */
  isHoldLive(holdSeq: number): boolean {
    const slot = this.claims.find(holdSeq);
    return slot >= 0 && this.claims.isHold(slot);
  }

  // ── what apply does, each keeping states, tallies, areas, claims and holders in step ──

  /** The next change has this position and time. */
  advance(epoch: number, atMs: number): void {
    if (epoch < this.epoch || epoch > seatMapLimits.epochMax) {
      throw new InvariantError(
        `[I8] Cannot apply a change as its epoch falls: epoch is ${epoch}, the last one is ${this.epoch}`,
      );
    }
    if (!(atMs >= this.atMs)) {
      throw new InvariantError(
        `Cannot apply a change as its time falls: atMs is ${atMs}, the last one is ${this.atMs}`,
      );
    }
    if (this.seq === seatMapLimits.seqMax) {
      throw new InvariantError(`Cannot apply a change as the event has no more numbers for it: seq is ${this.seq}`);
    }
    this.seq += 1;
    this.epoch = epoch;
    this.atMs = atMs;
    this.epochs.record(this.seq, epoch);
    if (this.epochs.isLong) this.epochs.keepOnly(this.rememberedSeqs());
  }

  hold(holdSeq: number, holderId: string, seats: readonly number[], deadlineMs: number): number {
    this.#moveSeats(seats, free, held);
    const holder = this.holders.intern(holderId);
    const slot = this.claims.addHold(holdSeq, holder, seats, deadlineMs);
    this.holders.addHold(holder, slot, seats.length);
    return slot;
  }

  holdPlaces(holdSeq: number, holderId: string, { area, quantity }: AreaPlaces, deadlineMs: number): number {
    const index = this.areas.indexOf(area);
    this.areas.move(index, free, held, quantity);
    const holder = this.holders.intern(holderId);
    const slot = this.claims.addHoldOfPlaces(holdSeq, holder, index, quantity, deadlineMs);
    this.holders.addHold(holder, slot, quantity);
    return slot;
  }

  /** The hold goes on without these seats; `remaining` are the others. */
  releaseSome(slot: number, seats: readonly number[], remaining: readonly number[]): void {
    this.#moveSeats(seats, held, free);
    this.claims.setSeats(slot, remaining);
    this.holders.removeSeats(this.claims.holderOf(slot), seats.length);
  }

  /** The hold of places goes on with fewer. */
  releaseSomePlaces(slot: number, quantity: number): void {
    const { claims } = this;
    this.areas.move(claims.areaOf(slot), held, free, isPlanted('release-gives-one-too-many') ? quantity + 1 : quantity);
    claims.setQuantity(slot, claims.quantityOf(slot) - quantity);
    this.holders.removeSeats(claims.holderOf(slot), quantity);
  }

  /** The hold ends with all that it has free: `seats`, or its places. */
  endHold(slot: number, seats: readonly number[], reason: EndReason): void {
    const freed = this.#moveClaim(slot, seats, held, free);
    this.holders.removeHold(this.claims.holderOf(slot), slot);
    this.#removeClaim(slot, freed, reason, 0);
  }

  confirm(slot: number, seats: readonly number[], bookingSeq: number): void {
    this.#moveClaim(slot, seats, held, booked);
    this.holders.removeHold(this.claims.holderOf(slot), slot);
    this.claims.confirm(slot, bookingSeq);
  }

  cancel(slot: number, seats: readonly number[]): void {
    const freed = this.#moveClaim(slot, seats, booked, free);
    this.#removeClaim(slot, freed, 'confirmed', this.claims.bookingSeqOf(slot));
  }

  block(seats: readonly number[]): void {
    this.#moveSeats(seats, free, blocked);
  }

  unblock(seats: readonly number[]): void {
    this.#moveSeats(seats, blocked, free);
  }

  blockPlaces({ area, quantity }: AreaPlaces): void {
    this.areas.move(this.areas.indexOf(area), free, blocked, quantity);
  }

  unblockPlaces({ area, quantity }: AreaPlaces): void {
    this.areas.move(this.areas.indexOf(area), blocked, free, quantity);
  }

  /** Changes whose epoch may be asked for: those that an id of a hold or booking can name and find something. */
  *rememberedSeqs(): Generator<number> {
    for (const slot of this.claims.slots()) {
      yield this.claims.holdSeqOf(slot);
      if (!this.claims.isHold(slot)) yield this.claims.bookingSeqOf(slot);
    }
    for (const { holdSeq, bookingSeq } of this.endedHolds.all()) {
      yield holdSeq;
      if (bookingSeq !== 0) yield bookingSeq;
    }
  }

  /** All seats of the claim, which are these, or all its places change their state. Returns how many. */
  #moveClaim(slot: number, seats: readonly number[], from: SeatState, to: SeatState): number {
    const area = this.claims.areaOf(slot);
    if (area < 0) {
      this.#moveSeats(seats, from, to);
      return seats.length;
    }
    const quantity = this.claims.quantityOf(slot);
    this.areas.move(area, from, to, quantity);
    return quantity;
  }

  #removeClaim(slot: number, seatsAndPlaces: number, reason: EndReason, bookingSeq: number): void {
    const { claims, holders } = this;
    const holder = claims.holderOf(slot);
    this.endedHolds.add(claims.holdSeqOf(slot), holders.idOf(holder), reason, bookingSeq);
    claims.remove(slot);
    holders.removeSeats(holder, seatsAndPlaces);
  }

  /** [I1] [I3] A seat moves only out of the state that it is in; one that is named twice is caught here too. */
  #moveSeats(seats: readonly number[], from: SeatState, to: SeatState): void {
    const { states } = this;
    for (const seat of seats) {
      if (states[seat] !== from) {
        throw new InvariantError(
          `[I3] Cannot change a seat's state from ${from} to ${to} as that is not its state: seat is ${seat}, state is ${states[seat]}`,
        );
      }
      states[seat] = to;
    }
    this.#tallies[from] = (this.#tallies[from] as number) - seats.length;
    this.#tallies[to] = (this.#tallies[to] as number) + seats.length;
  }
}

/** A byte a seat as long as that is enough. */
function categoriesOf({ categories, seatCategories, seatCount }: EventConfiguration): Uint8Array | Uint16Array {
  const categoryOfSeat = categories.length <= 256 ? new Uint8Array(seatCount) : new Uint16Array(seatCount);
  let firstSeat = 0;
  for (const [category, run] of seatCategories) {
    categoryOfSeat.fill(category, firstSeat, firstSeat + run);
    firstSeat += run;
  }
  return categoryOfSeat;
}

function capacityOf(areas: readonly AreaConfiguration[]): number {
  return areas.reduce((places, { capacity }) => places + capacity, 0);
}
