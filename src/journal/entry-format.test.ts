import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { decodeBatch, EventBatch } from './batch.js';
import { kindNumbers } from './entry-format.js';
import type { StoredBatch } from './port.js';
import type { Change } from '../seatmap/change.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import { oneOfEachPlacesChange, oneOfEachSeatsChange } from './testing/changes.js';
import { configurationBeforeAreas, configurationWithAreas } from './testing/configuration.js';
import { readForeign } from './testing/foreign-reader.js';

/**
 * Changes of seats (testing/changes.ts) in epoch 2 from seq 301 on, an entry a line, as the releases before general admission
 * wrote them. Journals out there hold these bytes: where this test fails, the code is wrong, not the bytes.
 */
const goldenOfSeats = [
  '015fd4def602ad020b',
  'd9020180f8a5f9c132d002',
  Buffer.from(JSON.stringify(configurationBeforeAreas())).toString('hex'),
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

/** The same for changes of places. */
const goldenOfPlaces = [
  '01c6a3287102ad020b',
  'eb060180f8a5f9c132e206',
  Buffer.from(JSON.stringify(configurationWithAreas)).toString('hex'),
  '1f0c0503616e6e08636d642d3030303100286beec0cf2405666c6f6f7203bc69',
  '23030003616e6e08636d642d3030303100286bee02ac02c0cf2400942305666c6f6f7201',
  '2204e30703616e6e08636d642d3030303100286bee02ac02000005666c6f6f72800100',
  '21040003616e6e08636d642d3030303100286bee02ac02000005666c6f6f7203ac02',
  '11050002ac0203616e6e0005666c6f6f7203',
  '27060003616e6e08636d642d3030303100286bee02ac0203626f620004f09f8ead05666c6f6f7203',
  '29070003616e6e08636d642d3030303100286bee02ac02086f7264657220233100bc6905666c6f6f7203',
  '23080103616e6e08636d642d3030303100286bee02b20203616e6e000005666c6f6f7203',
  '210d0003616e6e08636d642d3030303100286bee05666c6f6f72030663616d657261',
  '260e0003616e6e08636d642d3030303100286bee05666c6f6f72030b63616d65726120676f6e65',
].join('');

function placeOf(changes: readonly Change[]) {
  return { epoch: 2, firstSeq: 301, lastSeq: 300 + changes.length };
}

function entriesOf(changes: readonly Change[]) {
  return changes.map((change, index) => ({ epoch: 2, seq: 301 + index, change }));
}

function hexOf(changes: readonly Change[]): string {
  const batch = new EventBatch('event-1', 2, 301, 'EUR');
  for (const change of changes) batch.add(change);
  return Buffer.from(batch.seal(null).blob).toString('hex');
}

/** With the configuration as it was journalled then: two keys are missing. */
function beforeAreas(changes: readonly Change[]): Change[] {
  return changes.map((change) =>
    change.kind === 'EventOpened'
      ? { ...change, configuration: configurationBeforeAreas() as EventConfiguration }
      : change,
  );
}

test('[I13] the format of changes of seats is what it always was, in both directions', () => {
  assert.equal(hexOf(beforeAreas(oneOfEachSeatsChange)), goldenOfSeats);
  const blob = Buffer.from(goldenOfSeats, 'hex');
  assert.deepStrictEqual(decodeBatch({ ...placeOf(oneOfEachSeatsChange), blob }), entriesOf(oneOfEachSeatsChange));
});

test('[I13] the format of changes of places is what it always was, in both directions', () => {
  assert.equal(hexOf(oneOfEachPlacesChange), goldenOfPlaces);
  const blob = Buffer.from(goldenOfPlaces, 'hex');
  assert.deepStrictEqual(decodeBatch({ ...placeOf(oneOfEachPlacesChange), blob }), entriesOf(oneOfEachPlacesChange));
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
    PlacesHeld: 12,
    PlacesBlocked: 13,
    PlacesUnblocked: 14,
  });
  const written = [...oneOfEachSeatsChange, ...oneOfEachPlacesChange].map((change) => change.kind);
  assert.deepStrictEqual(new Set(written), new Set(Object.keys(kindNumbers)));
});

test('a reader written from docs/JOURNAL.md reads every kind', () => {
  assert.deepStrictEqual(readForeign(Buffer.from(goldenOfSeats, 'hex')), entriesOf(beforeAreas(oneOfEachSeatsChange)));
  assert.deepStrictEqual(readForeign(Buffer.from(goldenOfPlaces, 'hex')), entriesOf(oneOfEachPlacesChange));
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
  assert.throws(() => decodeBatch(row, 'e'), /kind 99 is unknown: eventId is e, seq is 7/);
});
