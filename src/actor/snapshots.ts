import type { JournalStore, StoredSnapshot } from '../journal/port.js';
import type { Log } from '../observability/log.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import type { RememberedIds } from './remembered-ids.js';
import { encodeSnapshotBody } from './snapshot-body.js';

/**
 * When an event's snapshots are cut and kept:
 *
 *     batch sealed (the live map stands at its end) ─► cut ─► that batch committed ─► kept, if the epoch is still ours
 */
export class Snapshots {
  /** Seq of the newest one in the store. */
  keptSeq = 0;
  #cut: StoredSnapshot | null = null;

  constructor(
    private readonly eventId: string,
    private readonly store: JournalStore,
    private readonly everyChanges: number,
    private readonly log: Log,
  ) {}

  /** Call at the boundary of a batch, with the map exactly there. */
  cutIfDue(map: SeatMap, ids: RememberedIds, epoch: number): void {
    if (this.#cut !== null || map.seq - this.keptSeq < this.everyChanges) return;
    this.#cut = { epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) };
  }

  committed(seqCommitted: number): void {
    const cut = this.#cut;
    if (cut === null || cut.seq > seqCommitted) return;
    this.#cut = null;
    this.keptSeq = cut.seq;
    this.store.saveSnapshot(this.eventId, cut).catch((error: unknown) => {
      this.log.warn({ error, eventId: this.eventId }, 'Cannot keep a snapshot; recovery will read more of the journal');
    });
  }

  /** Before the event comes to rest: everything is committed. */
  async last(map: SeatMap, ids: RememberedIds, epoch: number): Promise<void> {
    if (map.seq === this.keptSeq) return;
    const snapshot = { epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) };
    if (await this.store.saveSnapshot(this.eventId, snapshot)) this.keptSeq = map.seq;
  }
}
