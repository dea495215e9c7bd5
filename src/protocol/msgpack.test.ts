import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AcceptedFrame, DownFrame, SnapshotFrame } from './down.js';
import { decodeMsgpack, encodeMsgpack } from './msgpack.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeMsgpack', () => {
  test('[§1] an absent optional field is left out; were it undefined, it would still be no extension type', () => {
    const body = { holdId: 'H1-1', seats: [1], expiresInMs: 1, totalMinor: 1, currency: 'EUR' };
    const absent: AcceptedFrame = [4, 1, [1, 1], body];
    assert.ok(!hex(encodeMsgpack(absent)).includes('61726561'), 'no key "area"');
    const wrong = [4, 1, [1, 1], { area: undefined }] as unknown as DownFrame;
    assert.equal(hex(encodeMsgpack(wrong)), '94040192 0101 de0001 a461726561 c0'.replaceAll(' ', ''));
  });

  test('a frame longer than the pool is whole', () => {
    const snapshot: SnapshotFrame = [2, 'arena', [1, 9], 240_000, new Uint8Array(60_000).fill(0xe4), []];
    const before = encodeMsgpack([8, 1, 2]);
    const bytes = encodeMsgpack(snapshot);
    assert.equal(hex(before), '930801 02'.replaceAll(' ', ''));
    assert.deepEqual(decodeMsgpack(Uint8Array.from(bytes)), snapshot);
  });
});

describe('decodeMsgpack', () => {
  test('[§1] integers of 64 bits are numbers, never BigInt', () => {
    const frame = Buffer.from('93 cf001fffffffffffff d3ffe0000000000001 cfffffffffffffffff'.replaceAll(' ', ''), 'hex');
    assert.deepEqual(decodeMsgpack(frame), [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 64]);
  });

  test('bytes in a frame are a view on the message, not a copy', () => {
    const message = Uint8Array.from(Buffer.from('91c402aabb', 'hex'));
    const [bytes] = decodeMsgpack(message) as [Uint8Array];
    message[3] = 0xcc;
    assert.equal(hex(bytes), 'ccbb');
  });

  test('no native code reads a client’s bytes', () => {
    const report = process.report.getReport() as unknown as { sharedObjects: string[] };
    assert.ok(report.sharedObjects.length > 0);
    assert.deepEqual(
      report.sharedObjects.filter((path) => path.includes('msgpackr')),
      [],
    );
  });
});
