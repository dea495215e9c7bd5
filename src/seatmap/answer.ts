import { InvariantError, unreachable } from '../lib/assert.js';
import type { AcceptedBody, HoldBody, MyHoldsBody, Places, ReleaseBody } from '../protocol/down.js';
import type { AreaPlaces } from './area-places.js';
import type { Change, HoldExtended, HoldReleased, PlacesHeld, SeatsHeld } from './change.js';
import { bookingIdOf, holdIdOf } from './ids.js';
import type { SeatMap } from './seat-map.js';

/**
 * Body of frame 4 for the command that made this change a moment ago, at `[epoch, seq]`. The time left is that of the change
 * itself, whatever was decided since and is not yet committed (I10).
 */
export function firstAcceptedBody(
  change: Change,
  epoch: number,
  seq: number,
  map: SeatMap,
  nowMs: number,
): AcceptedBody {
  const leftMs = 'deadlineMs' in change ? Math.max(0, change.deadlineMs - nowMs) : 0;
  return bodyOf(change, epoch, seq, map.configuration.currency, leftMs);
}

/**
 * The same for a repeat of that command, rebuilt from the journal: its first answer, with the time that the hold has left
 * in the map at `nowMs`; 0 once it ended.
 */
export function acceptedBody(change: Change, epoch: number, seq: number, map: SeatMap, nowMs: number): AcceptedBody {
  const holdSeq = holdSeqOf(change, seq);
  const leftMs = holdSeq === null ? 0 : expiresInMs(map, holdSeq, nowMs);
  return bodyOf(change, epoch, seq, map.configuration.currency, leftMs);
}

/** The hold whose deadline the change set, or null where it set none. */
function holdSeqOf(change: Change, seq: number): number | null {
  if (change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld') return seq;
  return change.kind === 'HoldExtended' ? change.holdSeq : null;
}

function bodyOf(change: Change, epoch: number, seq: number, currency: string, leftMs: number): AcceptedBody {
  switch (change.kind) {
    case 'SeatsHeld':
      return holdBody(change, change.seats, epoch, seq, currency, leftMs);
    case 'PlacesHeld':
      return withArea(holdBody(change, [], epoch, seq, currency, leftMs), change.places);
    case 'HoldExtended': {
      const { holdEpoch, holdSeq, seats, places } = change;
      return withArea(holdBody(change, seats, holdEpoch, holdSeq, currency, leftMs), places);
    }
    case 'HoldReleased':
      return releaseBody(change);
    case 'BookingConfirmed': {
      const { seats, places, totalMinor } = change;
      return withArea({ bookingId: bookingIdOf(epoch, seq), seats, totalMinor, currency }, places);
    }
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
      return { seats: change.seats };
    case 'PlacesBlocked':
    case 'PlacesUnblocked':
      return withArea({ seats: [] }, change.places);
    case 'HoldRevoked':
    case 'BookingCancelled':
      return withArea({ seats: change.seats }, change.places);
    case 'EventOpened':
    case 'HoldExpired':
    case 'DeadlinesRaised':
      throw new InvariantError(
        `Cannot answer a command as none makes this change: kind is ${change.kind}, seq is ${seq}`,
      );
    default:
      return unreachable(change);
  }
}

function holdBody(
  { totalMinor }: SeatsHeld | PlacesHeld | HoldExtended,
  seats: readonly number[],
  holdEpoch: number,
  holdSeq: number,
  currency: string,
  leftMs: number,
): HoldBody {
  return { holdId: holdIdOf(holdEpoch, holdSeq), seats, expiresInMs: leftMs, totalMinor, currency };
}

function releaseBody({ holdEpoch, holdSeq, seats, places, remaining, remainingQuantity }: HoldReleased): ReleaseBody {
  const body = { holdId: holdIdOf(holdEpoch, holdSeq), seats, remaining };
  if (places === undefined || remainingQuantity === undefined) return body;
  return { ...body, area: places.area, quantity: places.quantity, remainingQuantity };
}

/** The body with `area` and `quantity`, where it speaks of places. */
export function withArea<B extends Places>(body: B, places: AreaPlaces | null | undefined): B {
  return places === undefined || places === null ? body : { ...body, area: places.area, quantity: places.quantity };
}

/** The holder's live holds, oldest first, each with its seats in the order in which the client named them. */
export function holdsOf(map: SeatMap, holderId: string, nowMs: number): MyHoldsBody {
  const holder = map.holders.find(holderId);
  if (holder < 0) return { holds: [] };
  const holds = map.holders.liveHoldsOf(holder).map((slot) => {
    const holdSeq = map.claims.holdSeqOf(slot);
    const hold = {
      holdId: holdIdOf(map.epochOf(holdSeq), holdSeq),
      seats: map.claims.seatsOf(slot),
      expiresInMs: expiresInMs(map, holdSeq, nowMs),
    };
    return withArea(hold, map.placesOf(slot));
  });
  return { holds };
}

/** The time that the hold has left; 0 where it has ended. */
export function expiresInMs(map: SeatMap, holdSeq: number, nowMs: number): number {
  const slot = map.claims.find(holdSeq);
  if (slot < 0 || !map.claims.isHold(slot)) return 0;
  return Math.max(0, map.claims.deadlineMsOf(slot) - nowMs);
}
