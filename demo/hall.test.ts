import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chart, ChartSeat, SeatState } from 'usher/client';
import * as fc from 'fast-check';
import { seededRandom } from '../src/sim/seeded-random.js';
import { Hall, type SeenMap } from './hall.js';

/** Two rows of ten with an aisle in the middle, and two areas. */
const rows = [0, 1].map((row) => ({
  label: String(row),
  seats: Array.from({ length: 10 }, (_, at): ChartSeat => {
    return { index: row * 10 + at, label: String(at), x: at * 10 + (at < 5 ? 0 : 30), y: row * 10, category: 'all' };
  }),
}));
const shape = { type: 'rectangle', x: 0, y: 0, width: 1, height: 1 } as const;
const chart: Chart = {
  chartVersion: 1,
  name: 'Hall',
  size: { width: 130, height: 20 },
  categories: [{ key: 'all', name: 'All', color: 'teal' }],
  sections: [{ key: 's', name: 'S', rows }],
  areas: ['pit', 'bar'].map((area) => ({ area, name: area, capacity: 100, category: 'all', shape })),
};

function mapOf(states: readonly SeatState[], free: Readonly<Record<string, number>> = {}): SeenMap {
  return {
    state: (seat) => states[seat] ?? 'blocked',
    areaOf: (area) => ({ area, free: free[area] ?? 0, held: 0, booked: 0, blocked: 0 }),
  };
}

const someStates = fc.array(fc.constantFrom<SeatState[]>('free', 'free', 'held', 'booked', 'blocked'), {
  minLength: 20,
  maxLength: 20,
});

test('seats chosen by hand are free and side by side with no aisle between; none where there are none', () => {
  fc.assert(
    fc.property(someStates, fc.integer({ min: 1, max: 6 }), fc.nat(), (states, quantity, seed) => {
      const chosen = new Hall(chart).chooseByHand(mapOf(states), quantity, seededRandom(seed));
      const blocks = [0, 5, 10, 15].map((first) => states.slice(first, first + 5));
      const isThere = blocks.some((block) =>
        block.some((_, at) => at + quantity <= 5 && block.slice(at, at + quantity).every((state) => state === 'free')),
      );
      assert.equal(chosen !== null, isThere);
      if (chosen === null) return;
      assert.equal(chosen.length, quantity);
      const [first = 0] = chosen;
      assert.deepEqual(
        chosen,
        Array.from({ length: quantity }, (_, at) => first + at),
      );
      assert.equal(Math.floor(first / 5), Math.floor((first + quantity - 1) / 5));
      assert.ok(chosen.every((seat) => states[seat] === 'free'));
    }),
  );
});

test('an area is chosen only where all of them have room', () => {
  const hall = new Hall(chart);
  assert.equal(hall.chooseArea(mapOf([], { pit: 3, bar: 1 }), 2, seededRandom(1)), 'pit');
  assert.equal(hall.chooseArea(mapOf([], { pit: 1, bar: 1 }), 2, seededRandom(1)), null);
});

test('knows what the hall has', () => {
  const hall = new Hall(chart);
  assert.deepEqual([hall.hasSeats, hall.hasAreas, hall.hasWheelchairPlaces], [true, true, false]);
  const [section] = chart.sections;
  const seat: ChartSeat = { index: 0, label: '1', x: 0, y: 0, category: 'all', accessible: 'wheelchair' };
  const sections = [{ key: 's', name: section?.name ?? '', rows: [{ label: '', seats: [seat] }] }];
  assert.equal(new Hall({ ...chart, sections }).hasWheelchairPlaces, true);
  const empty = new Hall({ ...chart, sections: [] });
  assert.equal(empty.hasSeats, false);
  assert.equal(empty.chooseByHand(mapOf([]), 1, seededRandom(1)), null);
});
