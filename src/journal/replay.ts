import { decodeBatch } from './batch.js';
import type { Entry } from './entry.js';
import { JournalCorrupt } from './journal-corrupt.js';
import type { StoredBatch } from './port.js';

/** Where a replay takes up: after the change `seq`, made in `epoch`. A snapshot is one. */
export interface ReplayStart {
  /** Names the event in errors. */
  readonly eventId?: string;
  readonly epoch: number;
  readonly seq: number;
}

const beginning: ReplayStart = { epoch: 0, seq: 0 };

/**
 * The changes after `from`, one by one. The first batch may reach back before it; from there on `seq` has neither gap nor
 * repeat and the epoch never falls (I8).
 * @throws JournalCorrupt
 */
export function* replay(
  batches: Iterable<StoredBatch>,
  from: ReplayStart = beginning,
): Generator<Entry, void, undefined> {
  const eventId = from.eventId ?? '(not told)';
  let seqBefore: number | null = null;
  let epochBefore = 0;
  for (const batch of batches) {
    const follows = seqBefore === null ? batch.firstSeq <= from.seq + 1 : batch.firstSeq === seqBefore + 1;
    if (!follows) {
      throw new JournalCorrupt(
        eventId,
        batch.firstSeq,
        `a batch does not begin where change ${seqBefore ?? from.seq} ends`,
      );
    }
    const epochMin: number = batch.lastSeq > from.seq ? Math.max(epochBefore, from.epoch) : epochBefore;
    if (batch.epoch < epochMin) {
      throw new JournalCorrupt(eventId, batch.firstSeq, `the epoch falls from ${epochMin} to ${batch.epoch}`);
    }
    for (const entry of decodeBatch(batch, eventId)) {
      if (entry.seq > from.seq) yield entry;
    }
    seqBefore = batch.lastSeq;
    epochBefore = batch.epoch;
  }
}
