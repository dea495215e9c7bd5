import type { JournalStore, StoredSnapshot } from '../journal/port.js';
import type { Log } from '../observability/log.js';
import type { Ledger } from './ledger.js';
import { encodeSnapshotBody } from './snapshot-body.js';

/**
 * When an event's snapshots are cut and kept:
 *
 *     batch sealed (the live map stands at its end) ─► cut ─► that batch committed ─► kept, if the epoch is still ours
 */
export class Snapshots {
  /** Seq of the newest one in the store, as far as is known. */
  keptSeq = 0;
  #cutSeq = 0;
  #cut: StoredSnapshot | null = null;
  /** Who waits for the next one. */
  #waiting: (() => void)[] = [];

  constructor(
    private readonly eventId: string,
    private readonly store: JournalStore,
    private readonly everyChanges: number,
    private readonly log: Log,
  ) {}

  /** Seq of the newest one, whether it could be kept or not: what failed is not tried again at once. */
  get triedSeq(): number {
    return Math.max(this.#cutSeq, this.keptSeq);
  }

  /** Call at the boundary of a batch, with the map exactly there. */
  cutIfDue({ map, ids, epoch }: Ledger): void {
    const isDue = map.seq - this.triedSeq >= this.everyChanges || this.#waiting.length > 0;
    if (this.#cut !== null || !isDue) return;
    this.#cut = { epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) };
    this.#cutSeq = map.seq;
  }

  /** Call after each commit. */
  committed(ledger: Ledger): void {
    // No batch may follow soon: whoever waits need not wait for its end.
    if (ledger.map.seq === ledger.seqCommitted) this.cutIfDue(ledger);
    const cut = this.#cut;
    if (cut === null || cut.seq > ledger.seqCommitted) return;
    this.#cut = null;
    void this.#keep(cut);
  }

  /** One is cut at the end of this batch, or the next one's, though it is not due. Calls back when it is kept, or could not be. */
  whenKept(ledger: Ledger, kept: () => void): void {
    this.#waiting.push(kept);
    this.committed(ledger);
  }

  /** Never rejects. */
  async #keep(cut: StoredSnapshot): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      await this.#save(cut);
    } catch (error) {
      const { eventId } = this;
      this.log.warn({ error, eventId }, 'Cannot keep a snapshot; recovery will read more of the journal');
    }
    for (const kept of waiting) kept();
  }

  async #save(snapshot: StoredSnapshot): Promise<void> {
    const isKept = await this.store.saveSnapshot(this.eventId, snapshot);
    if (isKept) this.keptSeq = Math.max(this.keptSeq, snapshot.seq);
  }

  /** Before the event comes to rest: everything is committed. */
  async last({ map, ids, epoch }: Ledger): Promise<void> {
    if (map.seq > this.keptSeq) await this.#save({ epoch, seq: map.seq, body: encodeSnapshotBody(map, ids) });
  }
}
