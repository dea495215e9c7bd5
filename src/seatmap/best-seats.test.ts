import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { bestSeats } from './best-seats.js';
import type { BestSeatsWish } from './command.js';
import { splitPoolMax } from './split-seats.js';
import { rowsOf, wishOf } from './testing/drawn-charts.js';
import { loneSeatsBeside, mayTake, naiveBestSeats, naiveWindows } from './testing/naive-best-seats.js';
import { type Chart, chartArbitrary, mapOfChart, wishArbitrary } from './testing/small-charts.js';

const wishes = chartArbitrary({ rowsMax: 6, seatsPerRowMax: 8 }).chain((chart) =>
  fc.tuple(fc.constant(chart), wishArbitrary(chart, 5)),
);
const numRuns = 3_000;

/** So many rows that most are not looked at. */
const tallWishes = chartArbitrary({ rowsMin: 30, rowsMax: 60, seatsPerRowMax: 6 }).chain((chart) =>
  fc.tuple(fc.constant(chart), wishArbitrary(chart, 4)),
);

function chosen(chart: Chart, wish: BestSeatsWish): readonly number[] | null {
  return bestSeats(mapOfChart(chart), wish);
}

test('[best 1–8] the seats are those that brute force finds by the rules', () => {
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      assert.deepEqual(chosen(chart, wish), naiveBestSeats(chart, wish, { splitPoolMax }));
    }),
    { numRuns },
  );
  fc.assert(
    fc.property(tallWishes, ([chart, wish]) => {
      assert.deepEqual(chosen(chart, wish), naiveBestSeats(chart, wish, { splitPoolMax }));
    }),
    { numRuns: 200 },
  );
});

test('[best 1] [best 2] all seats may be taken, as many as wished are wheelchair places, and who wants to sit together does', () => {
  let choices = 0;
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      const seats = chosen(chart, wish);
      if (seats === null) return;
      choices += 1;
      assert.equal(new Set(seats).size, wish.quantity);
      assert.ok(seats.every((seat) => mayTake(chart, wish, seat)));
      const wheelchairs = seats.filter((seat) => chart.seats[seat]?.access === 'wheelchair');
      assert.equal(wheelchairs.length, wish.accessible);
      if (!wish.together) return;
      const rows = new Set(seats.map((seat) => chart.seats[seat]?.row));
      assert.equal(rows.size, 1);
      assert.equal(Math.max(...seats) - Math.min(...seats), wish.quantity - 1);
    }),
    { numRuns },
  );
  assert.ok(choices > numRuns / 10);
});

test('[best 5] a lone seat is left only where every choice of the class leaves one', () => {
  let loneSeats = 0;
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      const seats = chosen(chart, { ...wish, accessible: 0, together: true });
      if (seats === null || loneSeatsBeside(chart, seats).length === 0) return;
      loneSeats += 1;
      for (const window of naiveWindows(chart, { ...wish, accessible: 0 })) {
        assert.ok(!window.isOfClass || loneSeatsBeside(chart, window.seats).length > 0);
      }
    }),
    { numRuns },
  );
  assert.ok(loneSeats > 0);
});

test('[best 8] seats that stand together come before any split group', () => {
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      const together = chosen(chart, { ...wish, together: true });
      if (together !== null) assert.deepEqual(chosen(chart, { ...wish, together: false }), together);
    }),
    { numRuns: 1_000 },
  );
});

test('[best 1] keys that the chart does not know match nothing', () => {
  const chart = rowsOf('ggg');
  assert.equal(chosen(chart, wishOf(1, { categories: ['platinum'] })), null);
  assert.equal(chosen(chart, wishOf(1, { sections: ['balcony'] })), null);
  assert.equal(chosen(chart, wishOf(1, { categories: [] })), null);
  assert.deepEqual(chosen(chart, wishOf(1, { categories: ['platinum', 'gold'] })), [0]);
});

test('[best 1] without a layout the keys of sections match nothing either, but the empty one', () => {
  const chart: Chart = { ...rowsOf('ggg'), hasLayout: false, sections: [''] };
  assert.equal(chosen(chart, wishOf(2, { sections: ['left'] })), null);
  assert.deepEqual(chosen(chart, wishOf(2)), [0, 1]);
});

test('[best 1] wheelchair places and companion seats are for those who need them', () => {
  const chart = rowsOf('wcw');
  assert.equal(chosen(chart, wishOf(1)), null);
  assert.deepEqual(chosen(chart, wishOf(2, { accessible: 1 })), [0, 1]);
  assert.deepEqual(chosen(chart, wishOf(1, { accessible: 1 })), [0]);
  assert.equal(chosen(chart, wishOf(3, { accessible: 3 })), null);
});

test('[best 3] nobody is moved to another category to avoid a lone seat', () => {
  // The three gold seats are nearest: two of them leave one alone. The silver ones would not.
  assert.deepEqual(chosen(rowsOf('ggg', 'ss'), wishOf(2)), [0, 1]);
  assert.deepEqual(chosen(rowsOf('ggg', 'gg'), wishOf(2)), [3, 4]);
});

test('[best 3] a window of several categories is of a class of its own', () => {
  assert.deepEqual(chosen(rowsOf('-gs', '-gg', 'gsg'), wishOf(2, { near: 1 })), [1, 2]);
  assert.deepEqual(chosen(rowsOf('-gsg', '-gg-', '-gs-'), wishOf(2, { near: 1 })), [9, 10]);
});

test('[best 4] a companion seat counts for more than distance and lone seats', () => {
  assert.deepEqual(chosen(rowsOf('-wg-', '-gcwg'), wishOf(2, { accessible: 1, near: 1 })), [6, 7]);
});

test('[best 6] the nearest to the focus, or to the seat that was named', () => {
  const chart = rowsOf('gggggg', 'gggggg');
  assert.deepEqual(chosen(chart, wishOf(2)), [2, 3]);
  assert.deepEqual(chosen(chart, wishOf(2, { near: 11 })), [10, 11]);
});

test('[best 7] of equally good windows the one with the lowest seat', () => {
  assert.deepEqual(chosen(rowsOf('gg--gg'), wishOf(2)), [0, 1]);
  assert.deepEqual(chosen(rowsOf('-g-', 'g-g', '-g-'), wishOf(1, { near: 4 })), [1]);
});

test('a wish that cannot be met by any hall finds nothing', () => {
  const chart = rowsOf('gggg');
  assert.equal(chosen(chart, wishOf(1_000_000_000)), null);
  assert.equal(chosen(chart, wishOf(1_000_000_000, { together: false })), null);
  assert.equal(chosen(chart, wishOf(1, { accessible: 2 })), null);
  assert.equal(chosen(chart, wishOf(1, { near: 4 })), null);
});

test('the choice changes nothing, and is the same when asked again', () => {
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      const map = mapOfChart(chart);
      const states = [...map.states];
      const seats = bestSeats(map, wish);
      assert.deepEqual(
        bestSeats(map, { ...wish, quantity: wish.quantity + 1 })?.length ?? wish.quantity + 1,
        wish.quantity + 1,
      );
      assert.deepEqual(bestSeats(map, wish), seats);
      assert.deepEqual([...map.states], states);
    }),
  );
});

test('a long evening: best seats are held until none are left, and no seat is sold twice', () => {
  const map = mapOfChart(rowsOf('ggggggg', 'sssss', 'ggwcgg'));
  const sold: number[] = [];
  for (const quantity of [3, 2, 1]) {
    for (let seats = bestSeats(map, wishOf(quantity)); seats !== null; seats = bestSeats(map, wishOf(quantity))) {
      map.block(seats);
      sold.push(...seats);
    }
  }
  assert.equal(new Set(sold).size, sold.length);
  assert.deepEqual(
    sold.sort((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17],
  );
});
