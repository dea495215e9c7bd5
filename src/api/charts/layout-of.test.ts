import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { decodePositions } from '../../seatmap/positions.js';
import { smallChart } from '../testing/small-chart.js';
import { blocksOf, isInOrder } from './blocks.js';
import { readChart } from './chart.js';
import { categoryRuns, layoutOf } from './layout-of.js';
import { arbitraryChart } from './testing/arbitrary-chart.js';
import { manySeats } from './testing/many-seats.js';

const at = (...xs: number[]) => xs.map((x) => ({ x, y: 0 }));

describe('the blocks of a row', () => {
  const rows: [what: string, xs: number[], blocks: number[]][] = [
    ['no seat', [], []],
    ['one seat', [5], [1]],
    ['two seats, however far apart: their gap is the pitch', [0, 500], [2]],
    ['an even row', [0, 10, 20, 30], [4]],
    ['an aisle', [0, 10, 20, 50, 60], [3, 2]],
    ['one seat beyond an aisle', [0, 10, 30], [2, 1]],
    ['1.75 pitches are no aisle', [0, 10, 20, 37.5], [4]],
    ['more are', [0, 10, 20, 37.6], [3, 1]],
    ['from right to left', [60, 50, 20, 10, 0], [2, 3]],
    ['numbers that jump: neighbours in the list stand apart', [0, 40, 10, 30, 20], [1, 1, 1, 2]],
    ['seats on one spot', [3, 3, 3], [3]],
  ];
  for (const [what, xs, blocks] of rows) test(what, () => assert.deepEqual(blocksOf(at(...xs)), blocks));

  test('a row that bends back on itself is one block', () => {
    const horseshoe = Array.from({ length: 31 }, (_, seat) => {
      const angle = (seat / 30) * 1.8 * Math.PI;
      return { x: 100 * Math.cos(angle), y: 100 * Math.sin(angle) };
    });
    assert.deepEqual(blocksOf(horseshoe), [31]);
    assert.equal(isInOrder(horseshoe), true);
  });

  test('in order, or not', () => {
    for (const xs of [[], [1], [0, 10, 20], [20, 10, 0], [0, 10, 40, 50]]) assert.equal(isInOrder(at(...xs)), true);
    for (const xs of [
      [0, 40, 10, 30, 20],
      [0, 20, 40, 10, 30],
    ]) {
      assert.equal(isInOrder(at(...xs)), false);
    }
  });
});

describe('the layout of a chart', () => {
  test('runs and blocks cover every seat, positions are tenths of the unit', () => {
    fc.assert(
      fc.property(arbitraryChart, (given) => {
        const { chart, seatCount } = readChart(given);
        const layout = layoutOf(chart);
        if (layout === null) return assert.equal(seatCount, 0);
        const sum = (counts: readonly number[]): number => counts.reduce((so, count) => so + count, 0);
        assert.equal(sum(layout.blocks), seatCount);
        assert.equal(sum(layout.seatSections.map(([, seats]) => seats)), seatCount);
        assert.equal(sum(layout.seatAccess.map(([, seats]) => seats)), seatCount);
        assert.equal(sum(categoryRuns(chart).map(([, seats]) => seats)), seatCount);
        const seats = chart.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats));
        const tenths = seats.flatMap(({ x, y }) => [Math.round(x * 10), Math.round(y * 10)]);
        // An Int32Array knows no -0.
        assert.deepEqual([...decodePositions(layout.positions, seatCount)], [...Int32Array.from(tenths)]);
      }),
    );
  });

  test('of the small chart, to the letter', () => {
    const { positions, ...layout } = layoutOf(smallChart()) ?? assert.fail('no layout');
    assert.equal(typeof positions, 'string');
    assert.deepEqual(layout, {
      focus: [500, 0],
      sections: ['stalls', 'balcony'],
      seatSections: [
        [0, 4],
        [1, 1],
      ],
      blocks: [2, 2, 1],
      seatAccess: [
        [0, 1],
        [1, 1],
        [0, 3],
      ],
    });
    assert.deepEqual(categoryRuns(smallChart()), [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('its focus is the focal point where there is one', () => {
    assert.deepEqual(layoutOf({ ...smallChart(), focalPoint: { x: 12.34, y: -5 } })?.focus, [123, -50]);
  });

  test('no seats, no layout', () => assert.equal(layoutOf({ ...smallChart(), sections: [] }), null));

  test('is short: some bytes a seat', () => {
    assert.ok(JSON.stringify(layoutOf(manySeats(100, 100))).length < 100 * 100 * 5);
  });
});
