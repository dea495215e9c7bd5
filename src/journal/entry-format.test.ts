import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { decodeBatch, EventBatch } from './batch.js';
import { kindNumbers } from './entry-format.js';
import type { StoredBatch } from './port.js';
import { oneOfEachKind } from './testing/changes.js';
import { sampleConfiguration } from './testing/configuration.js';
import { readForeign } from './testing/foreign-reader.js';

/**
 * One of each kind (testing/changes.ts) in epoch 2 from seq 301 on, an entry a line. Journals out there hold these bytes: where this
 * test fails, the code is wrong, not the bytes.
 */
const golden = [
  '015fd4def602ad020b',
  'd9020180f8a5f9c132d002',
  Buffer.from(JSON.stringify(sampleConfiguration)).toString('hex'),
  '21020503616e6e08636d642d3030303100286beec0cf2404007f8001dfd403d08c01',
  '1d030003616e6e08636d642d3030303100286bee02ac02c0cf2402007f00',
  '1a04e30703616e6e08636d642d3030303100286bee02ac02010000',
  '0b050002ac0203616e6e017f',
  '2a060003616e6e08636d642d3030303100286bee02ac0203626f6201010d5374c3b672756e6720f09f8ead',
  '2a070003616e6e08636d642d3030303100286bee02ac02086f72646572202331020201ffffffffffffff0f',
  '1e080103616e6e08636d642d3030303100286bee02b20203616e6e02020100',
  '1c090003616e6e08636d642d3030303100286bee01090663616d657261',
  '210a0003616e6e08636d642d3030303100286bee01090b63616d65726120676f6e65',
  '070bb78506b0ea01',
].join('');

const place = { epoch: 2, firstSeq: 301, lastSeq: 300 + oneOfEachKind.length };
const expected = oneOfEachKind.map((change, index) => ({ epoch: 2, seq: 301 + index, change }));

test('[I13] the format is what it always was, in both directions', () => {
  const batch = new EventBatch('event-1', place.epoch, place.firstSeq, 'EUR');
  for (const change of oneOfEachKind) batch.add(change);
  assert.equal(Buffer.from(batch.seal(null).blob).toString('hex'), golden);
  assert.deepStrictEqual(decodeBatch({ ...place, blob: Buffer.from(golden, 'hex') }), expected);
});

test('each kind has its number for good, in one byte', () => {
  assert.deepStrictEqual(kindNumbers, {
    EventOpened: 1,
    SeatsHeld: 2,
    HoldExtended: 3,
    HoldReleased: 4,
    HoldExpired: 5,
    HoldRevoked: 6,
    BookingConfirmed: 7,
    BookingCancelled: 8,
    SeatsBlocked: 9,
    SeatsUnblocked: 10,
    DeadlinesRaised: 11,
  });
  assert.deepStrictEqual(new Set(oneOfEachKind.map((change) => change.kind)), new Set(Object.keys(kindNumbers)));
});

test('a reader written from docs/JOURNAL.md reads every kind', () => {
  assert.deepStrictEqual(readForeign(Buffer.from(golden, 'hex')), expected);
});

test('the example of docs/JOURNAL.md is what it says', () => {
  const page = readFileSync(new URL('../../../docs/JOURNAL.md', import.meta.url), 'utf8');
  const [, block = ''] = /```\n([0-9a-f\n]+)```/.exec(page) ?? [];
  const blob = Buffer.from(block.replaceAll('\n', ''), 'hex');
  const story = [
    {
      epoch: 3,
      seq: 12,
      change: {
        kind: 'SeatsHeld',
        atMs: Date.parse('2026-01-01T00:00:00.000Z'),
        identity: { holderId: 'ann', commandId: 'c-000001', payloadHash: 0xdeadbeef },
        deadlineMs: Date.parse('2026-01-01T00:10:00.000Z'),
        seats: [7, 300],
        totalMinor: 9000,
      },
    },
    {
      epoch: 3,
      seq: 13,
      change: {
        kind: 'HoldExpired',
        atMs: Date.parse('2026-01-01T00:10:00.004Z'),
        holdEpoch: 3,
        holdSeq: 12,
        holderId: 'ann',
        seats: [7, 300],
      },
    },
  ];
  assert.deepStrictEqual(decodeBatch({ epoch: 3, firstSeq: 12, lastSeq: 13, blob }), story);
  assert.deepStrictEqual(readForeign(blob), story);
});

test('a foreign reader skips a kind that it does not know, and fields that a later release added', () => {
  const unknown = [4, 99, 10, 1, 2];
  const longer = [5, 11, 5, 9, 7, 7];
  const known = [3, 11, 1, 2];
  const entries = Buffer.from([2, 7, 3, ...unknown, ...longer, ...known]);
  const blob = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), entries]);
  blob.writeUInt32LE(crc32(entries), 1);
  assert.deepStrictEqual(
    readForeign(blob).map(({ seq, change }) => [seq, change]),
    [
      [7, null],
      [8, { kind: 'DeadlinesRaised', atMs: 15, untilMs: 24 }],
      [9, { kind: 'DeadlinesRaised', atMs: 16, untilMs: 18 }],
    ],
  );
  const row: StoredBatch = { epoch: 2, firstSeq: 7, lastSeq: 9, blob };
  assert.throws(() => decodeBatch({ ...row, eventId: 'e' }), /kind 99 is unknown: eventId is e, seq is 7/);
});
