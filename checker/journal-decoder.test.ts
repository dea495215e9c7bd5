import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { EventBatch } from '../src/journal/batch.js';
import { changesInOrder } from '../src/journal/testing/arbitrary-change.js';
import { oneOfEachPlacesChange, oneOfEachSeatsChange } from '../src/journal/testing/changes.js';
import { goldenJournals } from '../src/journal/testing/golden-journal.js';
import type { Change } from '../src/seatmap/change.js';
import { decodeJournal, type JournalRow } from './journal-decoder.js';
import { goldenOfPlaces, goldenOfSeats } from './testing/golden-blobs.js';

function rowOf(changes: readonly Change[], epoch = 2, firstSeq = 301): JournalRow {
  const batch = new EventBatch('event-1', epoch, firstSeq, 'EUR');
  for (const change of changes) batch.add(change);
  return batch.seal(null);
}

function entriesOf(changes: readonly Change[], epoch = 2, firstSeq = 301) {
  return changes.map((change, index) => ({ epoch, seq: firstSeq + index, change }));
}

test('[I13] the golden blobs of both kinds are read as they were meant', () => {
  const place = { epoch: 2, firstSeq: 301 };
  const blob = Buffer.from(goldenOfSeats, 'hex');
  const seats = decodeJournal({ ...place, lastSeq: 300 + oneOfEachSeatsChange.length, blob });
  assert.deepStrictEqual(seats, entriesOf(oneOfEachSeatsChange));
  const placesBlob = Buffer.from(goldenOfPlaces, 'hex');
  const places = decodeJournal({ ...place, lastSeq: 300 + oneOfEachPlacesChange.length, blob: placesBlob });
  assert.deepStrictEqual(places, entriesOf(oneOfEachPlacesChange));
});

test('[I13] the example of docs/JOURNAL.md is read as it says', () => {
  const page = readFileSync(new URL('../../docs/JOURNAL.md', import.meta.url), 'utf8');
  const [, block = ''] = /```\n([0-9a-f\n]+)```/.exec(page) ?? [];
  const blob = Buffer.from(block.replaceAll('\n', ''), 'hex');
  const [held, expired] = decodeJournal({ epoch: 3, firstSeq: 12, lastSeq: 13, blob });
  assert.deepStrictEqual(held, {
    epoch: 3,
    seq: 12,
    change: {
      kind: 'SeatsHeld',
      atMs: 1_767_225_600_000,
      identity: { holderId: 'ann', commandId: 'c-000001', payloadHash: 0xdeadbeef },
      deadlineMs: 1_767_226_200_000,
      seats: [7, 300],
      totalMinor: 9_000,
    },
  });
  assert.equal(expired?.change.kind, 'HoldExpired');
});

test('[I13] what earlier releases have journalled is read as it was meant', () => {
  for (const [name, { batches, entries }] of goldenJournals()) {
    const read = batches.flatMap(decodeJournal).map(({ epoch, seq, change }) => ({ epoch, seq, change }));
    assert.deepStrictEqual(JSON.parse(JSON.stringify(read)), entries, name);
  }
});

test('[I13] whatever the server can journal is read as it was meant', () => {
  fc.assert(
    fc.property(changesInOrder, fc.integer({ min: 1, max: 1_000_000 }), (changes, firstSeq) => {
      assert.deepStrictEqual(decodeJournal(rowOf(changes, 7, firstSeq)), entriesOf(changes, 7, firstSeq));
    }),
    { numRuns: 1_000 },
  );
});

test('[I13] a blob with any one bit turned over is refused', () => {
  const row = rowOf(oneOfEachSeatsChange.slice(1));
  fc.assert(
    fc.property(fc.nat(row.blob.length - 1), fc.nat(7), (at, bit) => {
      const blob = Buffer.from(row.blob);
      blob[at] = (blob[at] ?? 0) ^ (1 << bit);
      assert.throws(() => decodeJournal({ ...row, blob }));
    }),
  );
});

test('[I13] a blob that is cut, or is another than its row says, is refused', () => {
  const row = rowOf(oneOfEachSeatsChange);
  for (let length = 0; length < row.blob.length; length += 1) {
    assert.throws(() => decodeJournal({ ...row, blob: row.blob.subarray(0, length) }));
  }
  for (const wrong of [{ epoch: 3 }, { firstSeq: 300 }, { lastSeq: row.lastSeq + 1 }, { lastSeq: 300 }]) {
    assert.throws(() => decodeJournal({ ...row, ...wrong }), /in its row/);
  }
});

const sealed = (...entries: readonly (readonly number[])[]): JournalRow => {
  const body = Buffer.from([2, 7, entries.length, ...entries.flat()]);
  const blob = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), body]);
  blob.writeUInt32LE(crc32(body), 1);
  return { epoch: 2, firstSeq: 7, lastSeq: 6 + entries.length, blob };
};

test('[I13] what the page does not allow is refused, and says why', () => {
  assert.deepStrictEqual(decodeJournal(sealed([3, 11, 1, 2]))[0]?.change, {
    kind: 'DeadlinesRaised',
    atMs: 1,
    untilMs: 3,
  });
  assert.throws(() => decodeJournal(sealed([2, 99, 1])), /kind 99 is unknown/);
  assert.throws(() => decodeJournal(sealed([4, 11, 1, 2, 0])), /bytes after its last field/);
  assert.throws(() => decodeJournal(sealed([2, 11, 1])), /ends too early/);
  assert.throws(() => decodeJournal(sealed([4, 11, 0x81, 0, 2])), /shortest form/);
  assert.throws(() => decodeJournal(sealed([11, 11, 1, ...Array<number>(8).fill(0xff), 1])), /above 2\^53/);
  // HoldExpired of seat 1 that goes on with places.
  assert.throws(() => decodeJournal(sealed([11, 5, 0, 1, 1, 1, 97, 1, 1, 1, 102, 3])), /both seats and places/);
  assert.throws(() => decodeJournal(sealed([10, 5, 0, 1, 1, 1, 97, 0, 1, 102, 0])), /no places/);
  assert.throws(() => decodeJournal(sealed([7, 5, 0, 1, 1, 1, 97, 200])), /ends too early/);
  assert.throws(() => decodeJournal(sealed([8, 5, 0, 1, 1, 1, 97, 100, 1])), /longer than its entry/);
  assert.throws(() => decodeJournal(sealed([8, 5, 0, 1, 1, 2, 0xc3, 0x28, 0])), /encoded data|UTF-8/i);
  assert.throws(() => decodeJournal(sealed([4, 1, 0, 1, 123])), /JSON/);
});

test('[I13] a configuration without what decisions rest on is refused', () => {
  const [opened] = oneOfEachSeatsChange;
  assert.ok(opened?.kind === 'EventOpened');
  const { holdTtlMs: _, ...configuration } = opened.configuration;
  const json = [...Buffer.from(JSON.stringify(configuration))];
  const size = (bytes: number): number[] => [(bytes & 0x7f) | 0x80, bytes >> 7];
  const entry = [1, 0, ...size(json.length), ...json];
  assert.throws(() => decodeJournal(sealed([...size(entry.length), ...entry])), /no proper holdTtlMs/);
});
