import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { SnapshotFrame } from './down.js';
import { decodeJson, downToJson, encodeJson } from './json.js';
import { encodeMsgpack } from './msgpack.js';

describe('encodeJson', () => {
  test('[§1] bytes are base64 with padding (RFC 4648 §4, its own test vectors)', () => {
    for (const [text, base64] of [
      ['', ''],
      ['f', 'Zg=='],
      ['fo', 'Zm8='],
      ['foo', 'Zm9v'],
      ['foob', 'Zm9vYg=='],
      ['fooba', 'Zm9vYmE='],
      ['foobar', 'Zm9vYmFy'],
    ] as const) {
      const states = new TextEncoder().encode(text);
      const frame: SnapshotFrame = [2, 'e', [1, 1], states.length * 4, states, []];
      assert.equal(encodeJson(frame), `[2,"e",[1,1],${states.length * 4},"${base64}",[]]`);
    }
  });

  test('[§1] the alphabet is the one with + and /', () => {
    const frame: SnapshotFrame = [2, 'e', [1, 1], 12, Uint8Array.of(0xfb, 0xff, 0xfe), []];
    assert.equal(encodeJson(frame), '[2,"e",[1,1],12,"+//+",[]]');
  });

  test('[§1] transcoding equals encoding, whatever the states', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.maxSafeNat(), (states, seq) => {
        const frame: SnapshotFrame = [2, 'e', [1, seq], states.length * 4, states, [['a', 1, 2, 3, 4]]];
        assert.equal(downToJson(encodeMsgpack(frame)), encodeJson(frame));
      }),
    );
  });
});

describe('decodeJson', () => {
  test('[§1] text that is not JSON is a value, not a throw', () => {
    assert.deepEqual(decodeJson('nonsense'), { kind: 'unreadable', reqId: 0, fault: 'it is not JSON' });
  });

  test('reads objects too, for REST', () => {
    assert.deepEqual(decodeJson('{"seats":[1,2]}'), { kind: 'value', value: { seats: [1, 2] } });
  });
});
