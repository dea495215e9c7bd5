import assert from 'node:assert/strict';
import type { Change } from '../../seatmap/change.js';
import { EventBatch } from '../batch.js';
import type { JournalStore, SealedBatch } from '../port.js';
import { granted } from './granted.js';

/** One activation of an event, driven by hand. */
export class EventScript {
  constructor(
    private readonly store: JournalStore,
    readonly eventId: string,
    public epoch: number,
    public seq: number,
  ) {}

  static async activate(store: JournalStore, eventId: string): Promise<EventScript> {
    const script = new EventScript(store, eventId, 0, 0);
    await script.activate();
    return script;
  }

  /** Takes the event over, from itself or from a rival script of the same event. */
  async activate(): Promise<void> {
    const grant = granted(await this.store.claim(this.eventId, 'script', true));
    this.epoch = grant.epoch;
    this.seq = grant.seq;
  }

  /** The next batch; `seq` stays. */
  sealed(changes: readonly Change[], nextDeadlineMs: number | null = null): SealedBatch {
    const batch = new EventBatch(this.eventId, this.epoch, this.seq + 1, 'EUR');
    for (const change of changes) batch.add(change);
    return batch.seal(nextDeadlineMs);
  }

  /** Appends alone, and expects to succeed. */
  async commit(changes: readonly Change[], nextDeadlineMs: number | null = null): Promise<SealedBatch> {
    const batch = this.sealed(changes, nextDeadlineMs);
    const { eventId, epoch } = this;
    assert.deepStrictEqual(await this.store.append([batch]), [{ eventId, appended: true, epoch, seq: batch.lastSeq }]);
    this.seq = batch.lastSeq;
    return batch;
  }
}
