import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DownFrame } from '../src/protocol/down.js';
import { encodeMsgpack } from '../src/protocol/msgpack.js';
import { AnswerReader } from './answers.js';

/** The frame's bytes somewhere inside a larger chunk, as a socket delivers them. */
function inChunk(frame: readonly unknown[]): { bytes: Uint8Array; start: number; end: number } {
  const encoded = encodeMsgpack(frame as unknown as DownFrame);
  const bytes = new Uint8Array(encoded.length + 9).fill(0xc1);
  bytes.set(encoded, 5);
  return { bytes, start: 5, end: 5 + encoded.length };
}

function readerOf(frame: readonly unknown[]): { reader: AnswerReader; bytes: Uint8Array } {
  const reader = new AnswerReader();
  const { bytes, start, end } = inChunk(frame);
  reader.read(bytes, start, end);
  return { reader, bytes };
}

const safe = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const reqId = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const holdId = fc.string({ unit: fc.constantFrom(...Array.from('HBabc019-_')), minLength: 1, maxLength: 64 });
const anything = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 40 }),
  fc.dictionary(fc.string({ maxLength: 40 }), fc.array(fc.nat(), { maxLength: 3 }), { maxKeys: 20 }),
);

test('the hold id is found wherever it stands among keys of any kind', () => {
  const extra = fc.dictionary(fc.string({ maxLength: 12 }), anything, { maxKeys: 6 });
  fc.assert(
    fc.property(reqId, safe, safe, holdId, extra, extra, (id, epoch, seq, hold, before, after) => {
      fc.pre(!('holdId' in before) && !('holdId' in after));
      const { reader, bytes } = readerOf([4, id, [epoch, seq], { ...before, holdId: hold, ...after }]);
      assert.equal(reader.number, 4);
      assert.equal(reader.reqId, id);
      assert.equal(reader.findHoldId(), true);
      assert.equal(Buffer.from(bytes.subarray(reader.holdIdStart, reader.holdIdEnd)).toString(), hold);
    }),
  );
});

test('a body without hold id has none', () => {
  const { reader } = readerOf([4, 1, [1, 1], { seats: [1], expiresInMs: 5 }]);
  assert.equal(reader.findHoldId(), false);
});

test('a refusal tells its code and when to try again', () => {
  fc.assert(
    fc.property(reqId, safe, fc.string({ maxLength: 300 }), fc.boolean(), (id, retryAfterMs, message, hint) => {
      const details = hint ? { seats: [1, 2], retryAfterMs } : { reason: 'expired' };
      const { reader } = readerOf([5, id, '503 busy', message, details]);
      assert.equal(reader.number, 5);
      assert.equal(reader.reqId, id);
      assert.equal(reader.readCode(), '503 busy');
      assert.equal(reader.readRetryAfterMs(), hint ? retryAfterMs : -1);
    }),
  );
});

test('my holds are counted', () => {
  const holds = Array.from({ length: 40 }, (_, i) => ({ holdId: `H1-${i}`, seats: [i], expiresInMs: 1000 }));
  const { reader } = readerOf([4, 9, [1, 1], { holds }]);
  assert.equal(reader.countHolds(), 40);
});

test('frames without a reqId read as such', () => {
  const { reader } = readerOf([3, 'event-1', 1, 2, 3, [7, 1], []]);
  assert.equal(reader.number, 3);
  assert.equal(reader.reqId, 0);
});

test('a reqId of every width reads the same', () => {
  for (const width of [
    [0x07],
    [0xcc, 7],
    [0xcd, 0, 7],
    [0xce, 0, 0, 0, 7],
    [0xcf, 0, 0, 0, 0, 0, 0, 0, 7],
    [0xca, 0x40, 0xe0, 0, 0],
    [0xcb, 0x40, 0x1c, 0, 0, 0, 0, 0, 0],
  ]) {
    const bytes = Uint8Array.from([0x92, 0x04, ...width]);
    const reader = new AnswerReader();
    reader.read(bytes, 0, bytes.length);
    assert.equal(reader.reqId, 7);
  }
});

test('an answer that ends too early is refused, never read beyond its end', () => {
  const { bytes, start, end } = inChunk([4, 70_000, [3, 900], { seats: [1, 2], holdId: 'H1-zz', totalMinor: 9000 }]);
  const whole = new AnswerReader();
  whole.read(bytes, start, end);
  assert.equal(whole.findHoldId(), true);
  for (let cut = start; cut < whole.holdIdEnd; cut++) {
    const reader = new AnswerReader();
    assert.throws(() => {
      reader.read(bytes, start, cut);
      reader.findHoldId();
    }, RangeError);
  }
});
