import { decodeBatch } from '../journal/batch.js';
import type { Grant, JournalStore } from '../journal/port.js';
import { assert } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import { apply, openSeatMap } from '../seatmap/apply.js';
import type { Change } from '../seatmap/change.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { RememberedIds } from './remembered-ids.js';
import { decodeSnapshotBody } from './snapshot-body.js';
import type { MakeView, View } from './view.js';

export interface Recovered {
  readonly map: SeatMap;
  readonly ids: RememberedIds;
  readonly view: View;
  /** Seq of the snapshot that recovery started from; 0: none. */
  readonly snapshotSeq: number;
}

export interface RecoveryOptions {
  readonly rememberedIdsMax: number;
  readonly replayWindowChanges: number;
  /** For a new table of remembered ids. */
  readonly seed: number;
  readonly makeView: MakeView;
  /** Lets the shard do something else: a long journal must not make it look dead. */
  breathe(): Promise<void>;
}

/** Some 50 ms of work. */
const changesPerBreath = 10_000;

/**
 * Rebuilds an event from its snapshot and the journal's tail, after the grant: nobody else can append by now, and the event
 * serves only if the tail ends where the head does.
 *
 *     change    1 ─────────────────── snapshot ───────────── head
 *     read                  window ──────────────────────────►      what watchers may resume from
 *     applied                                  └──────────────►     to the seat map and the remembered ids
 */
export async function recover(
  store: JournalStore,
  eventId: string,
  grant: Grant,
  options: RecoveryOptions,
): Promise<Recovered> {
  const stored = await store.snapshot(eventId);
  const snapshot = stored === null ? null : decodeSnapshotBody(stored.body, options.rememberedIdsMax);
  const snapshotSeq = snapshot?.map.seq ?? 0;
  const windowAfterSeq = Math.max(0, grant.seq - options.replayWindowChanges);
  const batches = await store.batches(eventId, Math.min(snapshotSeq, windowAfterSeq));

  let map: SeatMap | null = snapshot?.map ?? null;
  const kept = isPlanted('ids-not-in-snapshot') ? null : snapshot?.ids;
  const ids = kept ?? new RememberedIds(options.seed, options.rememberedIdsMax);
  let seqRead: number | null = null;
  let sinceBreath = 0;
  const window: { change: Change; epoch: number; seq: number }[] = [];
  for (const batch of batches) {
    assert(
      seqRead === null || batch.firstSeq === seqRead + 1,
      `Cannot recover the event as its journal has a gap: eventId is ${eventId}, seq is ${batch.firstSeq}`,
    );
    for (const { change, epoch, seq } of decodeBatch(batch, eventId)) {
      if (map === null) {
        assert(
          seq === 1 && change.kind === 'EventOpened',
          `Cannot recover the event as change 1 is missing: ${eventId}`,
        );
        map = openSeatMap(change, epoch);
      } else if (seq > map.seq) {
        apply(map, change, epoch);
        if (!isPlanted('ids-forgotten-at-recovery')) rememberChange(ids, map, change, seq);
      }
      if (seq > windowAfterSeq) window.push({ change, epoch, seq });
      sinceBreath += 1;
    }
    seqRead = batch.lastSeq;
    if (sinceBreath >= changesPerBreath) {
      sinceBreath = 0;
      await options.breathe();
    }
  }
  const recovered = must(map, `the journal of event ${eventId}`);
  assert(
    recovered.seq === grant.seq && seqRead === grant.seq,
    `Cannot recover the event as its journal does not end at its head: eventId is ${eventId}, the journal ends at ${seqRead}, the head says ${grant.seq}`,
  );
  const { states, areas } = recovered;
  const view = options.makeView(eventId, states, areas.all(), recovered.seq, must(window[0], 'the last change').seq);
  for (const { change, epoch, seq } of window) view.recall(change, epoch, seq);
  return { map: recovered, ids, view, snapshotSeq };
}

/** Call after the change was applied. */
export function rememberChange(ids: RememberedIds, map: SeatMap, change: Change, seq: number): void {
  if (!('identity' in change)) return;
  const { holderId, commandId, payloadHash } = change.identity;
  const makesHold = change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld';
  const holdSeq = makesHold ? seq : 'holdSeq' in change ? change.holdSeq : 0;
  ids.remember(holderId, commandId, payloadHash, seq, holdSeq, change.kind === 'BookingConfirmed', (held) =>
    map.isHoldLive(held),
  );
}
