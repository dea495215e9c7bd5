import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { goldenUpFrames } from './golden-frames.js';
import { decodeMsgpack } from './msgpack.js';
import { scanMsgpack } from './scan.js';
import { readUpJson, readUpMsgpack } from './server-codec.js';
import { upToWire } from './up-to-wire.js';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const toHex = (text: string): string => Buffer.from(text).toString('hex');
const goldenFrames = goldenUpFrames();

/** Random bytes rarely get past the first one, so most of these are golden frames with some of their bytes replaced. */
const hostileBytes = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4096 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((rest) => Uint8Array.of(0x95, 0x0a, 0x01, ...rest)) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...goldenFrames.map(({ msgpack }) => msgpack)),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      )
      .map(([golden, edits]) => {
        const bytes = Uint8Array.from(golden);
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
        return bytes;
      }),
  },
);

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4096 }),
  fc.json(),
  fc
    .tuple(fc.constantFrom(...goldenFrames.map(({ json }) => json)), fc.nat(), fc.string({ maxLength: 8 }))
    .map(([golden, at, text]) => {
      const cut = at % golden.length;
      return golden.slice(0, cut) + text + golden.slice(cut + 1);
    }),
);

/** Nothing but what JSON knows, and bytes: no Date, RegExp, Set, Map, Error, BigInt, undefined or record. */
function assertPlain(value: unknown): void {
  if (value === null || value instanceof Uint8Array) return;
  if (typeof value !== 'object') {
    assert.match(typeof value, /^(string|number|boolean)$/);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  assert.ok(prototype === Object.prototype || prototype === Array.prototype);
  for (const item of Object.values(value)) assertPlain(item);
}

function assertRead(reading: { kind: string; reqId: number }): void {
  assert.ok(Number.isInteger(reading.reqId) && reading.reqId >= 0 && reading.reqId < 2 ** 32);
}

describe('readUpMsgpack', () => {
  test('[§1] reads any bytes without throwing; what the scan lets through decodes to plain values', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        assertRead(readUpMsgpack(bytes));
        if (scanMsgpack(bytes) === null) assertPlain(decodeMsgpack(bytes));
      }),
      { numRuns: 20_000 },
    );
  });

  test('[§1] hostile bytes leave nothing behind: the next frame reads as ever', () => {
    fc.assert(
      fc.property(hostileBytes, fc.constantFrom(...goldenFrames), (bytes, golden) => {
        readUpMsgpack(bytes);
        assert.deepEqual(readUpMsgpack(golden.msgpack), golden.frame);
      }),
      { numRuns: 2_000 },
    );
  });

  test('[§1] a frame does not change when the message it was read from does', () => {
    for (const { msgpack, frame } of goldenFrames) {
      const message = Uint8Array.from(msgpack);
      const reading = readUpMsgpack(message);
      message.fill(0xc1);
      assert.deepEqual(reading, frame);
    }
  });

  test('[§1] names the request also where the message may not be decoded', () => {
    const sixtyFive = '00'.repeat(65);
    for (const [bytes, reqId] of [
      [`93 0a ce00010203 dc0041 ${sixtyFive}`, 0x00010203],
      ['dd00000003 0a cd0102 d40000', 0x0102],
      [`dc0003 0a cb4014000000000000 dc0041 ${sixtyFive}`, 5],
      ['93 0a ff d40000', 0],
      ['93 90 07 d40000', 0],
      ['93 0a a137 d40000', 0],
      ['91 0a d40000', 0],
      ['93 d40000 07', 0],
      ['92 0a', 0],
      ['dd', 0],
    ] as const) {
      const reading = readUpMsgpack(fromHex(bytes));
      assert.equal(reading.kind, 'bad');
      assert.equal(reading.reqId, reqId, bytes);
    }
  });
});

describe('readUpJson', () => {
  test('[§1] reads any text without throwing', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        assertRead(readUpJson(text));
      }),
      { numRuns: 5_000 },
    );
  });

  for (const [name, text, message] of [
    ['4,096 open arrays', '['.repeat(4096), 'Cannot read the message as it is not JSON'],
    [
      '2,048 arrays in each other',
      '['.repeat(2048) + ']'.repeat(2048),
      'Cannot read the message as it is nested too deep or has an array or an object of too many items',
    ],
    ['no text', '', 'Cannot read the message as it is not JSON'],
    ['a text after the frame', '[4,7][4,8]', 'Cannot read the message as it is not JSON'],
    ['an object', '{"0":4}', 'Cannot read the message as it is not an array'],
    ['null', 'null', 'Cannot read the message as it is not an array'],
  ] as const) {
    test(`[§1] refuses ${name}`, () => {
      assert.deepEqual(readUpJson(text), { kind: 'bad', reqId: 0, message });
    });
  }

  test('[§1] sets the same bounds as the scan, and names the request', () => {
    const seats = Array.from({ length: 65 }, (_, seat) => seat);
    const keys = Object.fromEntries(seats.map((seat) => [`key${seat}`, seat]));
    for (const frame of [
      [10, 7, 'e', 'cmd-00000001', seats],
      [1, 7, { token: 't', ...keys }],
      [4, 7, [[[[]]]]],
    ]) {
      const reading = readUpJson(JSON.stringify(frame));
      assert.equal(reading.kind, 'bad');
      assert.equal(reading.reqId, 7);
    }
    assert.deepEqual(readUpJson('[4,7,[[[]]]]'), { kind: 'ping', reqId: 7 });
  });
});

describe('prototypes', () => {
  const key = `a9${toHex('__proto__')}`;
  const body = `82 ${key} 81 a5${toHex('token')} a178 a8${toHex('polluted')} c3`;
  const text = '[1,1,{"__proto__":{"token":"x"},"polluted":true}]';

  test('[§1] a key __proto__ lends nothing: a token in it is no token', () => {
    assert.equal(readUpMsgpack(fromHex(`93 01 01 ${body}`)).kind, 'bad');
    assert.equal(readUpJson(text).kind, 'bad');
  });

  test('[§1] keys named after the prototype reach no object but their own', () => {
    const before = [Object.prototype, Array.prototype].map((prototype) => Reflect.ownKeys(prototype));
    const constructorKey = `ab${toHex('constructor')} 81 a9${toHex('prototype')} 81 a8${toHex('polluted')} c3`;
    const hello = readUpMsgpack(fromHex(`93 01 01 82 ${constructorKey} a5${toHex('token')} a174`));
    assert.deepEqual(hello, { kind: 'hello', reqId: 1, token: 't' });
    readUpMsgpack(fromHex(`93 01 01 ${body}`));
    readUpJson(text);
    readUpJson('[1,1,{"constructor":{"prototype":{"polluted":true}},"token":"t"}]');
    assert.deepEqual(
      [Object.prototype, Array.prototype].map((prototype) => Reflect.ownKeys(prototype)),
      before,
    );
    assert.equal('polluted' in {}, false);
  });

  test('[§2] a hello that names __proto__ beside its token is read, and written without it', () => {
    const reading = readUpJson('[1,1,{"__proto__":{"client":"x"},"token":"t"}]');
    assert.deepEqual(reading, { kind: 'hello', reqId: 1, token: 't' });
    assert.equal(JSON.stringify(upToWire({ kind: 'hello', reqId: 1, token: 't' })), '[1,1,{"token":"t"}]');
  });
});
