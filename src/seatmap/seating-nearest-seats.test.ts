import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { NearestSeats } from './seating-nearest-seats.js';

const offers = fc.uniqueArray(fc.record({ seat: fc.nat(100), distance: fc.nat(20) }), { selector: ({ seat }) => seat });

test('the nearest of all offered seats are kept in order, of equally near ones the lower', () => {
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 25 }), (all, capacity, reach) => {
      const nearest = new NearestSeats(capacity);
      nearest.offer(7, 3);
      nearest.clear(reach);
      for (const { seat, distance } of all) nearest.offer(seat, distance);
      const expected = all
        .filter(({ distance }) => distance <= reach)
        .sort((one, other) => one.distance - other.distance || one.seat - other.seat)
        .slice(0, capacity)
        .map(({ seat, distance }) => ({ seat, distance }));
      assert.equal(nearest.size, expected.length);
      assert.equal(nearest.isFull, expected.length === capacity);
      const kept = expected.map((_, index) => ({ seat: nearest.seats[index], distance: nearest.distances[index] }));
      assert.deepEqual(kept, expected);
      assert.equal(nearest.reach, nearest.isFull ? expected.at(-1)?.distance : reach);
    }),
  );
});
