import { decideBlockPlaces, decideUnblockPlaces } from './area-decisions.js';
import type { BookingCancelled, HoldRevoked } from './change.js';
import { withPlaces } from './change-places.js';
import type { BlockCommand, CancelCommand, Decision, RevokeCommand, UnblockCommand } from './command.js';
import { findHold } from './find-hold.js';
import { madeBy } from './ids.js';
import { holdNotLive, seatsNotInState, unknownSeats } from './refusals.js';
import type { SeatMap } from './seat-map.js';
import { seatStates } from './seat-state.js';

/** What operators may do: with anyone's holds and bookings, on sale or not, without limits. */

export function decideBlock(map: SeatMap, command: BlockCommand, nowMs: number): Decision {
  const { identity, seats, places, reason } = command;
  if (places !== null) return decideBlockPlaces(map, identity, places, reason, nowMs);
  const rejection =
    unknownSeats(map, 'block seats', seats) ??
    seatsNotInState(map, 'block seats', seatStates.free, 'seat_taken', seats);
  if (rejection !== null) return { kind: 'rejected', rejection };
  return { kind: 'accepted', change: { kind: 'SeatsBlocked', atMs: nowMs, identity, seats, reason } };
}

export function decideUnblock(map: SeatMap, command: UnblockCommand, nowMs: number): Decision {
  const { identity, seats, places, reason } = command;
  if (places !== null) return decideUnblockPlaces(map, identity, places, reason, nowMs);
  const rejection =
    unknownSeats(map, 'unblock seats', seats) ??
    seatsNotInState(map, 'unblock seats', seatStates.blocked, 'not_available', seats);
  if (rejection !== null) return { kind: 'rejected', rejection };
  return { kind: 'accepted', change: { kind: 'SeatsUnblocked', atMs: nowMs, identity, seats, reason } };
}

export function decideRevoke(map: SeatMap, command: RevokeCommand, nowMs: number): Decision {
  const { identity, holdId, reason } = command;
  const found = findHold(map, holdId, null);
  if (found.kind !== 'live') return { kind: 'rejected', rejection: holdNotLive(found, 'revoke the hold', holdId) };
  const { holdEpoch, holdSeq, slot } = found;
  const holderId = map.holderIdOf(slot);
  const seats = map.claims.seatsOf(slot);
  const change: HoldRevoked = {
    kind: 'HoldRevoked',
    atMs: nowMs,
    identity,
    holdEpoch,
    holdSeq,
    holderId,
    seats,
    reason,
  };
  return { kind: 'accepted', change: withPlaces(change, map.placesOf(slot)) };
}

export function decideCancel(map: SeatMap, command: CancelCommand, nowMs: number): Decision {
  const { identity, bookingId, reason } = command;
  const made = madeBy('B', bookingId);
  if (made === null || map.epochs.epochOf(made.seq) !== made.epoch) return noSuchBooking(bookingId);
  const { epoch: bookingEpoch, seq: bookingSeq } = made;
  const slot = map.claims.findBooking(bookingSeq);
  if (slot < 0) return map.endedHolds.wasCancelled(bookingSeq) ? cancelledAlready(bookingId) : noSuchBooking(bookingId);
  const holderId = map.holderIdOf(slot);
  const seats = map.claims.seatsOf(slot);
  const change: BookingCancelled = {
    kind: 'BookingCancelled',
    atMs: nowMs,
    identity,
    bookingEpoch,
    bookingSeq,
    holderId,
    seats,
    reason,
  };
  return { kind: 'accepted', change: withPlaces(change, map.placesOf(slot)) };
}

/** The wire has no code of its own for bookings: they share those of holds. */
function noSuchBooking(bookingId: string): Decision {
  const message = `Cannot cancel the booking as there is no such booking: bookingId is ${bookingId}`;
  return { kind: 'rejected', rejection: { code: 'unknown_hold', message } };
}

function cancelledAlready(bookingId: string): Decision {
  const message = `Cannot cancel the booking as it is cancelled already: bookingId is ${bookingId}`;
  return { kind: 'rejected', rejection: { code: 'hold_ended', message } };
}
