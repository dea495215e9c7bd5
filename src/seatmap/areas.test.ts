import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { Areas } from './areas.js';
import { seatStates } from './seat-state.js';

const { free, held, booked, blocked } = seatStates;
const twoAreas = (): Areas =>
  new Areas([
    { area: 'floor', capacity: 10, category: 1 },
    { area: 'box', capacity: 3, category: 0 },
  ]);

test('areas are in the chart’s order, all places free at first', () => {
  const areas = twoAreas();
  assert.deepEqual(areas.all(), [
    ['floor', 10, 0, 0, 0],
    ['box', 3, 0, 0, 0],
  ]);
  assert.deepEqual([areas.count, areas.indexOf('box'), areas.indexOf('nowhere')], [2, 1, -1]);
  assert.deepEqual([areas.idOf(1), areas.categoryOf(1), areas.freeOf(1)], ['box', 0, 3]);
});

test('[I11] what leaves one counter enters the other, of that area alone', () => {
  const areas = twoAreas();
  areas.move(0, free, held, 7);
  areas.move(0, held, booked, 4);
  areas.move(0, free, blocked, 3);
  assert.deepEqual(areas.countsOf(0), ['floor', 0, 3, 4, 3]);
  areas.move(0, booked, free, 4);
  assert.deepEqual(areas.countsOf(0), ['floor', 4, 3, 0, 3]);
  assert.deepEqual(areas.countsOf(1), ['box', 3, 0, 0, 0]);
  areas.check();
});

test('[I11] no counter falls below 0, and no part of a place moves', () => {
  const areas = twoAreas();
  areas.move(1, free, held, 2);
  const misfits: (readonly [number, 0 | 1 | 2 | 3, 0 | 1 | 2 | 3, number])[] = [
    [1, free, held, 2],
    [1, held, free, 3],
    [1, booked, free, 1],
    [1, free, held, 0],
    [1, free, held, -1],
    [1, free, held, 0.5],
    [1, free, held, Number.NaN],
    [2, free, held, 1],
    [-1, free, held, 1],
  ];
  for (const misfit of misfits) assert.throws(() => areas.move(...misfit), InvariantError, misfit.join());
  assert.deepEqual(areas.countsOf(1), ['box', 1, 2, 0, 0]);
});

test('an event without areas has no columns for them', () => {
  const areas = new Areas([]);
  assert.deepEqual([areas.count, areas.byteLength, areas.all()], [0, 0, []]);
});
