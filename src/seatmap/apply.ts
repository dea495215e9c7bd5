import { InvariantError, unreachable } from '../lib/assert.js';
import type { AreaPlaces } from './area-places.js';
import type {
  BookingCancelled,
  BookingConfirmed,
  Change,
  EventOpened,
  HoldExpired,
  HoldExtended,
  HoldReleased,
  PlacesHeld,
  SeatsHeld,
} from './change.js';
import { bookingIdOf, holdIdOf } from './ids.js';
import { SeatMap } from './seat-map.js';
import { seatStates } from './seat-state.js';
import { areSameSeats, seatsWithout } from './seats.js';

/** The map after change 1. */
export function openSeatMap(change: EventOpened, epoch: number): SeatMap {
  const map = new SeatMap(change.configuration);
  map.advance(epoch, change.atMs);
  return map;
}

/**
 * Makes the change part of the map, as change `map.seq + 1`. Live traffic, recovery, simulation and replay all come through
 * here. Every transition is asserted: a change that does not fit throws `InvariantError`, after which the map is worthless
 * and must be dropped and recovered.
 */
export function apply(map: SeatMap, change: Change, epoch: number): void {
  map.advance(epoch, change.atMs);
  switch (change.kind) {
    case 'EventOpened':
      throw new InvariantError(`Cannot open an event again: seq is ${map.seq}`);
    case 'SeatsHeld':
      return hold(map, change);
    case 'PlacesHeld':
      return holdPlaces(map, change);
    case 'HoldExtended':
      return extend(map, change);
    case 'HoldReleased':
      return release(map, change);
    case 'HoldExpired':
      return expire(map, change);
    case 'HoldRevoked':
      return map.endHold(slotOfWholeHold(map, change, change.holderId), change.seats, 'revoked');
    case 'BookingConfirmed':
      return confirm(map, change);
    case 'BookingCancelled':
      return cancel(map, change);
    case 'SeatsBlocked':
      return map.block(change.seats);
    case 'SeatsUnblocked':
      return map.unblock(change.seats);
    case 'PlacesBlocked':
      return map.blockPlaces(change.places);
    case 'PlacesUnblocked':
      return map.unblockPlaces(change.places);
    case 'DeadlinesRaised':
      return map.claims.raiseDeadlines(change.untilMs);
    default:
      return unreachable(change);
  }
}

function hold(map: SeatMap, change: SeatsHeld): void {
  mustHaveDeadlineAhead(change);
  map.hold(map.seq, change.identity.holderId, change.seats, change.deadlineMs);
}

function holdPlaces(map: SeatMap, change: PlacesHeld): void {
  mustHaveDeadlineAhead(change);
  map.holdPlaces(map.seq, change.identity.holderId, change.places, change.deadlineMs);
}

function mustHaveDeadlineAhead({ atMs, deadlineMs }: SeatsHeld | PlacesHeld): void {
  if (deadlineMs > atMs) return;
  throw new InvariantError(
    `[I5] Cannot make a hold as its deadline is not ahead: deadlineMs is ${deadlineMs}, atMs is ${atMs}`,
  );
}

function extend(map: SeatMap, change: HoldExtended): void {
  const slot = slotOfWholeHold(map, change, change.identity.holderId);
  mustBeBeforeDeadline(map, slot, change);
  if (!(change.deadlineMs >= map.claims.deadlineMsOf(slot))) {
    throw new InvariantError(`[I5] Cannot extend a hold to an earlier deadline: ${nameOf(change)}`);
  }
  map.claims.setDeadline(slot, change.deadlineMs);
  map.claims.setExtensions(slot, map.claims.extensionsOf(slot) + 1);
}

function release(map: SeatMap, change: HoldReleased): void {
  const slot = slotOfHold(map, change, change.identity.holderId);
  if (change.places !== undefined) return releasePlaces(map, slot, change, change.places);
  const seats = map.claims.seatsOf(slot);
  const isDivided =
    change.seats.length > 0 &&
    seats.length === change.seats.length + change.remaining.length &&
    areSameSeats(seatsWithout(seats, change.seats), change.remaining);
  if (!isDivided) throw new InvariantError(`[I4] Cannot release seats as the hold has others: ${nameOf(change)}`);
  if (change.remaining.length === 0) map.endHold(slot, change.seats, 'released');
  else map.releaseSome(slot, change.seats, change.remaining);
}

function releasePlaces(map: SeatMap, slot: number, change: HoldReleased, places: AreaPlaces): void {
  const { remainingQuantity = Number.NaN } = change;
  const isDivided =
    hasPlaces(map, slot, { area: places.area, quantity: places.quantity + remainingQuantity }) &&
    change.seats.length + change.remaining.length === 0;
  if (!isDivided) throw new InvariantError(`[I4] Cannot release places as the hold has others: ${nameOf(change)}`);
  if (remainingQuantity === 0) map.endHold(slot, change.seats, 'released');
  else map.releaseSomePlaces(slot, places.quantity);
}

function expire(map: SeatMap, change: HoldExpired): void {
  const slot = slotOfWholeHold(map, change, change.holderId);
  if (change.atMs < map.claims.deadlineMsOf(slot)) {
    throw new InvariantError(
      `[I5] Cannot expire a hold before its deadline: ${nameOf(change)}, atMs is ${change.atMs}`,
    );
  }
  map.endHold(slot, change.seats, 'expired');
}

function confirm(map: SeatMap, change: BookingConfirmed): void {
  const slot = slotOfWholeHold(map, change, change.identity.holderId);
  mustBeBeforeDeadline(map, slot, change);
  map.confirm(slot, change.seats, map.seq);
}

function cancel(map: SeatMap, change: BookingCancelled): void {
  const { bookingEpoch, bookingSeq, holderId, seats, places } = change;
  const { claims } = map;
  const slot = places === undefined ? slotOfBookedSeats(map, seats) : claims.findBooking(bookingSeq);
  const isIts =
    slot >= 0 &&
    claims.bookingSeqOf(slot) === bookingSeq &&
    map.epochs.epochOf(bookingSeq) === bookingEpoch &&
    map.holderIdOf(slot) === holderId &&
    areSameSeats(claims.seatsOf(slot), seats) &&
    hasPlaces(map, slot, places);
  if (!isIts) {
    throw new InvariantError(
      `[I1] Cannot cancel a booking as the seats or places are not its own: bookingId is ${bookingIdOf(bookingEpoch, bookingSeq)}`,
    );
  }
  map.cancel(slot, seats);
}

/** The seats lead to the claim: no search for the booking's seq. */
function slotOfBookedSeats(map: SeatMap, seats: readonly number[]): number {
  const firstSeat = seats[0] ?? -1;
  return map.states[firstSeat] === seatStates.booked ? map.claims.slotOfSeat(firstSeat) : -1;
}

interface OfHold {
  readonly atMs: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
}

/** [I2] [I4] The slot of the live hold that the change speaks of, where it is this holder's. */
function slotOfHold(map: SeatMap, change: OfHold, holderId: string): number {
  const { claims } = map;
  const slot = claims.find(change.holdSeq);
  if (slot < 0 || !claims.isHold(slot) || map.epochs.epochOf(change.holdSeq) !== change.holdEpoch) {
    throw new InvariantError(`[I2] [I4] Cannot apply a change as its hold is not live: ${nameOf(change)}`);
  }
  if (map.holderIdOf(slot) !== holderId) {
    throw new InvariantError(
      `[I2] [I4] Cannot apply a change as its hold is another's: ${nameOf(change)}, holderId is ${holderId}`,
    );
  }
  return slot;
}

/** As `slotOfHold`, where the change names all the seats or places that the hold still has. */
function slotOfWholeHold(map: SeatMap, change: OfHold, holderId: string): number {
  const slot = slotOfHold(map, change, holderId);
  if (!areSameSeats(map.claims.seatsOf(slot), change.seats) || !hasPlaces(map, slot, change.places)) {
    throw new InvariantError(
      `[I2] [I4] Cannot apply a change as its hold has other seats or places: ${nameOf(change)}, seats is ${change.seats.join()}, places is ${JSON.stringify(change.places)}`,
    );
  }
  return slot;
}

/** Whether these are the places of the claim; undefined: that it is on seats. */
function hasPlaces({ claims, areas }: SeatMap, slot: number, places: AreaPlaces | undefined): boolean {
  const area = claims.areaOf(slot);
  if (area < 0 || places === undefined) return area < 0 && places === undefined;
  return areas.idOf(area) === places.area && claims.quantityOf(slot) === places.quantity;
}

/** [I2] Strictly: at its deadline a hold has ended. */
function mustBeBeforeDeadline(map: SeatMap, slot: number, change: OfHold): void {
  if (change.atMs >= map.claims.deadlineMsOf(slot)) {
    throw new InvariantError(
      `[I2] Cannot go on with a hold at or after its deadline: ${nameOf(change)}, atMs is ${change.atMs}`,
    );
  }
}

function nameOf(change: OfHold): string {
  return `holdId is ${holdIdOf(change.holdEpoch, change.holdSeq)}`;
}
