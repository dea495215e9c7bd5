import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import { packValue } from '../protocol/msgpack.js';
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage } from './link-message.js';
import { oneOfEachRecord } from './testing/sample-records.js';

const message: LinkMessage = {
  sender: 'node-a.x',
  receiver: 'node-b.y',
  linkSeq: 7,
  sentAtMs: 1.75e12,
  records: oneOfEachRecord,
};

test('what is told is heard', () => {
  const bytes = encodeLinkMessage(message).slice();
  const heard = must(decodeLinkMessage(bytes), 'a message');
  assert.deepEqual(
    heard.records.map(({ kind }) => kind),
    oneOfEachRecord.map(({ kind }) => kind),
  );
  assert.deepEqual([...encodeLinkMessage(heard)], [...bytes]);
});

test('a message of another version is passed over, and records that only a newer node knows', () => {
  assert.equal(decodeLinkMessage(packValue([2, 'a', 'b', 1, 1, []])), null);
  const mixed = packValue([
    1,
    'a',
    'b',
    1,
    1,
    [
      [99, 'news'],
      [4, 'evening'],
    ],
  ]);
  assert.deepEqual(decodeLinkMessage(mixed)?.records, [{ kind: 'unfollow', eventId: 'evening' }]);
});

test('whatever else comes over the carrier is no message, and does no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      assert.equal(decodeLinkMessage(bytes), null);
    }),
  );
  const whole = encodeLinkMessage(message).slice();
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const broken = whole.slice();
      broken[at] = byte;
      decodeLinkMessage(broken);
      decodeLinkMessage(broken.subarray(0, at));
    }),
  );
});
