import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import type { Chart } from './catalogue.js';
import { type Direction, Hall } from './hall.js';

/** Rows of seats 20 apart, rows 30 apart, the first at (100, 200). Seat index = row × columns + column. */
function grid(rows: number, columns: number): Chart {
  return {
    name: 'grid',
    size: { width: 1000, height: 1000 },
    categories: [],
    sections: [
      {
        key: 'only',
        name: 'Only',
        rows: Array.from({ length: rows }, (_, row) => ({
          label: String.fromCharCode(65 + row),
          seats: Array.from({ length: columns }, (__, column) => ({
            index: row * columns + column,
            label: String(column + 1),
            x: 100 + column * 20,
            y: 200 + row * 30,
            category: 'c',
          })),
        })),
      },
    ],
    drawing: [
      { shape: 'rectangle', x: 90, y: 100, width: 60, height: 40, text: 'Stage' },
      { shape: 'hexagon', x: 0, y: 0 },
      { shape: 'rectangle', x: 'far', y: 0, width: 1, height: 1 },
      null,
    ],
  };
}

test('the hall is cropped to what is drawn, with room for row labels', () => {
  const hall = new Hall(grid(2, 3));
  const margin = hall.pitch * 2.5;
  assert.equal(hall.pitch, 20);
  assert.deepEqual(hall.shapes, [{ x: margin, y: margin, width: 60, height: 40, text: 'Stage' }]);
  assert.deepEqual([hall.width, hall.height], [60 + 2 * margin, 130 + 2 * margin]);
  const [label] = hall.rowLabels;
  const first = must(hall.seats[0], 'a seat');
  assert.deepEqual(label, { text: 'A', x: first.x - 20, y: first.y });
});

test('a chart with one seat, without a drawing and without row labels, is a hall too', () => {
  const chart = grid(1, 1);
  const rows = [{ label: '', seats: must(chart.sections[0]?.rows[0], 'a row').seats }];
  const hall = new Hall({ ...chart, drawing: undefined, sections: [{ key: 'k', name: 'n', rows }] });
  assert.equal(hall.seats.length, 1);
  assert.deepEqual(hall.rowLabels, []);
  assert.ok(hall.width > 0 && hall.height > 0);
});

test('the nearest seat is found within its distance, and none beyond', () => {
  const hall = new Hall(grid(4, 5));
  const seat = must(hall.seats[7], 'a seat');
  assert.equal(hall.nearest(seat.x + 8, seat.y - 5, 15)?.index, 7);
  assert.equal(hall.nearest(-500, -500, 15), null);
});

test('arrow keys walk a grid as the eye does, and stop at its edges', () => {
  const columns = 6;
  const hall = new Hall(grid(5, columns));
  const steps: Record<Direction, [row: number, column: number]> = {
    left: [0, -1],
    right: [0, 1],
    up: [-1, 0],
    down: [1, 0],
  };
  fc.assert(
    fc.property(fc.nat(29), fc.constantFrom<Direction[]>('left', 'right', 'up', 'down'), (index, direction) => {
      const row = Math.floor(index / columns) + steps[direction][0];
      const column = (index % columns) + steps[direction][1];
      const isInside = row >= 0 && row < 5 && column >= 0 && column < columns;
      const next = hall.neighbour(must(hall.seats[index], 'a seat'), direction);
      assert.equal(next?.index ?? null, isInside ? row * columns + column : null);
    }),
  );
});
