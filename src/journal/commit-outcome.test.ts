import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommitOutcome, commitOutcome } from './commit-outcome.js';
import type { SealedBatch } from './port.js';

const batch: SealedBatch = {
  eventId: 'e',
  epoch: 5,
  firstSeq: 10,
  lastSeq: 12,
  blob: new Uint8Array(),
  nextDeadlineMs: null,
  bookings: [],
  cancellations: [],
};

/** The table of design decision 4, worked out by hand for every epoch and seq around the batch. */
function expected(appended: boolean, epoch: number, seq: number): CommitOutcome {
  if (appended) return 'committed';
  if (epoch !== 5) return epoch > 5 ? 'fenced' : 'store_lost_commits';
  const bySeq: Record<number, CommitOutcome> = {
    9: 'again',
    10: 'broken',
    11: 'broken',
    12: 'committed',
    13: 'broken',
  };
  return bySeq[seq] ?? 'store_lost_commits';
}

test('[I6] [I7] every combination of what an append can find has its one outcome', () => {
  for (const appended of [true, false]) {
    for (const epoch of [3, 4, 5, 6, 7]) {
      for (let seq = 6; seq <= 13; seq += 1) {
        const found = { eventId: 'e', appended, epoch, seq };
        assert.equal(commitOutcome(batch, found), expected(appended, epoch, seq), JSON.stringify(found));
      }
    }
  }
});

test('an event without a head has lost its commits', () => {
  assert.equal(commitOutcome(batch, undefined), 'store_lost_commits');
});
