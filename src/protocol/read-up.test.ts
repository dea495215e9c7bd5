import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { z } from 'zod';
import { upFrameSchemas } from './frame-schemas.js';
import { readUp } from './read-up.js';
import { type UpFrame, upNumbers } from './up.js';
import { upToWire } from './up-to-wire.js';

const schemas: Readonly<Record<number, z.ZodType>> = upFrameSchemas;
const reqId = z.int().min(0).max(4_294_967_295);

function fitsSchema(value: unknown): boolean {
  const number: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof number === 'number' && schemas[number]?.safeParse(value).success === true;
}

const idCharacter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'.split(''));
const someId = fc.string({ unit: idCharacter, minLength: 1, maxLength: 64 });
const someCommandId = fc.string({ unit: idCharacter, minLength: 8, maxLength: 64 });
const someReqId = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const someSeats = fc.uniqueArray(fc.maxSafeNat(), { minLength: 1, maxLength: 64 });
const someQuantity = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const plain = { noNullPrototype: true };
const command = { reqId: someReqId, eventId: someId, commandId: someCommandId };

const someFrame: fc.Arbitrary<UpFrame> = fc.oneof(
  fc.record(
    { kind: fc.constant('hello' as const), reqId: someReqId, token: fc.string(), client: fc.string() },
    { ...plain, requiredKeys: ['kind', 'reqId', 'token'] },
  ),
  fc.record(
    {
      kind: fc.constant('subscribe' as const),
      reqId: someReqId,
      eventId: someId,
      position: fc.option(fc.tuple(fc.maxSafeNat(), fc.maxSafeNat())),
    },
    plain,
  ),
  fc.record({ kind: fc.constant('unsubscribe' as const), reqId: someReqId, eventId: someId }, plain),
  fc.record({ kind: fc.constant('ping' as const), reqId: someReqId }, plain),
  fc.record({ kind: fc.constant('hold' as const), ...command, seats: someSeats }, plain),
  fc
    .record(
      {
        kind: fc.constant('holdBest' as const),
        ...command,
        quantity: someQuantity,
        categories: fc.array(fc.string()),
        sections: fc.array(fc.string()),
        together: fc.boolean(),
        accessible: fc.maxSafeNat(),
        near: fc.maxSafeNat(),
      },
      { ...plain, requiredKeys: ['kind', 'reqId', 'eventId', 'commandId', 'quantity', 'together'] },
    )
    .map((wish) => {
      if (wish.accessible !== undefined) wish.accessible %= wish.quantity + 1;
      return wish;
    }),
  fc.record({ kind: fc.constant('extend' as const), ...command, holdId: someId }, plain),
  fc.record(
    {
      kind: fc.constant('release' as const),
      ...command,
      holdId: someId,
      seats: fc.option(someSeats),
      quantity: someQuantity,
    },
    { ...plain, requiredKeys: ['kind', 'reqId', 'eventId', 'commandId', 'holdId', 'seats'] },
  ),
  fc.record(
    {
      kind: fc.constant('confirm' as const),
      ...command,
      holdId: someId,
      orderRef: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 }),
    },
    plain,
  ),
  fc.record({ kind: fc.constant('holdArea' as const), ...command, area: someId, quantity: someQuantity }, plain),
  fc.record({ kind: fc.constant('myHolds' as const), reqId: someReqId, eventId: someId }, plain),
);

/** Values that stand at some edge of what a field may be. */
const edgeValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, -1, 0, -0, 0.5, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53),
  fc.constantFrom<unknown>(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    'a',
    'a.b',
    'a\n',
    ' ~',
    '\x1f',
    '\x7f',
    'é',
    '1234567',
  ),
  fc.constantFrom<unknown>(
    '12345678',
    'e'.repeat(64),
    'e'.repeat(65),
    [],
    {},
    [[]],
    [0],
    [1, 1],
    [0, -0],
    [3, 4, 5],
    10n,
  ),
  fc.constantFrom<unknown>(new Uint8Array(2), { token: 't' }, { quantity: 1 }, { area: 'a', quantity: 2 }),
  fc.integer({ min: 0, max: 17 }),
  fc.constantFrom(63, 64, 65).map((length) => Array.from({ length }, (_, seat) => seat)),
  fc.anything(),
);

interface Spot {
  readonly container: unknown[] | Record<string, unknown>;
  readonly key: string;
}

/** Every place in the frame where a value stands. */
function spotsOf(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const container = value as Record<string, unknown>;
  return Object.keys(container).flatMap((key) => {
    const spot: Spot = { container, key };
    return [spot].concat(spotsOf(container[key]));
  });
}

/** A frame with some of its values replaced, removed or followed by another. */
const nearlyAFrame = fc
  .tuple(
    someFrame,
    fc.array(fc.record({ at: fc.nat(), act: fc.constantFrom('replace', 'remove', 'append'), value: edgeValue }), {
      maxLength: 3,
    }),
  )
  .map(([valid, edits]) => {
    const wire = structuredClone(upToWire(valid)) as unknown[];
    for (const { at, act, value: shared } of edits) {
      const value: unknown = structuredClone(shared);
      const spots = spotsOf(wire);
      const spot = spots[at % spots.length];
      if (spot === undefined) continue;
      const { container, key } = spot;
      if (act === 'append' && Array.isArray(container)) container.push(value);
      else if (act === 'remove' && Array.isArray(container)) container.splice(Number(key), 1);
      else if (act === 'remove') delete (container as Record<string, unknown>)[key];
      else (container as Record<string, unknown>)[key] = value;
    }
    return wire;
  });

describe('readUp', () => {
  test('[§2] reads back every frame that upToWire writes', () => {
    fc.assert(
      fc.property(someFrame, (sent) => {
        assert.deepEqual(readUp(upToWire(sent)), sent);
      }),
    );
  });

  test('[§1] upToWire leaves absent fields out: no undefined anywhere', () => {
    fc.assert(
      fc.property(someFrame, (sent) => {
        const wire = upToWire(sent);
        assert.ok(
          spotsOf(wire).every(({ container, key }) => (container as Record<string, unknown>)[key] !== undefined),
        );
      }),
    );
  });

  test('[§2] accepts exactly what the schema accepts', () => {
    const seen = { accepted: 0, rejected: 0 };
    fc.assert(
      fc.property(nearlyAFrame, (value) => {
        const accepted = readUp(value).kind !== 'bad';
        seen[accepted ? 'accepted' : 'rejected'] += 1;
        assert.equal(accepted, fitsSchema(value));
      }),
      { numRuns: 5_000 },
    );
    assert.ok(seen.accepted > 500 && seen.rejected > 500, `both sides are met: ${JSON.stringify(seen)}`);
  });

  test('[§1] reads anything at all without throwing, as the schema does', () => {
    fc.assert(
      fc.property(fc.oneof(edgeValue, fc.array(edgeValue)), (value) => {
        assert.equal(readUp(value).kind !== 'bad', fitsSchema(value));
      }),
      { numRuns: 2_000 },
    );
  });

  test('[§1] a bad frame carries its own reqId where that is valid, else 0', () => {
    fc.assert(
      fc.property(nearlyAFrame, (value) => {
        const reading = readUp(value);
        if (reading.kind === 'bad') assert.equal(reading.reqId, reqId.safeParse(value[1]).success ? value[1] : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('[§2] the schema of this test knows every frame', () => {
    assert.deepEqual(Object.values(upNumbers).sort(byValue), Object.keys(schemas).map(Number).sort(byValue));
  });

  for (const [value, message] of [
    [{}, 'Cannot read the message as it is not an array'],
    [[10, -1], 'Cannot read frame 10 as its reqId is not an unsigned 32-bit integer'],
    [['x', 1], 'Cannot read the frame as clients send no frame of that number'],
    [[99, 1], 'Cannot read frame 99 as clients send no frame of that number'],
    [
      [10, 1, 'e', 'cmd-00000001', [7, 7]],
      'Cannot read frame 10 as its seats are not a list of distinct non-negative integers',
    ],
    [
      [10, 1, 'e', 'short', [7]],
      'Cannot read frame 10 as its commandId is not 8 to 64 characters out of A-Z a-z 0-9 _ -',
    ],
    [
      [14, 1, 'e', 'cmd-00000001', 'H1-1', {}],
      'Cannot read frame 14 as its orderRef is not 1 to 64 printable ASCII characters',
    ],
  ] as const) {
    test(`[§1] says what is wrong: ${message}`, () => {
      const reading = readUp(value);
      assert.equal(reading.kind === 'bad' ? reading.message : '', message);
    });
  }
});

function byValue(a: number, b: number): number {
  return a - b;
}
