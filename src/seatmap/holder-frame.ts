import { unreachable } from '../lib/assert.js';
import type { EndReason, HoldChangedFrame, HoldEndedFrame } from '../protocol/down.js';
import { expiresInMs, withArea } from './answer.js';
import type { AreaPlaces } from './area-places.js';
import type { BookingConfirmed, Change, HoldExpired, HoldReleased, HoldRevoked } from './change.js';
import { holdIdOf } from './ids.js';
import type { SeatMap } from './seat-map.js';

/** What the sockets of one holder are told about one of its holds. */
export interface HolderFrame {
  readonly holderId: string;
  readonly frame: HoldEndedFrame | HoldChangedFrame;
}

/** What ends a hold, with all that it still had. */
type Ended = HoldReleased | HoldExpired | HoldRevoked | BookingConfirmed;

/**
 * Frame 6 where the change, made at `[epoch, seq]`, ended a hold; 9 where it made, extended or partly released one; null where
 * it concerns no single hold. `expiresInMs` is the time that the hold has left in the map at `nowMs`, 0 once it ended.
 */
export function holderFrame(
  eventId: string,
  epoch: number,
  seq: number,
  change: Change,
  map: SeatMap,
  nowMs: number,
): HolderFrame | null {
  const changed = (
    holderId: string,
    holdEpoch: number,
    holdSeq: number,
    seats: readonly number[],
    places: AreaPlaces | undefined,
  ): HolderFrame => {
    const hold = { holdId: holdIdOf(holdEpoch, holdSeq), seats, expiresInMs: expiresInMs(map, holdSeq, nowMs) };
    return { holderId, frame: [9, eventId, [epoch, seq], withArea(hold, places)] };
  };
  const ended = (holderId: string, { holdEpoch, holdSeq, seats, places }: Ended, reason: EndReason): HolderFrame => {
    const holdId = holdIdOf(holdEpoch, holdSeq);
    return places === undefined
      ? { holderId, frame: [6, eventId, [epoch, seq], holdId, reason, seats] }
      : { holderId, frame: [6, eventId, [epoch, seq], holdId, reason, seats, places.area, places.quantity] };
  };
  switch (change.kind) {
    case 'SeatsHeld':
      return changed(change.identity.holderId, epoch, seq, change.seats, undefined);
    case 'PlacesHeld':
      return changed(change.identity.holderId, epoch, seq, [], change.places);
    case 'HoldExtended':
      return changed(change.identity.holderId, change.holdEpoch, change.holdSeq, change.seats, change.places);
    case 'HoldReleased': {
      const { identity, holdEpoch, holdSeq, remaining, places, remainingQuantity = 0 } = change;
      if (remaining.length + remainingQuantity === 0) return ended(identity.holderId, change, 'released');
      const remainingPlaces = places && { area: places.area, quantity: remainingQuantity };
      return changed(identity.holderId, holdEpoch, holdSeq, remaining, remainingPlaces);
    }
    case 'BookingConfirmed':
      return ended(change.identity.holderId, change, 'confirmed');
    case 'HoldExpired':
      return ended(change.holderId, change, 'expired');
    case 'HoldRevoked':
      return ended(change.holderId, change, 'revoked');
    case 'EventOpened':
    case 'BookingCancelled':
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
    case 'PlacesBlocked':
    case 'PlacesUnblocked':
    case 'DeadlinesRaised':
      return null;
    default:
      return unreachable(change);
  }
}
