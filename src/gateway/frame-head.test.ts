import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as holds, bigInt, maxSafeInteger, nat, property, stringMatching } from 'fast-check';
import { codeNumbers, wireCode, type Code } from '../protocol/codes.js';
import { frameNumber, framePosition, refusalName } from './frame-head.js';
import { bytesOf } from './testing/test-gateway.js';

const anEventId = stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const aWhole = maxSafeInteger().map(Math.abs);

test('reads where accepted, snapshot and delta stand, whatever the width of the numbers', () => {
  holds(
    property(anEventId, aWhole, aWhole, aWhole, array(nat(3)), (eventId, epoch, from, to, seats) => {
      const accepted = bytesOf([4, from % 2 ** 32, [epoch, to], {}]);
      assert.deepEqual([frameNumber(accepted), framePosition(accepted)], [4, [epoch, to]]);
      const snapshot = bytesOf([2, eventId, [epoch, to], 4, Uint8Array.from(seats), []]);
      assert.deepEqual([frameNumber(snapshot), framePosition(snapshot)], [2, [epoch, to]]);
      const delta = bytesOf([3, eventId, epoch, from, to, seats, []]);
      assert.deepEqual([frameNumber(delta), framePosition(delta)], [3, [epoch, to]]);
    }),
  );
});

test('reads uint64, which other encoders write', () => {
  holds(
    property(bigInt({ min: 0n, max: 2n ** 53n - 1n }), (seq) => {
      const frame = Buffer.alloc(15);
      frame.set([0x94, 4, 7, 0x92, 1, 0xcf]);
      frame.writeBigUInt64BE(seq, 6);
      frame[14] = 0x80;
      assert.deepEqual(framePosition(frame), [1, Number(seq)]);
    }),
  );
});

test("reads the name of a refusal's code", () => {
  for (const code of Object.keys(codeNumbers) as Code[]) {
    for (const reqId of [0, 300, 2 ** 32 - 1]) {
      const frame = bytesOf([5, reqId, wireCode(code), 'Cannot', { seats: [1] }]);
      assert.deepEqual([frameNumber(frame), refusalName(frame)], [5, code]);
      // As shards send it: within a longer message.
      const message = Buffer.concat([Buffer.from('before'), frame, Buffer.from('behind')]);
      assert.equal(refusalName(message.subarray(6, 6 + frame.length)), code);
    }
  }
});
