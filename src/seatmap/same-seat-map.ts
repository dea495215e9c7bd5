import { isDeepStrictEqual } from 'node:util';
import type { EndedHold } from './ended-holds.js';
import type { SeatMap } from './seat-map.js';

/**
 * The first difference between two maps, "what: one, other", or null where nobody could tell them apart: each command would be
 * decided alike by both (I13). How their columns are laid out does not matter.
 */
export function seatMapDifference(one: SeatMap, other: SeatMap): string | null {
  return (
    difference('configuration', one.configuration, other.configuration) ??
    difference('position', [one.epoch, one.seq, one.atMs], [other.epoch, other.seq, other.atMs]) ??
    difference('counts', one.counts, other.counts) ??
    difference('areas', one.areas.all(), other.areas.all()) ??
    statesDifference(one.states, other.states) ??
    claimsDifference(one, other) ??
    endedHoldsDifference(one, other)
  );
}

function difference(what: string, one: unknown, other: unknown): string | null {
  return isDeepStrictEqual(one, other) ? null : `${what}: ${JSON.stringify(one)}, ${JSON.stringify(other)}`;
}

function statesDifference(one: Uint8Array, other: Uint8Array): string | null {
  const seat = one.findIndex((state, index) => state !== other[index]);
  return seat < 0 ? null : difference(`state of seat ${seat}`, one[seat], other[seat]);
}

function claimsDifference(one: SeatMap, other: SeatMap): string | null {
  const slots = one.claims.slotsInOrder();
  const slotsOfOther = other.claims.slotsInOrder();
  for (const [index, slot] of slots.entries()) {
    const slotOfOther = slotsOfOther[index];
    const found = difference(
      'claim',
      claimOf(one, slot),
      slotOfOther === undefined ? null : claimOf(other, slotOfOther),
    );
    if (found !== null) return found;
  }
  return difference('number of claims', slots.length, slotsOfOther.length) ?? holdersDifference(one, other);
}

function claimOf(map: SeatMap, slot: number): object {
  const { claims } = map;
  const holdSeq = claims.holdSeqOf(slot);
  const claim = {
    holdSeq,
    epoch: map.epochOf(holdSeq),
    holderId: map.holderIdOf(slot),
    seats: claims.seatsOf(slot),
    places: map.placesOf(slot),
  };
  if (claims.isHold(slot))
    return { ...claim, deadlineMs: claims.deadlineMsOf(slot), extensions: claims.extensionsOf(slot) };
  const bookingSeq = claims.bookingSeqOf(slot);
  return { ...claim, bookingSeq, bookingEpoch: map.epochOf(bookingSeq) };
}

function holdersDifference(one: SeatMap, other: SeatMap): string | null {
  for (const [holderId] of one.holders.all()) {
    const found = difference(`holder ${holderId}`, holderOf(one, holderId), holderOf(other, holderId));
    if (found !== null) return found;
  }
  return difference('number of holders', one.holders.count, other.holders.count);
}

function holderOf({ holders, claims }: SeatMap, holderId: string): object | null {
  const holder = holders.find(holderId);
  if (holder < 0) return null;
  const holdSeqs = holders.liveHoldsOf(holder).map((slot) => claims.holdSeqOf(slot));
  return { seats: holders.seatCountOf(holder), holdSeqs };
}

function endedHoldsDifference(one: SeatMap, other: SeatMap): string | null {
  const others = other.endedHolds.all();
  for (const ended of one.endedHolds.all()) {
    const { value } = others.next();
    const found = difference(
      `ended hold ${ended.holdSeq}`,
      withEpoch(one, ended),
      value ? withEpoch(other, value) : null,
    );
    if (found !== null) return found;
  }
  return difference('number of ended holds', one.endedHolds.count, other.endedHolds.count);
}

function withEpoch(map: SeatMap, ended: EndedHold): object {
  return { ...ended, epoch: map.epochOf(ended.holdSeq) };
}
