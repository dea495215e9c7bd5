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
  /** Who waits for the next one. */
  #waiting: (() => void)[] = [];

  constructor(
    private readonly eventId: string,
    private readonly store: JournalStore,
    private readonly everyChanges: number,
    private readonly log: Log,
  ) {}

  /** Call at the boundary of a batch, with the map exactly there. */
  cutIfDue(map: SeatMap, ids: RememberedIds, epoch: number): void {
    const isDue = map.seq - this.keptSeq >= this.everyChanges || this.#waiting.length > 0;
    if (this.#cut !== null || !isDue) return;
    this.#cut = { epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) };
  }

  committed(seqCommitted: number): void {
    const cut = this.#cut;
    if (cut === null || cut.seq > seqCommitted) return;
    this.#cut = null;
    this.keptSeq = cut.seq;
    this.#keep(cut);
  }

  /** One is cut at the end of the next batch though it is not due. Calls back when it is kept, or could not be. */
  whenKept(kept: () => void): void {
    this.#waiting.push(kept);
  }

  /** At once: everything is committed. */
  cutAndKeep(map: SeatMap, ids: RememberedIds, epoch: number): void {
    this.keptSeq = map.seq;
    this.#keep({ epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) });
  }

  #keep(cut: StoredSnapshot): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    void this.store
      .saveSnapshot(this.eventId, cut)
      .catch((error: unknown) => {
        this.log.warn(
          { error, eventId: this.eventId },
          'Cannot keep a snapshot; recovery will read more of the journal',
        );
      })
      .then(() => {
        for (const kept of waiting) kept();
      });
  }

  /** Before the event comes to rest: everything is committed. */
  async last(map: SeatMap, ids: RememberedIds, epoch: number): Promise<void> {
    if (map.seq === this.keptSeq) return;
    const snapshot = { epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) };
    if (await this.store.saveSnapshot(this.eventId, snapshot)) this.keptSeq = map.seq;
  }
}
