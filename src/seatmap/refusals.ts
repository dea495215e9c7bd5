import { isPlanted } from '../lib/planted.js';
import type { AreaPlaces } from './area-places.js';
import type { Rejection } from './command.js';
import type { EventConfiguration } from './configuration.js';
import type { HoldNotLive } from './find-hold.js';
import type { SeatMap } from './seat-map.js';
import { type SeatState, seatStates } from './seat-state.js';

/*
 * Why commands are refused: protocol page, section 4. Each function gives the refusal, or null where there is no such reason;
 * `doing` completes "Cannot …".
 */

export function unknownSeats(map: SeatMap, doing: string, seats: readonly number[]): Rejection | null {
  const { seatCount } = map.configuration;
  const isUnknown = (seat: number): boolean => !(seat >= 0 && seat < seatCount);
  if (!seats.some(isUnknown)) return null;
  const message = `Cannot ${doing} as there are no such seats: seatCount is ${seatCount}`;
  return { code: 'unknown_seat', message, seats: seats.filter(isUnknown) };
}

/** All or nothing (I9): lists the seats that are not in this state. */
export function seatsNotInState(
  map: SeatMap,
  doing: string,
  state: SeatState,
  code: 'seat_taken' | 'not_available',
  seats: readonly number[],
): Rejection | null {
  const { states } = map;
  const isOther = (seat: number): boolean => states[seat] !== state;
  if (!seats.some(isOther)) return null;
  const word = state === seatStates.free ? 'free' : 'blocked';
  return { code, message: `Cannot ${doing} as not all of them are ${word}`, seats: seats.filter(isOther) };
}

export function unknownArea(map: SeatMap, doing: string, area: string): Rejection | null {
  if (map.areas.indexOf(area) >= 0) return null;
  return { code: 'unknown_area', message: `Cannot ${doing} as there is no such area: area is ${area}` };
}

/** All or nothing (I9): the area, which is known, has fewer places in this state. */
export function tooFewPlaces(
  map: SeatMap,
  doing: string,
  state: SeatState,
  { area, quantity }: AreaPlaces,
): Rejection | null {
  const there = map.areas.countOf(map.areas.indexOf(area), state);
  if (there >= (isPlanted('area-capacity-off-by-one') ? quantity - 1 : quantity)) return null;
  const word = state === seatStates.free ? 'free' : 'blocked';
  const message = `Cannot ${doing} as too few are ${word}: area is ${area}, quantity is ${quantity}, ${word} are ${there}`;
  return { code: 'not_available', message };
}

/** An event is on sale during [onSaleAt, closesAt). */
export function notOnSaleYet({ configuration }: SeatMap, doing: string, nowMs: number): Rejection | null {
  const { onSaleAtMs } = configuration;
  if (onSaleAtMs === null || nowMs >= onSaleAtMs) return null;
  const message = `Cannot ${doing} as the event is not on sale yet: onSaleAtMs is ${onSaleAtMs}`;
  return { code: 'not_on_sale', message, retryAfterMs: onSaleAtMs - nowMs };
}

export function noLongerOnSale({ configuration }: SeatMap, doing: string, nowMs: number): Rejection | null {
  const { closesAtMs } = configuration;
  if (closesAtMs === null || nowMs < closesAtMs) return null;
  return {
    code: 'not_on_sale',
    message: `Cannot ${doing} as the event is no longer on sale: closesAtMs is ${closesAtMs}`,
  };
}

/** [I12] Would one more hold, of so many seats or places, pass a limit of its holder? */
export function holdLimitReached(
  { configuration, holders }: SeatMap,
  doing: string,
  holderId: string,
  quantity: number,
): Rejection | null {
  const { seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax } = configuration;
  if (quantity > seatsPerHoldMax) return limitExceeded(configuration, doing, 'seatsPerHoldMax');
  const holder = holders.find(holderId);
  const liveHolds = holder < 0 ? 0 : holders.liveHoldCountOf(holder);
  if (isPlanted('limit-off-by-one') ? liveHolds > holdsPerHolderMax : liveHolds >= holdsPerHolderMax)
    return limitExceeded(configuration, doing, 'holdsPerHolderMax');
  const seatsHad = holder < 0 ? 0 : holders.seatCountOf(holder);
  if (seatsHad + quantity > seatsPerHolderMax) return limitExceeded(configuration, doing, 'seatsPerHolderMax');
  return null;
}

type Limit = 'seatsPerHoldMax' | 'holdsPerHolderMax' | 'seatsPerHolderMax' | 'extensionsPerHoldMax';

export function limitExceeded(configuration: EventConfiguration, doing: string, limit: Limit): Rejection {
  return {
    code: 'limit_exceeded',
    message: `Cannot ${doing} as that would pass a limit: ${limit} is ${configuration[limit]}`,
  };
}

export function holdNotLive(found: HoldNotLive, doing: string, holdId: string): Rejection {
  if (found.kind === 'unknown') {
    return { code: 'unknown_hold', message: `Cannot ${doing} as there is no such hold: holdId is ${holdId}` };
  }
  const { reason } = found;
  return {
    code: 'hold_ended',
    message: `Cannot ${doing} as the hold has ended: holdId is ${holdId}, reason is ${reason}`,
    reason,
  };
}
