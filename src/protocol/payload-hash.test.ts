import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { PayloadHash, payloadHash } from './payload-hash.js';
import type { Confirm, Extend, Hold, HoldArea, HoldBest, Release } from './up.js';

const ids = { reqId: 1, eventId: 'evening', commandId: 'cmd-00000001' } as const;
const hold: Hold = { kind: 'hold', ...ids, seats: [100, 101] };
const best: HoldBest = { kind: 'holdBest', ...ids, quantity: 4, together: true };
const extend: Extend = { kind: 'extend', ...ids, holdId: 'H3-sx' };
const release: Release = { kind: 'release', ...ids, holdId: 'H3-sx', seats: null };
const confirm: Confirm = { kind: 'confirm', ...ids, holdId: 'H3-sx', orderRef: 'order 4711' };
const holdArea: HoldArea = { kind: 'holdArea', ...ids, area: 'standing', quantity: 3 };

/** Written down once. They stand in journals: a release that computes others would refuse honest repeats. */
const goldenHashes = [
  ['hold', hold, 725006493],
  ['hold of a seat above 32 bits', { ...hold, seats: [4294967296] }, 402650581],
  ['hold best', best, 271707624],
  [
    'hold best, every wish',
    { ...best, together: false, categories: ['stalls'], sections: ['A', 'B'], accessible: 1, near: 0 },
    935712255,
  ],
  ['extend', extend, 3184074894],
  ['release', release, 1745856260],
  ['release of a part', { ...release, seats: [101] }, 698006880],
  ['release of places', { ...release, quantity: 2 }, 2137833883],
  ['confirm', confirm, 1042915938],
  ['hold area', holdArea, 3894033715],
] as const;

describe('payloadHash', () => {
  for (const [name, frame, hash] of goldenHashes) {
    test(`[§4 412] stays what it was across releases: ${name}`, () => {
      assert.equal(payloadHash(frame), hash);
    });
  }

  test('[§4 412] every payload field counts, and so does the frame number', () => {
    const different = [
      ...goldenHashes.map(([, frame]) => frame),
      { ...hold, seats: [101, 100] },
      { ...hold, seats: [100] },
      { ...best, quantity: 5 },
      { ...best, together: false },
      { ...best, categories: [] },
      { ...best, categories: ['a', 'b'] },
      { ...best, categories: ['ab'] },
      { ...best, sections: ['a', 'b'] },
      { ...best, accessible: 0 },
      { ...best, near: 0 },
      { ...extend, holdId: 'H3-sy' },
      { ...release, holdId: 'H3-sy' },
      { ...release, quantity: 1 },
      { ...confirm, holdId: 'H3-sy' },
      { ...confirm, orderRef: 'order 4712' },
      { ...holdArea, area: 'lawn' },
      { ...holdArea, quantity: 4 },
    ];
    assert.equal(new Set(different.map(payloadHash)).size, different.length);
  });

  test('[§4 412] reqId, eventId and commandId do not count: a repeat over another socket is the same', () => {
    assert.equal(payloadHash({ ...hold, reqId: 77, eventId: 'other', commandId: 'cmd-00000002' }), payloadHash(hold));
  });

  test('is MurmurHash3 x86_32: its known values', () => {
    assert.equal(new PayloadHash().end(), 0);
    assert.equal(new PayloadHash().word(0).end(), 0x2362f9de, 'four zero bytes');
    assert.equal(new PayloadHash().word(0x74736574).end(), 0xba6bd213, 'the text "test"');
  });

  test('is MurmurHash3 x86_32 over its words, as written from its description', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 40 }), (words) => {
        const hash = new PayloadHash();
        for (const word of words) hash.word(word);
        assert.equal(hash.end(), murmur3(words));
      }),
    );
  });
});

/** In big integers, so that it shares no arithmetic with what it checks. */
function murmur3(words: readonly number[]): number {
  let hash = 0n;
  for (const word of words) {
    const mixed = wrap(rotate(wrap(BigInt(word) * 0xcc9e2d51n), 15n) * 0x1b873593n);
    hash = wrap(rotate(hash ^ mixed, 13n) * 5n + 0xe6546b64n);
  }
  hash ^= BigInt(words.length * 4);
  hash = wrap((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = wrap((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
}

function wrap(value: bigint): bigint {
  return value & 0xffffffffn;
}

function rotate(value: bigint, bits: bigint): bigint {
  return wrap(value << bits) | (value >> (32n - bits));
}
