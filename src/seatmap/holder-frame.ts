import { unreachable } from '../lib/assert.js';
import type { EndReason, HoldChangedFrame, HoldEndedFrame } from '../protocol/down.js';
import { expiresInMs } from './answer.js';
import type { Change } from './change.js';
import { holdIdOf } from './ids.js';
import type { SeatMap } from './seat-map.js';

/** What the sockets of one holder are told about one of its holds. */
export interface HolderFrame {
  readonly holderId: string;
  readonly frame: HoldEndedFrame | HoldChangedFrame;
}

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
  const changed = (holderId: string, holdEpoch: number, holdSeq: number, seats: readonly number[]): HolderFrame => ({
    holderId,
    frame: [
      9,
      eventId,
      [epoch, seq],
      { holdId: holdIdOf(holdEpoch, holdSeq), seats, expiresInMs: expiresInMs(map, holdSeq, nowMs) },
    ],
  });
  const ended = (
    holderId: string,
    holdEpoch: number,
    holdSeq: number,
    reason: EndReason,
    seats: readonly number[],
  ): HolderFrame => ({
    holderId,
    frame: [6, eventId, [epoch, seq], holdIdOf(holdEpoch, holdSeq), reason, seats],
  });
  switch (change.kind) {
    case 'SeatsHeld':
      return changed(change.identity.holderId, epoch, seq, change.seats);
    case 'HoldExtended':
      return changed(change.identity.holderId, change.holdEpoch, change.holdSeq, change.seats);
    case 'HoldReleased':
      return change.remaining.length > 0
        ? changed(change.identity.holderId, change.holdEpoch, change.holdSeq, change.remaining)
        : ended(change.identity.holderId, change.holdEpoch, change.holdSeq, 'released', change.seats);
    case 'BookingConfirmed':
      return ended(change.identity.holderId, change.holdEpoch, change.holdSeq, 'confirmed', change.seats);
    case 'HoldExpired':
      return ended(change.holderId, change.holdEpoch, change.holdSeq, 'expired', change.seats);
    case 'HoldRevoked':
      return ended(change.holderId, change.holdEpoch, change.holdSeq, 'revoked', change.seats);
    case 'EventOpened':
    case 'BookingCancelled':
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
    case 'DeadlinesRaised':
      return null;
    default:
      return unreachable(change);
  }
}
