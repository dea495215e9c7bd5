import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { decodeBatch } from './batch.js';
import { parseConfiguration } from './configuration-json.js';
import { JournalCorrupt } from './journal-corrupt.js';
import { configurationWithAreas } from './testing/configuration.js';

/** A blob of epoch 1, first seq 1 whose checksum is right: whatever is wrong with it, the entries must show. */
function sealedOver(count: number, ...entryBytes: number[]) {
  const body = Buffer.from([1, 1, count, ...entryBytes]);
  const blob = Buffer.alloc(5 + body.length);
  blob[0] = 1;
  blob.writeUInt32LE(crc32(body), 1);
  body.copy(blob, 5);
  return { eventId: 'e', epoch: 1, firstSeq: 1, lastSeq: count, blob };
}

function refusal(count: number, ...entryBytes: number[]): string {
  try {
    decodeBatch(sealedOver(count, ...entryBytes));
  } catch (error) {
    assert.ok(error instanceof JournalCorrupt, String(error));
    return `${error.what} at ${error.seq}`;
  }
  return 'none';
}

const deadlinesRaised = [3, 11, 100, 5];

test('an entry that cannot have been written is refused even where the checksum is right', () => {
  assert.equal(refusal(1, ...deadlinesRaised), 'none');
  assert.equal(refusal(2, ...deadlinesRaised, 3, 15, 0, 0), 'kind 15 is unknown at 2');
  assert.equal(refusal(1, 3, 0, 0, 0), 'kind 0 is unknown at 1');
  assert.equal(refusal(1, 4, 11, 100, 5, 0), 'an entry has bytes after its last field at 1');
  assert.equal(refusal(1, ...deadlinesRaised, 9), 'the batch has bytes after its last entry at 1');
  assert.equal(refusal(2, ...deadlinesRaised), 'it ends too early at 2');
  assert.equal(refusal(1, 2, 11, 100, 5), 'it ends too early at 1');
  assert.equal(refusal(1, 4, 11, 100, 5), 'an entry is longer than its batch at 1');
  assert.equal(refusal(1, 0), 'it ends too early at 1');
});

test('numbers come in their shortest form and within 2^53 − 1', () => {
  const tooLong = 'a number is too large or not in its shortest form at 1';
  assert.equal(refusal(1, 4, 11, 0x80, 0x00, 5), tooLong);
  assert.equal(refusal(1, 11, 11, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), tooLong);
  assert.equal(refusal(1, 10, 11, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10), tooLong);
  assert.equal(refusal(1, 10, 11, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f), 'none');
  assert.equal(refusal(1, 10, 11, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f), 'a time is too large at 1');
});

test('a list, a text or a hash that runs beyond its entry is refused without reading on', () => {
  const expired = (...rest: number[]) => refusal(1, 2 + 2 + rest.length, 5, 0, 2, 3, ...rest);
  assert.equal(expired(1, 0x61, 1, 7), 'none');
  assert.equal(expired(1, 0x61, 2, 7), 'it ends too early at 1');
  assert.equal(expired(9, 0x61, 1, 7), 'it ends too early at 1');
  assert.equal(expired(2, 0xc3, 0x28, 0), 'a text is not UTF-8 at 1');
  assert.equal(refusal(1, 7, 9, 0, 0, 0, 1, 2, 3), 'it ends too early at 1');
});

const text = (word: string): number[] => [word.length, ...Buffer.from(word)];
const entry = (...bytes: number[]): number[] => [bytes.length, ...bytes];

test('an entry that goes on with places has them whole, and no seats beside them', () => {
  const expired = (...rest: number[]) => refusal(1, ...entry(5, 0, 2, 3, ...text('a'), ...rest));
  const floor = text('floor');
  assert.equal(expired(0), 'none');
  assert.equal(expired(0, ...floor, 2), 'none');
  assert.equal(expired(1, 7, ...floor, 2), 'it has both seats and places at 1');
  assert.equal(expired(0, ...floor, 0), 'it has no places at 1');
  assert.equal(expired(0, ...floor), 'it ends too early at 1');
  assert.equal(expired(0, 9, 0x66), 'it ends too early at 1');
  assert.equal(expired(0, 1, 0xff, 2), 'a text is not UTF-8 at 1');
  assert.equal(expired(0, ...floor, 2, 1), 'an entry has bytes after its last field at 1');

  const identity = [...text('a'), ...text('c'), 0, 0, 0, 0];
  const released = (...rest: number[]) => refusal(1, ...entry(4, 0, ...identity, 2, 3, ...rest));
  assert.equal(released(0, 0), 'none');
  assert.equal(released(0, 0, ...floor, 2, 0), 'none');
  assert.equal(released(0, 0, ...floor, 2), 'it ends too early at 1');
  assert.equal(released(0, 1, 7, ...floor, 2, 1), 'it has both seats and places at 1');
  assert.equal(released(1, 7, 0, ...floor, 2, 1), 'it has both seats and places at 1');
  assert.equal(released(0, 0, ...floor, 2, 0, 0), 'an entry has bytes after its last field at 1');

  const held = (...rest: number[]) => refusal(1, ...entry(12, 0, ...identity, 1, ...rest));
  assert.equal(held(...floor, 2, 9), 'none');
  assert.equal(held(...floor, 0, 9), 'it has no places at 1');
  const blocked = (kind: number, ...rest: number[]) => refusal(1, ...entry(kind, 0, ...identity, ...rest));
  for (const kind of [13, 14]) {
    assert.equal(blocked(kind, ...floor, 2, ...text('camera')), 'none');
    assert.equal(blocked(kind, ...floor, 0, ...text('camera')), 'it has no places at 1');
  }
});

function opened(json: string): string {
  return refusal(1, json.length + 3, 1, 0, json.length, ...Buffer.from(json));
}

test('a configuration that is no configuration is refused', () => {
  assert.equal(opened('{"a":1'), 'the configuration is not of its shape at 1');
  assert.equal(opened('{"chartId":7}'), 'the configuration is not of its shape at 1');
  const { areas, layout, ...rest } = configurationWithAreas;
  const parsed = (fields: object) => parseConfiguration(JSON.stringify({ ...rest, ...fields }));
  assert.deepStrictEqual(parsed({ areas, layout }), configurationWithAreas);
  assert.deepStrictEqual(parsed({}), { ...rest, areas: [], layout: null });
  assert.throws(() => parsed({ areas: null }));
  assert.throws(() => parsed({ areas: [{ area: 'floor', capacity: 'many', category: 0 }] }));
  assert.throws(() => parsed({ layout: { ...layout, positions: undefined } }));
  assert.throws(() => parsed({ layout: { ...layout, focus: [1] } }));
});

test('keys that a later release added stay where they are', () => {
  const later = { ...configurationWithAreas, later: [1], layout: { ...configurationWithAreas.layout, later: 2 } };
  assert.deepStrictEqual(parseConfiguration(JSON.stringify(later)), later);
});

test('any bytes at all under a right checksum give entries or JournalCorrupt, nothing else', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.array(fc.oneof(fc.nat(15), fc.nat(255)), { maxLength: 60 }), (count, bytes) => {
      const kept = refusal(count, ...bytes);
      assert.equal(typeof kept, 'string');
    }),
    { numRuns: 2000 },
  );
});
