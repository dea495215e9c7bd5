import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientCodecs } from './client-codec.js';
import { codeNumbers, wireCode } from './codes.js';
import { type DownFrame, downNumbers } from './down.js';
import { goldenBadFrames, goldenDownFrames, goldenUpFrames } from './golden-frames.js';
import { downToJson, encodeJson } from './json.js';
import { encodeMsgpack, encodeUpMsgpack } from './msgpack.js';
import { readDown } from './read-down.js';
import { scanMsgpack } from './scan.js';
import { readUpJson, readUpMsgpack } from './server-codec.js';
import { upNumbers } from './up.js';
import { upToWire } from './up-to-wire.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const anyDepth = { nestingMax: 8, itemsPerContainerMax: 1024 };

describe('golden frames, client to server', () => {
  for (const { name, canonical, frame, msgpack, json } of goldenUpFrames()) {
    test(`[§2] ${frame.kind}, ${name}`, () => {
      assert.deepEqual(readUpMsgpack(msgpack), frame);
      assert.deepEqual(readUpJson(json), frame);
      if (!canonical) return;
      assert.equal(hex(encodeUpMsgpack(frame)), hex(msgpack));
      assert.equal(JSON.stringify(upToWire(frame)), json);
    });
  }

  test('[§2] every frame is recorded, as we write it and as others may', () => {
    const frames = goldenUpFrames();
    for (const kind of Object.keys(upNumbers)) {
      const ofKind = frames.filter(({ frame }) => frame.kind === kind);
      assert.ok(ofKind.some(({ canonical }) => canonical) && ofKind.some(({ canonical }) => !canonical), kind);
    }
  });
});

describe('golden frames, server to client', () => {
  for (const { name, canonical, frame, msgpack, json } of goldenDownFrames()) {
    test(`[§3] frame ${String(frame[0])}, ${name}`, () => {
      assert.deepEqual(clientCodecs['usher.v1.msgpack'].decode(msgpack), frame);
      assert.deepEqual(clientCodecs['usher.v1.json'].decode(json), frame);
      if (!canonical) return;
      const known = knownFrame(frame);
      assert.equal(hex(encodeMsgpack(known)), hex(msgpack));
      assert.equal(encodeJson(known), json);
      assert.equal(downToJson(msgpack), json);
      assert.equal(scanMsgpack(msgpack, anyDepth), null, 'no extension types');
    });
  }

  test('[§3] every frame is recorded, as we write it and as others may', () => {
    const frames = goldenDownFrames();
    for (const [kind, number] of Object.entries(downNumbers)) {
      const ofKind = frames.filter(({ frame }) => frame[0] === number);
      assert.ok(ofKind.some(({ canonical }) => canonical) && ofKind.some(({ canonical }) => !canonical), kind);
    }
  });

  test('[§4] every code is recorded', () => {
    const recorded = new Set(
      goldenDownFrames().map(({ frame }) => (frame[0] === downNumbers.rejected ? frame[2] : '')),
    );
    for (const code of Object.keys(codeNumbers) as (keyof typeof codeNumbers)[]) {
      assert.ok(recorded.has(wireCode(code)), code);
    }
  });
});

describe('golden messages that are no frames', () => {
  for (const { name, reqId, msgpack, json } of goldenBadFrames()) {
    test(`[§1] ${name}`, () => {
      const readings = [msgpack === null ? null : readUpMsgpack(msgpack), json === null ? null : readUpJson(json)];
      for (const reading of readings) {
        if (reading === null) continue;
        assert.equal(reading.kind, 'bad');
        assert.equal(reading.reqId, reqId);
      }
    });
  }
});

function knownFrame(frame: readonly unknown[]): DownFrame {
  const known = readDown(frame);
  assert.ok(known !== null);
  return known;
}
