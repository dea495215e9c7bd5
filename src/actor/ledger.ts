import type { Limits } from '../config/limits.js';
import { EventBatch } from '../journal/batch.js';
import type { SealedBatch } from '../journal/port.js';
import { assert } from '../lib/assert.js';
import { isPlanted } from '../lib/planted.js';
import { apply } from '../seatmap/apply.js';
import type { Change } from '../seatmap/change.js';
import { nextDeadlineMs } from '../seatmap/next-expiry.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { type Recovered, rememberChange } from './recovery.js';
import type { RememberedIds } from './remembered-ids.js';
import type { View } from './view.js';

/**
 * All that one activation knows of its event, and the changes that are not committed yet. A change is applied and recorded
 * in one go, so the map always stands at the end of the open batch:
 *
 *     change   1 ─────────── seqCommitted │ sealed, in flight │ open batch ─► map.seq
 *
 * At most one batch is in flight; it never changes.
 */
export class Ledger {
  readonly map: SeatMap;
  readonly ids: RememberedIds;
  readonly view: View;
  #seqCommitted: number;
  readonly #open: EventBatch;
  #sealed: SealedBatch | null = null;

  constructor(
    readonly eventId: string,
    readonly epoch: number,
    recovered: Recovered,
    private readonly limits: Pick<Limits, 'batchEntriesMax' | 'batchBytesMax'>,
  ) {
    this.map = recovered.map;
    this.ids = recovered.ids;
    this.view = recovered.view;
    this.#seqCommitted = this.map.seq;
    this.#open = new EventBatch(eventId, epoch, this.map.seq + 1, this.map.configuration.currency);
  }

  get seqCommitted(): number {
    return this.#seqCommitted;
  }

  /** Whether the open batch takes another change. */
  get hasRoom(): boolean {
    return this.#open.count < this.limits.batchEntriesMax && this.#open.byteLength < this.limits.batchBytesMax;
  }

  /** When the next hold ends by time; Infinity: none lives. */
  get nextDeadlineMs(): number {
    const deadlineMs = nextDeadlineMs(this.map);
    return isPlanted('due-after-deadline') ? deadlineMs + 1 : deadlineMs;
  }

  /** A change becomes part of the state and of the open batch. Gives its seq. */
  record(change: Change): number {
    apply(this.map, change, this.epoch);
    const seq = this.#open.add(change);
    assert(
      seq === this.map.seq,
      `Cannot record a change as the batch counts otherwise: seq is ${this.map.seq}, the batch says ${seq}`,
    );
    rememberChange(this.ids, this.map, change, seq);
    return seq;
  }

  /** Closes the open batch, which is in flight from here on, and begins the next; null where it is empty. */
  seal(): SealedBatch | null {
    if (this.#open.count === 0) return null;
    assert(this.#sealed === null, `Cannot seal a batch as one is in flight: eventId is ${this.eventId}`);
    const deadlineMs = this.nextDeadlineMs;
    this.#sealed = this.#open.seal(deadlineMs === Number.POSITIVE_INFINITY ? null : deadlineMs);
    this.#open.reset(this.#sealed.lastSeq + 1);
    return this.#sealed;
  }

  isInFlight(batch: SealedBatch): boolean {
    return this.#sealed === batch;
  }

  /** The batch in flight was committed. */
  committed(): void {
    assert(this.#sealed !== null, `Cannot commit as no batch is in flight: eventId is ${this.eventId}`);
    this.#seqCommitted = this.#sealed.lastSeq;
    this.#sealed = null;
  }
}
