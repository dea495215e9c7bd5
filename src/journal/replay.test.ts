import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBatch } from './batch.js';
import { JournalCorrupt } from './journal-corrupt.js';
import type { StoredBatch } from './port.js';
import { type ReplayStart, replay } from './replay.js';
import { seatsHeld } from './testing/changes.js';

/** A batch of `count` holds. */
function holds(epoch: number, firstSeq: number, count: number): StoredBatch {
  const batch = new EventBatch('event-1', epoch, firstSeq, 'EUR');
  for (let index = 0; index < count; index += 1) batch.add(seatsHeld({ seats: [firstSeq + index] }));
  return batch.seal(null);
}

function positions(batches: readonly StoredBatch[], from?: ReplayStart): string[] {
  return [...replay(batches, from)].map(({ epoch, seq, change }) => {
    assert.deepStrictEqual(change, seatsHeld({ seats: [seq] }));
    return `${epoch}-${seq}`;
  });
}

test('[I8] replay gives every change once and in order, across epochs', () => {
  assert.deepStrictEqual(positions([holds(1, 1, 2), holds(1, 3, 1), holds(4, 4, 2)]), [
    '1-1',
    '1-2',
    '1-3',
    '4-4',
    '4-5',
  ]);
  assert.deepStrictEqual(positions([]), []);
});

test('[I13] replay takes up after a snapshot, at a batch boundary or within a batch', () => {
  const journal = [holds(1, 1, 3), holds(2, 4, 3)];
  assert.deepStrictEqual(positions(journal, { epoch: 1, seq: 2 }), ['1-3', '2-4', '2-5', '2-6']);
  assert.deepStrictEqual(positions(journal.slice(1), { epoch: 1, seq: 3 }), ['2-4', '2-5', '2-6']);
  assert.deepStrictEqual(positions(journal.slice(1), { epoch: 2, seq: 5 }), ['2-6']);
  assert.deepStrictEqual(positions(journal, { epoch: 2, seq: 6 }), []);
});

test('[I8] a gap, a repeat or a falling epoch stops the replay before the change it concerns', () => {
  const cases: [StoredBatch[], ReplayStart, number, string][] = [
    [[holds(1, 2, 1)], { epoch: 0, seq: 0 }, 2, 'a batch does not begin where change 0 ends'],
    [[holds(1, 1, 2), holds(1, 4, 1)], { epoch: 0, seq: 0 }, 4, 'a batch does not begin where change 2 ends'],
    [[holds(1, 1, 2), holds(1, 2, 2)], { epoch: 0, seq: 0 }, 2, 'a batch does not begin where change 2 ends'],
    [[holds(3, 1, 2), holds(2, 3, 1)], { epoch: 0, seq: 0 }, 3, 'the epoch falls from 3 to 2'],
    [[holds(2, 3, 1)], { epoch: 3, seq: 2 }, 3, 'the epoch falls from 3 to 2'],
    [[holds(2, 5, 1)], { epoch: 2, seq: 3 }, 5, 'a batch does not begin where change 3 ends'],
  ];
  for (const [batches, from, seq, what] of cases) {
    const seen: number[] = [];
    assert.throws(
      () => {
        for (const entry of replay(batches, { ...from, eventId: 'event-1' })) seen.push(entry.seq);
      },
      (error) =>
        error instanceof JournalCorrupt && error.seq === seq && error.what === what && error.eventId === 'event-1',
      what,
    );
    assert.deepStrictEqual(
      seen,
      seen.map((_, index) => from.seq + 1 + index),
    );
  }
});
