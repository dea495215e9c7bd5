import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readUpMsgpack } from '../src/protocol/server-codec.js';
import {
  ConfirmFrame,
  HoldFrame,
  helloFrame,
  myHoldsFrame,
  type PreparedFrame,
  ReleaseFrame,
  subscribeFrame,
} from './frames.js';

/** Takes the WebSocket header off as RFC 6455 has it and reads the payload with the server's own codec. */
function serverReads(frame: PreparedFrame) {
  const wire = Buffer.from(frame.bytes.subarray(frame.start, frame.end));
  assert.equal(wire[0], 0x82, 'a whole binary message');
  const second = wire.readUInt8(1);
  assert.equal(second & 0x80, 0x80, 'masked');
  const long = (second & 0x7f) === 126;
  const length = long ? wire.readUInt16BE(2) : second & 0x7f;
  assert.equal(long, length > 125, 'the shortest form of length');
  const maskAt = long ? 4 : 2;
  assert.equal(wire.readUInt32BE(maskAt), 0, 'the mask is zero');
  assert.equal(wire.length, maskAt + 4 + length, 'nothing beside the payload');
  return readUpMsgpack(wire.subarray(maskAt + 4));
}

const idCharacter = fc.constantFrom(...Array.from('ABCXYZabcxyz019_-'));
const id = (minLength: number, maxLength: number) => fc.string({ unit: idCharacter, minLength, maxLength });
const reqId = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const seat = fc.integer({ min: 0, max: 199_999 });
const seats = fc.uniqueArray(seat, { minLength: 1, maxLength: 50 });

test('a hold reads as it was meant, whatever was patched', () => {
  fc.assert(
    fc.property(id(1, 64), id(1, 56), seats, seats, reqId, (eventId, prefix, before, after, number) => {
      const frame = new HoldFrame(eventId, prefix, before);
      const expected = before.map((seatBefore, i) => after[i] ?? seatBefore);
      expected.forEach((value, i) => frame.setSeat(i, value));
      fc.pre(new Set(expected).size === expected.length);
      frame.setReqId(number);
      frame.nextCommandId();
      const commandId = `${prefix}00000001`;
      assert.deepEqual(serverReads(frame), { kind: 'hold', reqId: number, eventId, commandId, seats: expected });
    }),
  );
});

test('a release and a confirm take hold ids of any length, one after the other', () => {
  const holdIds = fc.array(id(1, 64), { minLength: 1, maxLength: 4 });
  const orderRef = fc.string({ unit: fc.constantFrom(...Array.from('AZaz09 #/~!')), minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(id(1, 64), id(1, 56), holdIds, orderRef, reqId, (eventId, prefix, ids, order, number) => {
      const release = new ReleaseFrame(eventId, prefix);
      const confirm = new ConfirmFrame(eventId, prefix, order);
      for (const frame of [release, confirm]) {
        frame.setReqId(number);
        frame.nextCommandId();
      }
      const common = { reqId: number, eventId, commandId: `${prefix}00000001` };
      for (const holdId of ids) {
        const answer = Buffer.from(`..${holdId}..`);
        release.setHoldId(answer, 2, answer.length - 2);
        confirm.setHoldId(answer, 2, answer.length - 2);
        assert.deepEqual(serverReads(release), { kind: 'release', ...common, holdId, seats: null });
        assert.deepEqual(serverReads(confirm), { kind: 'confirm', ...common, holdId, orderRef: order });
      }
    }),
  );
});

test('a hold id that no frame can carry is refused', () => {
  const frame = new ReleaseFrame('event', 'prefix');
  assert.throws(() => frame.setHoldId(Buffer.alloc(65, 'h'), 0, 65), RangeError);
});

test('command ids count up, never repeat, and end loudly', () => {
  const frame = new HoldFrame('event', 'lane', [1]);
  const idOf = () => {
    const read = serverReads(frame);
    assert.equal(read.kind, 'hold');
    return read.kind === 'hold' ? read.commandId : '';
  };
  for (let expected = 1; expected <= 1_234; expected++) {
    frame.nextCommandId();
    assert.equal(idOf(), `lane${String(expected).padStart(8, '0')}`);
  }
  const digits = Buffer.from('99999999');
  frame.bytes.set(digits, Buffer.from(frame.bytes).indexOf('00001234'));
  assert.throws(() => frame.nextCommandId(), RangeError);
});

test('frames outside the lanes read as they were meant', () => {
  const token = 't'.repeat(700);
  assert.deepEqual(serverReads(helloFrame(7, token)), { kind: 'hello', reqId: 7, token, client: 'usher-load' });
  assert.deepEqual(serverReads(subscribeFrame(8, 'event-1')), {
    kind: 'subscribe',
    reqId: 8,
    eventId: 'event-1',
    position: null,
  });
  assert.deepEqual(serverReads(myHoldsFrame(2 ** 32 - 1, 'event-1')), {
    kind: 'myHolds',
    reqId: 2 ** 32 - 1,
    eventId: 'event-1',
  });
});
