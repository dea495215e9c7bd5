import { isPlanted } from '../lib/planted.js';
import { decideReleasePlaces } from './area-decisions.js';
import type { BookingConfirmed, HoldExtended } from './change.js';
import { withPlaces } from './change-places.js';
import type { ConfirmCommand, Decision, ExtendCommand, HoldCommand, Rejection, ReleaseCommand } from './command.js';
import { findHold } from './find-hold.js';
import {
  holdLimitReached,
  holdNotLive,
  limitExceeded,
  noLongerOnSale,
  notOnSaleYet,
  seatsNotInState,
  unknownSeats,
} from './refusals.js';
import type { SeatMap } from './seat-map.js';
import { seatStates } from './seat-state.js';
import { seatsWithout } from './seats.js';

/** What holders may do. The first rule that refuses answers; which comes first is part of the contract. */

export function decideHold(map: SeatMap, command: HoldCommand, nowMs: number): Decision {
  const { identity } = command;
  const seats = isPlanted('part-of-hold')
    ? command.seats.filter((seat) => map.states[seat] === seatStates.free)
    : command.seats;
  const rejection =
    unknownSeats(map, 'hold seats', seats) ??
    notOnSaleYet(map, 'hold seats', nowMs) ??
    noLongerOnSale(map, 'hold seats', nowMs) ??
    holdLimitReached(map, 'hold seats', identity.holderId, seats.length) ??
    seatsNotInState(map, 'hold seats', seatStates.free, 'seat_taken', seats);
  if (rejection !== null) return { kind: 'rejected', rejection };
  const deadlineMs = nowMs + map.configuration.holdTtlMs;
  const totalMinor = map.totalMinorOf(seats, null);
  return { kind: 'accepted', change: { kind: 'SeatsHeld', atMs: nowMs, identity, deadlineMs, seats, totalMinor } };
}

export function decideExtend(map: SeatMap, command: ExtendCommand, nowMs: number): Decision {
  const { identity, holdId } = command;
  const found = findHold(map, holdId, identity.holderId);
  if (found.kind !== 'live') return { kind: 'rejected', rejection: holdNotLive(found, 'extend the hold', holdId) };
  const rejection = noLongerOnSale(map, 'extend the hold', nowMs) ?? extensionLimitReached(map, found.slot);
  if (rejection !== null) return { kind: 'rejected', rejection };
  const { holdEpoch, holdSeq, slot } = found;
  const seats = map.claims.seatsOf(slot);
  // A deadline that a recovery raised may lie further off than a fresh one.
  const deadlineMs = Math.max(
    isPlanted('extension-shortens') ? 0 : map.claims.deadlineMsOf(slot),
    nowMs + map.configuration.holdTtlMs,
  );
  const places = map.placesOf(slot);
  const totalMinor = map.totalMinorOf(seats, places);
  const change: HoldExtended = {
    kind: 'HoldExtended',
    atMs: nowMs,
    identity,
    holdEpoch,
    holdSeq,
    deadlineMs,
    seats,
    totalMinor,
  };
  return { kind: 'accepted', change: withPlaces(change, places) };
}

function extensionLimitReached(map: SeatMap, slot: number): Rejection | null {
  if (map.claims.extensionsOf(slot) < map.configuration.extensionsPerHoldMax) return null;
  return limitExceeded(map.configuration, 'extend the hold', 'extensionsPerHoldMax');
}

export function decideRelease(map: SeatMap, command: ReleaseCommand, nowMs: number): Decision {
  const { identity, holdId } = command;
  const found = findHold(map, holdId, isPlanted('foreign-hold-released') ? null : identity.holderId);
  if (found.kind !== 'live') return { kind: 'rejected', rejection: holdNotLive(found, 'release seats', holdId) };
  const had = map.claims.seatsOf(found.slot);
  const seats = command.seats ?? had;
  const foreign = seatsWithout(seats, had);
  if (foreign.length > 0 && !isPlanted('foreign-seat-released')) {
    const message = `Cannot release seats as the hold does not have them: holdId is ${holdId}`;
    return { kind: 'rejected', rejection: { code: 'unknown_hold', message, seats: foreign } };
  }
  const places = map.placesOf(found.slot);
  if (places !== null) return decideReleasePlaces(command, found, places, nowMs);
  if (command.quantity !== null) {
    const message = `Cannot release places as the hold is of no area: holdId is ${holdId}`;
    return { kind: 'rejected', rejection: { code: 'unknown_area', message } };
  }
  const { holdEpoch, holdSeq } = found;
  const remaining = seatsWithout(had, seats);
  return {
    kind: 'accepted',
    change: { kind: 'HoldReleased', atMs: nowMs, identity, holdEpoch, holdSeq, seats, remaining },
  };
}

export function decideConfirm(map: SeatMap, command: ConfirmCommand, nowMs: number): Decision {
  const { identity, holdId, orderRef } = command;
  if (map.configuration.confirmBy === 'server' && command.by === 'holder') {
    const message = `Cannot confirm the hold as only a server may: holdId is ${holdId}`;
    return { kind: 'rejected', rejection: { code: 'forbidden', message } };
  }
  const found = findHold(map, holdId, identity.holderId);
  if (found.kind === 'ended' && found.reason === 'confirmed') return { kind: 'already', seq: found.bookingSeq };
  if (found.kind !== 'live') return { kind: 'rejected', rejection: holdNotLive(found, 'confirm the hold', holdId) };
  const { holdEpoch, holdSeq } = found;
  const seats = map.claims.seatsOf(found.slot);
  const places = map.placesOf(found.slot);
  const totalMinor = map.totalMinorOf(seats, places);
  const change: BookingConfirmed = {
    kind: 'BookingConfirmed',
    atMs: nowMs,
    identity,
    holdEpoch,
    holdSeq,
    orderRef,
    seats,
    totalMinor,
  };
  return { kind: 'accepted', change: withPlaces(change, places) };
}
