import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { goldenDownFrames, goldenUpFrames } from './golden-frames.js';
import { protocolLimits } from './limits.js';
import { scanMsgpack } from './scan.js';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const extension = 'it has an extension type';
const early = 'it ends before what it declares';
const many = 'it has an array or a map of too many items';
const deep = 'it is nested too deep';

/** Bytes that harm a decoder, and why the scan keeps them from it. */
const hostile: readonly (readonly [name: string, bytes: string, fault: string])[] = [
  ['nothing', '', 'it is empty'],
  ['five bytes that declare 2^32 items', 'dd ffffffff', many],
  ['a map of 2^32 entries', '91 df ffffffff', many],
  ['an array of 65,535 items', '91 dc ffff', many],
  ['arrays of 2^32 items, each the first of the other', 'dd ffffffff'.repeat(800), many],
  ['arrays of 64 items, each the first of the other: 64^5 by declaration', 'dc0040'.repeat(5), deep],
  ['4,096 arrays in each other', '91'.repeat(4096), deep],
  ['4,096 maps in each other', `91${'81a161'.repeat(1365)}`, deep],
  ['a string of 4 GiB', '91 db ffffffff', early],
  ['bytes of 4 GiB', '91 c6 ffffffff', early],
  ['a string one byte longer than what is there', '91 a2 61', early],
  ['a length that is cut off', '91 da 00', early],
  ['an integer that is cut off', '91 cf 00000000000000', early],
  ['an array that lacks its last item', '92 01', early],
  ['a map that lacks its last value', '91 81 a161', early],
  ['a map that lacks its key', '91 81', early],
  ['fixext 1: undefined', '91 d40000', extension],
  ['fixext 1: a record definition', '92 d47240 92a161a162 01', extension],
  ['fixext 2: a record definition of two bytes', '91 d5724000', extension],
  ['fixext 4: timestamp 32', '91 d6ff00000000', extension],
  ['fixext 4: a pointer into the message', '91 d67000000001', extension],
  ['fixext 4: bundled strings', '91 d66200000000', extension],
  ['fixext 8: timestamp 64', '91 d7ff0000000000000000', extension],
  ['fixext 16: an integer of 128 bits', '91 d842ffffffffffffffffffffffffffffffff', extension],
  ['ext 8: timestamp 96', '91 c70cff000000000000000000000000', extension],
  ['ext 8: a typed array', '91 c7057410aabbccdd', extension],
  ['ext 16: an integer of 32,768 bits', `91 c8100042${'ff'.repeat(4090)}`, extension],
  ['ext 32 of 4 GiB', '91 c9ffffffff00', extension],
  ['a RegExp', '91 d47800 92 a4285b5d2b a0', extension],
  ['a Set', '91 d47300 91 01', extension],
  ['an Error', '91 d46500 92 a3457272 a0', extension],
  ['an extension as a map key', '91 81 d40000 01', 'it has a map key that is not a string'],
  ['a map key that is a number', '91 81 01 01', 'it has a map key that is not a string'],
  ['a map key that is a map', '91 81 80 01', 'it has a map key that is not a string'],
  ['a map key that is bytes', '91 81 c40161 01', 'it has a map key that is not a string'],
  ['the byte 0xc1', '91 c1', 'it has the byte 0xc1, which MessagePack never uses'],
  ['two frames in one message', '92 04 01 92 04 02', 'it goes on after its array'],
  ['a map', '80', 'it is not a MessagePack array'],
  ['a string', 'a161', 'it is not a MessagePack array'],
  ['an integer', '2a', 'it is not a MessagePack array'],
];

const packr = new Packr({ useRecords: false, variableMapSize: true });
const { nestingMax, itemsPerContainerMax } = protocolLimits;

/** What a frame may hold, nested as deep as it may be. */
const leaf = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.string({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
);
function valueOfDepth(depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return leaf;
  const inner = valueOfDepth(depth - 1);
  const list = fc.array(inner, { maxLength: depth === 1 ? itemsPerContainerMax : 4 });
  return fc.oneof(leaf, list, fc.dictionary(fc.string(), inner, { maxKeys: 4, noNullPrototype: true }));
}
const frameLike = fc.array(valueOfDepth(nestingMax - 1), { maxLength: 8 });

describe('scanMsgpack', () => {
  for (const [name, bytes, fault] of hostile) {
    test(`[§1] refuses ${name}`, () => {
      assert.equal(scanMsgpack(fromHex(bytes)), fault);
    });
  }

  test('[§1] accepts whatever an honest encoder writes within the bounds', () => {
    fc.assert(
      fc.property(frameLike, (value) => {
        assert.equal(scanMsgpack(packr.pack(value)), null);
      }),
      { numRuns: 1_000 },
    );
  });

  test('[§1] accepts arrays and maps of exactly the most items, refuses one more', () => {
    for (const [count, fault] of [
      [itemsPerContainerMax, null],
      [itemsPerContainerMax + 1, many],
    ] as const) {
      const list = Array.from({ length: count }, (_, i) => i);
      assert.equal(scanMsgpack(packr.pack(list)), fault);
      assert.equal(scanMsgpack(packr.pack([list])), fault);
      assert.equal(scanMsgpack(packr.pack([Object.fromEntries(list.map((i) => [`k${i}`, i]))])), fault);
    }
  });

  test('[§1] accepts exactly the deepest nesting, refuses one more', () => {
    const nested = (depth: number): unknown[] => (depth === 1 ? [] : [nested(depth - 1)]);
    assert.equal(scanMsgpack(packr.pack(nested(nestingMax))), null);
    assert.equal(scanMsgpack(packr.pack(nested(nestingMax + 1))), deep);
  });

  test('[§1] refuses every golden frame that is cut short anywhere or goes on', () => {
    const bounds = { nestingMax: 8, itemsPerContainerMax: 1024 };
    for (const { name, msgpack } of [...goldenUpFrames(), ...goldenDownFrames()]) {
      for (let length = 1; length < msgpack.length; length++) {
        assert.equal(scanMsgpack(msgpack.subarray(0, length), bounds), early, `${name} cut to ${length}`);
      }
      assert.equal(scanMsgpack(Uint8Array.of(...msgpack, 0xc0), bounds), 'it goes on after its array', name);
    }
  });

  test('[§1] reads a view without looking at what lies around it', () => {
    const around = fromHex('c1c1 9204 07 c1c1');
    assert.equal(scanMsgpack(around.subarray(2, 5)), null);
    assert.equal(scanMsgpack(around.subarray(2, 4)), early);
  });
});
