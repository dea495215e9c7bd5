import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { clientCodecs } from './client-codec.js';
import { goldenDownFrames, goldenUpFrames } from './golden-frames.js';
import { readUpJson, readUpMsgpack } from './server-codec.js';

const msgpack = clientCodecs['usher.v1.msgpack'];
const json = clientCodecs['usher.v1.json'];

describe('clientCodecs', () => {
  test('[§1] what a client encodes, the server reads', () => {
    for (const { frame } of goldenUpFrames()) {
      const bytes = msgpack.encode(frame);
      const text = json.encode(frame);
      assert.ok(bytes instanceof Uint8Array && typeof text === 'string');
      assert.deepEqual(readUpMsgpack(bytes), frame);
      assert.deepEqual(readUpJson(text), frame);
    }
  });

  test('an encoded message is the caller’s own: later ones do not touch it, and it can be transferred', () => {
    const first = msgpack.encode({ kind: 'ping', reqId: 1 });
    const second = msgpack.encode({ kind: 'ping', reqId: 2 });
    assert.ok(first instanceof Uint8Array && second instanceof Uint8Array);
    assert.notEqual(first.buffer, second.buffer);
    assert.equal(first.buffer.byteLength, first.length);
    assert.deepEqual([...first], [0x92, 4, 1]);
  });

  test('[§1] decodes what browsers and Node hand over: ArrayBuffer, Uint8Array, Buffer', () => {
    for (const { msgpack: bytes, frame } of goldenDownFrames()) {
      const asDecoded = (message: unknown): unknown =>
        msgpack.decode(message)?.map((field) => (field instanceof Uint8Array ? Uint8Array.from(field) : field));
      assert.deepEqual(asDecoded(Uint8Array.from(bytes).buffer), frame);
      assert.deepEqual(asDecoded(bytes), frame);
      assert.deepEqual(asDecoded(Buffer.from(bytes)), frame);
    }
  });

  test('[§1] a message of the other kind is passed over', () => {
    assert.equal(msgpack.decode('[8,1,2]'), null);
    assert.equal(json.decode(Uint8Array.of(0x93, 8, 1, 2)), null);
  });

  test('[§1] extension types are passed over, not built', () => {
    assert.equal(msgpack.decode(Uint8Array.of(0x94, 8, 1, 2, 0xd4, 0, 0)), null);
  });

  test('states that are no base64 are passed over', () => {
    assert.equal(json.decode('[2,"e",[1,1],4,"*",[]]'), null);
  });

  test('decodes any message without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.uint8Array(), fc.string(), fc.json()), (message) => {
        msgpack.decode(message);
        json.decode(message);
      }),
      { numRuns: 2_000 },
    );
  });
});
