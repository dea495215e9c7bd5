import type { AreaPlaces } from './area-places.js';
import type { Decision, HoldAreaCommand, Identity, ReleaseCommand } from './command.js';
import type { LiveHold } from './find-hold.js';
import { holdLimitReached, noLongerOnSale, notOnSaleYet, tooFewPlaces, unknownArea } from './refusals.js';
import type { SeatMap } from './seat-map.js';
import { seatStates } from './seat-state.js';

/** General admission: what is decided by counting, where for seats it is decided by name. The rules come in the same order. */

export function decideHoldArea(map: SeatMap, command: HoldAreaCommand, nowMs: number): Decision {
  const { identity, places } = command;
  const rejection =
    unknownArea(map, 'hold places', places.area) ??
    notOnSaleYet(map, 'hold places', nowMs) ??
    noLongerOnSale(map, 'hold places', nowMs) ??
    holdLimitReached(map, 'hold places', identity.holderId, places.quantity) ??
    tooFewPlaces(map, 'hold places', seatStates.free, places);
  if (rejection !== null) return { kind: 'rejected', rejection };
  const deadlineMs = nowMs + map.configuration.holdTtlMs;
  const totalMinor = map.totalMinorOf([], places);
  return { kind: 'accepted', change: { kind: 'PlacesHeld', atMs: nowMs, identity, deadlineMs, places, totalMinor } };
}

/** @param had what the hold has */
export function decideReleasePlaces(
  { identity, holdId, quantity: wanted }: ReleaseCommand,
  { holdEpoch, holdSeq }: LiveHold,
  { area, quantity: had }: AreaPlaces,
  nowMs: number,
): Decision {
  const quantity = wanted ?? had;
  if (quantity > had) {
    const message = `Cannot release places as the hold has fewer: holdId is ${holdId}, quantity is ${quantity}, it has ${had}`;
    return { kind: 'rejected', rejection: { code: 'unknown_hold', message } };
  }
  return {
    kind: 'accepted',
    change: {
      kind: 'HoldReleased',
      atMs: nowMs,
      identity,
      holdEpoch,
      holdSeq,
      seats: [],
      places: { area, quantity },
      remaining: [],
      remainingQuantity: had - quantity,
    },
  };
}

export function decideBlockPlaces(
  map: SeatMap,
  identity: Identity,
  places: AreaPlaces,
  reason: string,
  nowMs: number,
): Decision {
  const rejection =
    unknownArea(map, 'block places', places.area) ?? tooFewPlaces(map, 'block places', seatStates.free, places);
  if (rejection !== null) return { kind: 'rejected', rejection };
  return { kind: 'accepted', change: { kind: 'PlacesBlocked', atMs: nowMs, identity, places, reason } };
}

export function decideUnblockPlaces(
  map: SeatMap,
  identity: Identity,
  places: AreaPlaces,
  reason: string,
  nowMs: number,
): Decision {
  const rejection =
    unknownArea(map, 'unblock places', places.area) ?? tooFewPlaces(map, 'unblock places', seatStates.blocked, places);
  if (rejection !== null) return { kind: 'rejected', rejection };
  return { kind: 'accepted', change: { kind: 'PlacesUnblocked', atMs: nowMs, identity, places, reason } };
}
