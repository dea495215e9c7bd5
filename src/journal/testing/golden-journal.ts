import { must } from '../../lib/must.js';
import { recordingsIn } from '../../lib/testing/recordings.js';
import { apply, openSeatMap } from '../../seatmap/apply.js';
import type { Command } from '../../seatmap/command.js';
import { checkInvariants } from '../../seatmap/invariants.js';
import type { SeatMap } from '../../seatmap/seat-map.js';
import { Hall, standingConfigurationOf } from '../../seatmap/testing/hall.js';
import { layoutOf } from '../../seatmap/testing/layout.js';
import { EventBatch } from '../batch.js';
import { BookingEffect, type ExpectedBooking } from '../booking-effect.js';
import type { Entry } from '../entry.js';
import { formatWritten } from '../entry-format.js';
import type { StoredBatch } from '../port.js';
import { replay } from '../replay.js';

/** The journal of a whole event as a release wrote it, and what it means. */
export interface GoldenJournal {
  readonly format: number;
  readonly batches: readonly StoredBatch[];
  readonly entries: readonly Entry[];
  readonly map: MapSummary;
  readonly bookings: readonly ExpectedBooking[];
}

/** All that decisions rest on. */
interface MapSummary {
  readonly position: readonly [epoch: number, seq: number, atMs: number];
  readonly counts: object;
  /** A digit a seat: `seatStates`. */
  readonly states: string;
  readonly areas: readonly object[];
  /** Holds and bookings, by hold seq. */
  readonly claims: readonly object[];
}

export function goldenJournals(): (readonly [name: string, journal: GoldenJournal])[] {
  return recordingsIn<GoldenJournal>(new URL('./golden/', import.meta.url), 'journal-');
}

export function goldenJournal(name: string): GoldenJournal {
  return must(new Map(goldenJournals()).get(name), `the recording ${name}`);
}

/** What this release makes of stored batches. */
export function readingOf(batches: readonly StoredBatch[]): GoldenJournal {
  const entries = [...replay(batches)];
  const map = mapAt(entries, entries.length);
  checkInvariants(map);
  const effect = new BookingEffect();
  for (const entry of entries) effect.apply(entry);
  const format = must(batches[0]?.blob[0], 'the format of the first batch');
  return { format, batches, entries, map: summaryOf(map), bookings: [...effect.bookings] };
}

/** The seat map after change `seq`. `onApplied` sees the map after each. */
export function mapAt(
  entries: readonly Entry[],
  seq: number,
  onApplied: (map: SeatMap, entry: Entry) => void = () => undefined,
): SeatMap {
  const [opened, ...others] = entries;
  if (opened?.change.kind !== 'EventOpened') throw new Error('Cannot replay as change 1 did not open the event');
  const map = openSeatMap(opened.change, opened.epoch);
  for (const entry of others) {
    if (entry.seq > seq) break;
    apply(map, entry.change, entry.epoch);
    onApplied(map, entry);
  }
  return map;
}

function summaryOf(map: SeatMap): MapSummary {
  const { claims, counts, areas, states } = map;
  return {
    position: [map.epoch, map.seq, map.atMs],
    counts,
    states: states.join(''),
    areas: areas.all(),
    claims: [...claims.slots()]
      .map((slot) => ({
        holdSeq: claims.holdSeqOf(slot),
        epoch: map.epochOf(claims.holdSeqOf(slot)),
        holderId: map.holderIdOf(slot),
        seats: claims.seatsOf(slot),
        places: map.placesOf(slot),
        extensions: claims.isHold(slot) ? claims.extensionsOf(slot) : null,
        deadlineMs: claims.isHold(slot) ? claims.deadlineMsOf(slot) : null,
        bookingSeq: claims.isHold(slot) ? null : claims.bookingSeqOf(slot),
      }))
      .toSorted((a, b) => a.holdSeq - b.holdSeq),
  };
}

/** A batch an activation, in the format that this release writes: all kinds of changes, of seats and of places. */
export function journalWritten(): readonly StoredBatch[] {
  const hall = new Hall(standingConfigurationOf({ layout: layoutOf(12), seatsPerHolderMax: 12, holdsPerHolderMax: 8 }));
  hall.epoch = 4;
  const story = [tellOfSeats, tellOfPlaces];
  for (const tell of story) {
    tell(hall);
    hall.epoch += 3;
  }
  const batches: StoredBatch[] = [];
  let batch: EventBatch | null = null;
  let epochBefore = 0;
  const seal = (): void => {
    if (batch !== null) batches.push(storedBatch(batch));
  };
  for (const [index, { change, epoch }] of hall.changes.entries()) {
    if (epoch !== epochBefore) {
      seal();
      batch = new EventBatch('golden', epoch, index + 1, 'EUR');
      epochBefore = epoch;
    }
    batch?.add(change);
  }
  seal();
  return batches;
}

function storedBatch(batch: EventBatch): StoredBatch {
  const { epoch, firstSeq, lastSeq, blob } = batch.seal(null);
  return { epoch, firstSeq, lastSeq, blob: Uint8Array.from(blob) };
}

function tellOfSeats(hall: Hall): void {
  const kept = hall.hold('ann', 0, 1, 2);
  hall.nowMs += 7;
  hall.extend('ann', kept);
  hall.release('ann', kept, [1]);
  const sold = hall.confirm('ann', kept);
  hall.release('bob', hall.hold('bob', 3));
  hall.revoke(hall.hold('Zoë 🎭', 4));
  hall.block(10, 11);
  hall.unblock(11);
  hall.cancel(sold);
  hall.confirm('bob', hall.hold('bob', 0, 5));
  // Runs out, as nobody does anything about it.
  hall.hold('cid', 6);
  hall.nowMs += 1_200;
  hall.endDue();
  hall.hold('cid', 7, 8);
}

function tellOfPlaces(hall: Hall): void {
  const untilMs = hall.nowMs + 30_000;
  hall.record({ kind: 'DeadlinesRaised', atMs: hall.nowMs, untilMs });
  const kept = hall.holdPlaces('ann', 'floor', 3);
  hall.extend('ann', kept);
  hall.releasePlaces('ann', kept, 1);
  const sold = hall.confirm('ann', kept);
  hall.release('bob', hall.holdPlaces('bob', 'box', 2));
  hall.revoke(hall.holdPlaces('bob', 'floor', 1));
  hall.blockPlaces('floor', 4);
  hall.unblockPlaces('floor', 1);
  hall.cancel(sold);
  hall.confirm('bob', hall.holdPlaces('bob', 'floor', 2));
  hall.holdPlaces('dan', 'floor', 1);
  hall.nowMs += 1_500;
  hall.endDue();
  const best: Command = {
    kind: 'holdBest',
    identity: { holderId: 'eve', commandId: 'best', payloadHash: 0xffff_ffff },
    wish: { quantity: 2, categories: null, sections: null, together: true, accessible: 0, near: null },
  };
  hall.mustAccept(best);
  hall.holdPlaces('dan', 'box', 1);
}

export const journalRecording = {
  name: `journal-${formatWritten}.json`,
  make: (): GoldenJournal => readingOf(journalWritten()),
};
