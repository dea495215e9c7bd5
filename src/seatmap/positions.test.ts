import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvariantError } from '../lib/assert.js';
import { decodePositions, encodePositions } from './positions.js';

test('positions are what was written, whatever they are', () => {
  const coordinate = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(coordinate, coordinate)), (seats) => {
      assert.deepEqual([...decodePositions(encodePositions(seats.flat()), seats.length)], seats.flat());
    }),
  );
});

test('seats of a row take some three bytes each', () => {
  const row = Array.from({ length: 1000 }, (_, seat) => [seat * 100, Math.round(10 * Math.sin(seat / 50))]).flat();
  assert.ok(encodePositions(row).length < 1000 * 5);
});

test('a text for fewer or more seats is refused', () => {
  const text = encodePositions([1, 2, 300, 400]);
  assert.throws(() => decodePositions(text, 3), InvariantError);
  assert.throws(() => decodePositions(text, 1), InvariantError);
});
