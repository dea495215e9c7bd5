import { InvariantError, unreachable } from '../lib/assert.js';
import type {
  BookingCancelled,
  BookingConfirmed,
  Change,
  EventOpened,
  HoldExpired,
  HoldExtended,
  HoldReleased,
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
    case 'DeadlinesRaised':
      return map.claims.raiseDeadlines(change.untilMs);
    default:
      return unreachable(change);
  }
}

function hold(map: SeatMap, change: SeatsHeld): void {
  const { identity, seats, deadlineMs } = change;
  if (!(deadlineMs > change.atMs)) {
    throw new InvariantError(
      `[I5] Cannot hold seats as the deadline is not ahead: deadlineMs is ${deadlineMs}, atMs is ${change.atMs}`,
    );
  }
  map.hold(map.seq, identity.holderId, seats, deadlineMs);
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
  const seats = map.claims.seatsOf(slot);
  const isDivided =
    seats.length === change.seats.length + change.remaining.length &&
    areSameSeats(seatsWithout(seats, change.seats), change.remaining);
  if (!isDivided) throw new InvariantError(`[I4] Cannot release seats as the hold has others: ${nameOf(change)}`);
  if (change.remaining.length === 0) map.endHold(slot, change.seats, 'released');
  else map.releaseSome(slot, change.seats, change.remaining);
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
  const { bookingEpoch, bookingSeq, holderId, seats } = change;
  const { claims } = map;
  // The seats lead to the claim: no search for the booking's seq.
  const firstSeat = seats[0] ?? -1;
  const slot = map.states[firstSeat] === seatStates.booked ? claims.slotOfSeat(firstSeat) : -1;
  const isIts =
    slot >= 0 &&
    claims.bookingSeqOf(slot) === bookingSeq &&
    map.epochs.epochOf(bookingSeq) === bookingEpoch &&
    map.holderIdOf(slot) === holderId &&
    areSameSeats(claims.seatsOf(slot), seats);
  if (!isIts) {
    throw new InvariantError(
      `[I1] Cannot cancel a booking as the seats are not its own: bookingId is ${bookingIdOf(bookingEpoch, bookingSeq)}`,
    );
  }
  map.cancel(slot, seats);
}

interface OfHold {
  readonly atMs: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly seats: readonly number[];
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

/** As `slotOfHold`, where the change names all the seats that the hold still has. */
function slotOfWholeHold(map: SeatMap, change: OfHold, holderId: string): number {
  const slot = slotOfHold(map, change, holderId);
  if (!areSameSeats(map.claims.seatsOf(slot), change.seats)) {
    throw new InvariantError(
      `[I2] [I4] Cannot apply a change as its hold has other seats: ${nameOf(change)}, seats is ${change.seats.join()}`,
    );
  }
  return slot;
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
