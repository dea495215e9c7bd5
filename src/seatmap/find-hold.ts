import type { EndReason } from '../protocol/down.js';
import { madeBy } from './ids.js';
import type { SeatMap } from './seat-map.js';

/** What became of a hold. */
export type HoldFound = LiveHold | HoldNotLive;

export interface LiveHold {
  readonly kind: 'live';
  readonly slot: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
}

export type HoldNotLive =
  /** `bookingSeq`: the booking that it became, where it was confirmed; else 0. */
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly bookingSeq: number }
  /** Malformed id, no such hold, another's, or ended too long ago: nobody learns which. */
  | { readonly kind: 'unknown' };

const unknown: HoldNotLive = { kind: 'unknown' };

/** @param holderId whose hold it must be; null: anyone's, for operators */
export function findHold(map: SeatMap, holdId: string, holderId: string | null): HoldFound {
  const made = madeBy('H', holdId);
  if (made === null || map.epochs.epochOf(made.seq) !== made.epoch) return unknown;
  const { claims } = map;
  const slot = claims.find(made.seq);
  if (slot >= 0) {
    if (holderId !== null && map.holderIdOf(slot) !== holderId) return unknown;
    if (claims.isHold(slot)) return { kind: 'live', slot, holdEpoch: made.epoch, holdSeq: made.seq };
    return { kind: 'ended', reason: 'confirmed', bookingSeq: claims.bookingSeqOf(slot) };
  }
  const ended = map.endedHolds.find(made.seq);
  if (ended === null || (holderId !== null && ended.holderId !== holderId)) return unknown;
  return { kind: 'ended', reason: ended.reason, bookingSeq: ended.bookingSeq };
}
