import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { alternativesTo, alternativesToBest, examinedSeatsMax, examinedSeatsOfBlockMax } from './alternatives.js';
import { splitPoolMax } from './split-seats.js';
import { rowsOf, wishOf } from './testing/drawn-charts.js';
import { Hall, roomyConfigurationOf } from './testing/hall.js';
import { naiveAlternatives, naiveSplit } from './testing/naive-best-seats.js';
import { type Chart, chartArbitrary, mapOfChart, wishArbitrary } from './testing/small-charts.js';

const charts = chartArbitrary({ rowsMax: 8, seatsPerRowMax: 10 });
/** So many rows that most are not looked at. */
const tallCharts = chartArbitrary({ rowsMin: 30, rowsMax: 60, seatsPerRowMax: 6 });
const requests = requestsOf(charts);
const numRuns = 3_000;

/** A few seats, side by side or scattered. */
function requestsOf(from: fc.Arbitrary<Chart>): fc.Arbitrary<[Chart, number[]]> {
  return from.chain((chart) => {
    const seat = fc.nat(chart.seats.length - 1);
    const run = fc.tuple(seat, fc.integer({ min: 1, max: 4 })).map(([first, length]) => {
      const seats = Array.from({ length }, (_, index) => first + index);
      return seats.filter((one) => one < chart.seats.length);
    });
    return fc.tuple(fc.constant(chart), fc.oneof(run, fc.uniqueArray(seat, { minLength: 1, maxLength: 4 })));
  });
}

function offered(chart: Chart, seats: readonly number[]): readonly (readonly number[])[] {
  return alternativesTo(mapOfChart(chart), seats);
}

test('[alternatives 1–3] they are those that brute force finds by the rules', () => {
  fc.assert(
    fc.property(requests, ([chart, seats]) => {
      assert.deepEqual(offered(chart, seats), naiveAlternatives(chart, seats));
    }),
    { numRuns },
  );
  fc.assert(
    fc.property(requestsOf(tallCharts), ([chart, seats]) => {
      assert.deepEqual(offered(chart, seats), naiveAlternatives(chart, seats));
    }),
    { numRuns: 200 },
  );
});

test('[alternatives 1] up to three, free, of the size and the categories of the request, sharing no seat, the nearest first', () => {
  let offers = 0;
  fc.assert(
    fc.property(requests, ([chart, requested]) => {
      const alternatives = offered(chart, requested);
      offers += alternatives.length;
      assert.ok(alternatives.length <= 3);
      assert.equal(new Set(alternatives.flat()).size, alternatives.length * requested.length);
      const of = (seats: readonly number[]) => seats.map((seat) => chart.seats[seat]);
      const categories = new Set(of(requested).map((seat) => seat?.category));
      const distances = alternatives.map((seats) => {
        assert.ok(of(seats).every((seat) => seat?.state === 'free' && categories.has(seat.category)));
        assert.equal(new Set(of(seats).map((seat) => seat?.row)).size, 1);
        const sum = (all: readonly number[], axis: 'x' | 'y') =>
          of(all).reduce((total, seat) => total + (seat?.[axis] ?? Number.NaN), 0);
        // Squared: whole numbers, so that two that are equally far compare as equal.
        return (sum(seats, 'x') - sum(requested, 'x')) ** 2 + (sum(seats, 'y') - sum(requested, 'y')) ** 2;
      });
      assert.deepEqual(
        distances,
        [...distances].sort((one, other) => one - other),
      );
    }),
    { numRuns },
  );
  assert.ok(offers > numRuns / 2);
});

test('[alternatives 1] wheelchair places and companion seats are offered only to those who asked for such', () => {
  fc.assert(
    fc.property(requests, ([chart, requested]) => {
      const count = (seats: readonly number[], kind: string): number =>
        seats.filter((seat) => chart.seats[seat]?.access === kind).length;
      for (const seats of offered(chart, requested)) {
        assert.equal(count(seats, 'wheelchair'), count(requested, 'wheelchair'));
        if (count(requested, 'ordinary') === requested.length) assert.equal(count(seats, 'companion'), 0);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('[alternatives 2] of equally near ones that which leaves no seat alone', () => {
  assert.deepEqual(offered(rowsOf('-ggg--gg'), [4, 5]), [
    [6, 7],
    [2, 3],
  ]);
  assert.deepEqual(offered(rowsOf('gggg-', 'ggggg'), [0, 4]), [
    [2, 3],
    [6, 7],
    [0, 1],
  ]);
});

test('[alternatives 3] requested seats that are free may be offered again, with others', () => {
  assert.deepEqual(offered(rowsOf('-gg-'), [0, 1]), [[1, 2]]);
});

test('[alternatives 4] of a very long row only so many seats are looked at, around the request', () => {
  const seatCount = examinedSeatsOfBlockMax * 4;
  const reach = examinedSeatsOfBlockMax / 2;
  const hall = new Hall(roomyConfigurationOf(seatCount));
  const middle = seatCount / 2;
  hall.block(...Array.from({ length: reach * 2 }, (_, index) => middle - reach + index));
  assert.deepEqual(alternativesTo(hall.map, [middle]), []);
  hall.unblock(middle + reach - 1, middle - reach);
  assert.deepEqual(alternativesTo(hall.map, [middle]), [[middle + reach - 1], [middle - reach]]);
});

test('[alternatives 4] rows are looked at from the request outwards', () => {
  const width = examinedSeatsMax / 16;
  const lines = Array.from({ length: 40 }, (_, line) => (line === 0 ? 'g' : '-').repeat(width));
  const map = mapOfChart(rowsOf(...lines));
  const isReached = (line: number): boolean => alternativesTo(map, [line * width + 5]).length > 0;
  assert.ok(isReached(7));
  assert.ok(!isReached(9));
});

test('a request for nothing, or for more than is free, gets no alternatives', () => {
  assert.deepEqual(offered(rowsOf('ggg'), []), []);
  assert.deepEqual(offered(rowsOf('g--'), [1, 2]), []);
});

test('[alternatives to best] who wants to sit together is offered the split group, and nobody else anything', () => {
  const wishes = charts.chain((chart) => fc.tuple(fc.constant(chart), wishArbitrary(chart, 6)));
  fc.assert(
    fc.property(wishes, ([chart, wish]) => {
      const group = wish.together ? naiveSplit(chart, wish, { splitPoolMax }) : null;
      assert.deepEqual(alternativesToBest(mapOfChart(chart), wish), group === null ? [] : [group]);
    }),
    { numRuns: 1_000 },
  );
  assert.deepEqual(alternativesToBest(mapOfChart(rowsOf('gg', 'gg')), wishOf(4)), [[0, 1, 2, 3]]);
});
