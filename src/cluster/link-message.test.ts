import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import { packValue } from '../protocol/msgpack.js';
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage, type LinkRecord } from './link-message.js';

const frame = Uint8Array.of(0x93, 4, 1);
const records: readonly LinkRecord[] = [
  { kind: 'mail', patienceMs: 4_999, mail: Uint8Array.of(1, 2, 3) },
  { kind: 'follow', eventId: 'evening', position: [3, 41], holders: ['ann', 'bob'] },
  { kind: 'follow', eventId: 'evening', position: null, holders: [] },
  { kind: 'holders', eventId: 'evening', came: ['cid'], left: ['ann'] },
  { kind: 'following', eventId: 'evening', position: [3, 2 ** 40], holders: 2 },
  { kind: 'following', eventId: 'evening', position: [3, 7], holders: null },
  { kind: 'unfollow', eventId: 'evening' },
  { kind: 'answer', correlation: 2 ** 31 + 7, frame },
  { kind: 'snapshot', correlation: 9, frame },
  { kind: 'bounced', correlation: 3, owner: 'node-b.x' },
  { kind: 'bounced', correlation: 3, owner: null },
  { kind: 'followed', eventId: 'evening', frames: [frame, frame] },
  { kind: 'notFollowed', eventId: 'evening', owner: null },
  { kind: 'move', eventId: 'evening', next: 'node-c.z' },
  { kind: 'stillFollowed', eventId: 'evening' },
  { kind: 'notify', eventId: 'evening', holderId: 'ann', exceptSessionId: 0, frame },
];
const message: LinkMessage = { sender: 'node-a.x', receiver: 'node-b.y', linkSeq: 7, sentAtMs: 1.75e12, records };

test('what is told is heard', () => {
  const bytes = encodeLinkMessage(message).slice();
  const heard = must(decodeLinkMessage(bytes), 'a message');
  assert.deepEqual(
    heard.records.map(({ kind }) => kind),
    records.map(({ kind }) => kind),
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
