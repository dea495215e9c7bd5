import { InvariantError } from '../lib/assert.js';
import { bestSeats } from './best-seats.js';
import type { Decision, HoldBestCommand, Rejection } from './command.js';
import { holdLimitReached, noLongerOnSale, notOnSaleYet, unknownSeats } from './refusals.js';
import type { SeatMap } from './seat-map.js';

/** Hold whichever seats are best: the rules of a hold in their order, then the choice. */
export function decideHoldBest(map: SeatMap, command: HoldBestCommand, nowMs: number): Decision {
  const { identity, wish } = command;
  const rejection =
    unknownSeats(map, 'hold the best seats', wish.near === null ? [] : [wish.near]) ??
    notOnSaleYet(map, 'hold the best seats', nowMs) ??
    noLongerOnSale(map, 'hold the best seats', nowMs) ??
    holdLimitReached(map, 'hold the best seats', identity.holderId, wish.quantity);
  if (rejection !== null) return { kind: 'rejected', rejection };
  const seats = bestSeats(map, wish);
  if (seats === null) return { kind: 'rejected', rejection: noneLeft(wish.quantity) };
  if (seats.length !== wish.quantity) {
    throw new InvariantError(
      `Cannot hold the best seats as others were chosen than asked for: seats is ${seats.join()}`,
    );
  }
  const deadlineMs = nowMs + map.configuration.holdTtlMs;
  const totalMinor = map.totalMinorOf(seats, null);
  return { kind: 'accepted', change: { kind: 'SeatsHeld', atMs: nowMs, identity, deadlineMs, seats, totalMinor } };
}

function noneLeft(quantity: number): Rejection {
  const message = `Cannot hold the best seats as no such seats are left: quantity is ${quantity}`;
  return { code: 'not_available', message };
}
