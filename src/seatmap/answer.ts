import { InvariantError, unreachable } from '../lib/assert.js';
import type { AcceptedBody, HoldBody, MyHoldsBody } from '../protocol/down.js';
import type { Change, HoldExtended, SeatsHeld } from './change.js';
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
  const holdSeq = change.kind === 'SeatsHeld' ? seq : change.kind === 'HoldExtended' ? change.holdSeq : null;
  const leftMs = holdSeq === null ? 0 : expiresInMs(map, holdSeq, nowMs);
  return bodyOf(change, epoch, seq, map.configuration.currency, leftMs);
}

function bodyOf(change: Change, epoch: number, seq: number, currency: string, leftMs: number): AcceptedBody {
  switch (change.kind) {
    case 'SeatsHeld':
      return holdBody(change, epoch, seq, currency, leftMs);
    case 'HoldExtended':
      return holdBody(change, change.holdEpoch, change.holdSeq, currency, leftMs);
    case 'HoldReleased': {
      const { holdEpoch, holdSeq, seats, remaining } = change;
      return { holdId: holdIdOf(holdEpoch, holdSeq), seats, remaining };
    }
    case 'BookingConfirmed': {
      const { seats, totalMinor } = change;
      return { bookingId: bookingIdOf(epoch, seq), seats, totalMinor, currency };
    }
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
    case 'HoldRevoked':
    case 'BookingCancelled':
      return { seats: change.seats };
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
  change: SeatsHeld | HoldExtended,
  holdEpoch: number,
  holdSeq: number,
  currency: string,
  leftMs: number,
): HoldBody {
  return {
    holdId: holdIdOf(holdEpoch, holdSeq),
    seats: change.seats,
    expiresInMs: leftMs,
    totalMinor: change.totalMinor,
    currency,
  };
}

/** The holder's live holds, oldest first, each with its seats in the order in which the client named them. */
export function holdsOf(map: SeatMap, holderId: string, nowMs: number): MyHoldsBody {
  const holder = map.holders.find(holderId);
  if (holder < 0) return { holds: [] };
  const holds = map.holders.liveHoldsOf(holder).map((slot) => {
    const holdSeq = map.claims.holdSeqOf(slot);
    return {
      holdId: holdIdOf(map.epochOf(holdSeq), holdSeq),
      seats: map.claims.seatsOf(slot),
      expiresInMs: expiresInMs(map, holdSeq, nowMs),
    };
  });
  return { holds };
}

/** The time that the hold has left; 0 where it has ended. */
export function expiresInMs(map: SeatMap, holdSeq: number, nowMs: number): number {
  const slot = map.claims.find(holdSeq);
  if (slot < 0 || !map.claims.isHold(slot)) return 0;
  return Math.max(0, map.claims.deadlineMsOf(slot) - nowMs);
}
