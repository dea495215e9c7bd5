import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { BestSeatsWish } from './command.js';
import { choiceOfWish } from './seating-choice.js';
import { splitPoolMax, splitSeats } from './split-seats.js';
import { rowsOf, wishOf } from './testing/drawn-charts.js';
import { mayTake, naiveSplit } from './testing/naive-best-seats.js';
import { type Chart, type ChartSeat, chartArbitrary, mapOfChart, wishArbitrary } from './testing/small-charts.js';

const wishes = chartArbitrary({ rowsMax: 6, seatsPerRowMax: 8 }).chain((chart) =>
  fc.tuple(fc.constant(chart), wishArbitrary(chart, 8)),
);
const numRuns = 2_000;

function split(chart: Chart, wish: BestSeatsWish): readonly number[] | null {
  const choice = choiceOfWish(mapOfChart(chart), wish);
  return choice === null ? null : splitSeats(choice);
}

test('[split 1–4] the group is the one that brute force finds by the rules', () => {
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      assert.deepEqual(split(chart, wish), naiveSplit(chart, wish, { splitPoolMax }));
    }),
    { numRuns },
  );
});

test('[split 1] [split 2] all seats may be taken, and as many as wished are wheelchair places', () => {
  let groups = 0;
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      const seats = split(chart, wish);
      const available = [...chart.seats.keys()].filter((seat) => mayTake(chart, wish, seat));
      const wheelchairs = available.filter((seat) => chart.seats[seat]?.access === 'wheelchair').length;
      const isPossible =
        wheelchairs >= wish.accessible && available.length - wheelchairs >= wish.quantity - wish.accessible;
      assert.equal(seats !== null, isPossible);
      if (seats === null) return;
      groups += 1;
      assert.equal(new Set(seats).size, wish.quantity);
      assert.ok(seats.every((seat) => available.includes(seat)));
      const taken = seats.filter((seat) => chart.seats[seat]?.access === 'wheelchair');
      assert.equal(taken.length, wish.accessible);
    }),
    { numRuns },
  );
  assert.ok(groups > numRuns / 10);
});

/** Scattered blocks of scattered seats, too many to look at all. */
const crowdArbitrary = fc
  .array(
    fc.record({
      x: fc.nat(20_000),
      y: fc.nat(20_000),
      seats: fc.array(fc.record({ x: fc.nat(1_000), y: fc.nat(1_000), isWheelchair: fc.constantFrom(false, true) }), {
        minLength: 4,
        maxLength: 8,
      }),
    }),
    { minLength: splitPoolMax / 2, maxLength: splitPoolMax / 2 },
  )
  .map((blocks): Chart => {
    const seats = blocks.flatMap((block, row) =>
      block.seats.map(({ x, y, isWheelchair }): ChartSeat => {
        const access = isWheelchair ? 'wheelchair' : 'ordinary';
        return { row, section: 0, category: 0, x: block.x + x, y: block.y + y, access, state: 'free' };
      }),
    );
    return { focus: [10_000, 10_000], categories: ['gold'], sections: ['field'], seats, hasLayout: true };
  });

test('[split 1] of a crowd the nearest ones are looked at', () => {
  fc.assert(
    fc.property(crowdArbitrary, fc.integer({ min: 2, max: 50 }), fc.nat(2), (chart, quantity, accessible) => {
      const wish = wishOf(quantity, { accessible });
      assert.deepEqual(split(chart, wish), naiveSplit(chart, wish, { splitPoolMax }));
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

test('[split 3] they sit close to each other, rather than close to the stage', () => {
  assert.deepEqual(split(rowsOf('g--g--g', '-------', 'gg-----', '-g-----'), wishOf(3)), [14, 15, 22]);
});

test('[split 3] nobody sits far away alone where two and two are possible', () => {
  const away = Array.from({ length: 5 }, () => '----------');
  assert.deepEqual(split(rowsOf('ggg------g', ...away, 'gg--gg----'), wishOf(4)), [60, 61, 64, 65]);
});

test('[split 3] equal shapes are equal though their rows are not drawn quite alike', () => {
  const chart = rowsOf('g|g-----', '--------', '-----g|g');
  const stretched = chart.seats.map(({ x, ...seat }) => ({ ...seat, x: seat.row < 2 ? x * 1.02 : x }));
  assert.deepEqual(split({ ...chart, seats: stretched }, wishOf(2)), [0, 1]);
});

test('[split 4] of equally close groups the one nearest to the stage or to the seat that was named, then the lowest', () => {
  const chart = rowsOf('-g---g-', 'g-----g', '-g---g-');
  assert.deepEqual(split(chart, wishOf(2)), [1, 7]);
  assert.deepEqual(split(chart, wishOf(2, { near: 19 })), [13, 19]);
});
