import { InvariantError } from '../lib/assert.js';
import type { HoldExpired } from './change.js';
import { withPlaces } from './change-places.js';
import type { SeatMap } from './seat-map.js';

/** When the next hold ends by time; Infinity where none lives. */
export function nextDeadlineMs(map: SeatMap): number {
  const slot = map.claims.earliestHold;
  return slot < 0 ? Number.POSITIVE_INFINITY : map.claims.deadlineMsOf(slot);
}

/**
 * The end of the hold that is due first, or null where none is due: a hold has ended once its deadline is reached. Apply it
 * and ask again until null, before anything else is decided at `nowMs`.
 */
export function nextExpiry(map: SeatMap, nowMs: number): HoldExpired | null {
  if (!(nowMs >= map.atMs))
    throw new InvariantError(
      `Cannot expire holds as time falls: nowMs is ${nowMs}, the last change was at ${map.atMs}`,
    );
  if (nextDeadlineMs(map) > nowMs) return null;
  const { claims } = map;
  const slot = claims.earliestHold;
  const holdSeq = claims.holdSeqOf(slot);
  const change: HoldExpired = {
    kind: 'HoldExpired',
    atMs: nowMs,
    holdEpoch: map.epochOf(holdSeq),
    holdSeq,
    holderId: map.holderIdOf(slot),
    seats: claims.seatsOf(slot),
  };
  return withPlaces(change, map.placesOf(slot));
}
