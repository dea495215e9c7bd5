import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import type { Chart } from '../client/client.js';
import { type Direction, Hall } from './hall.js';

/** Rows of seats 20 apart, rows 30 apart, the first at (100, 200). Seat index = row × columns + column. */
function grid(rows: number, columns: number): Chart {
  return {
    chartVersion: 1,
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
    areas: [],
    drawing: [{ shape: 'rectangle', x: 90, y: 100, width: 60, height: 40, text: 'Stage' }],
  };
}

test('the hall is cropped to what is drawn, with room for row labels', () => {
  const hall = new Hall(grid(2, 3));
  const margin = hall.pitch * 2.5;
  assert.equal(hall.pitch, 20);
  assert.deepEqual(
    hall.drawing.map(({ shape }) => shape),
    [{ kind: 'rectangle', x: margin, y: margin, width: 60, height: 40 }],
  );
  assert.deepEqual([hall.width, hall.height], [60 + 2 * margin, 130 + 2 * margin]);
  const [label] = hall.rowLabels.within({ left: 0, top: 0, right: hall.width, bottom: hall.height });
  const first = must(hall.seats[0], 'a seat');
  assert.deepEqual(label, { text: 'A', x: first.x - 20, y: first.y });
});

test('a chart with one seat, without a drawing and without row labels, is a hall too', () => {
  const chart = grid(1, 1);
  const rows = [{ label: '', seats: must(chart.sections[0]?.rows[0], 'a row').seats }];
  const hall = new Hall({ ...chart, drawing: undefined, sections: [{ key: 'k', name: 'n', rows }] });
  assert.equal(hall.seats.length, 1);
  assert.deepEqual(hall.rowLabels.within({ left: 0, top: 0, right: hall.width, bottom: hall.height }), []);
  assert.ok(hall.width > 0 && hall.height > 0);
});

test('a hall may be all standing: its areas are found where they lie', () => {
  const shape = { type: 'ellipse', x: 500, y: 500, radiusX: 100, radiusY: 50 } as const;
  const hall = new Hall({
    ...grid(0, 0),
    drawing: [],
    sections: [],
    areas: [{ area: 'pit', name: 'Pit', capacity: 300, category: 'c', shape }],
  });
  const margin = hall.pitch * 2.5;
  assert.deepEqual([hall.width, hall.height], [200 + 2 * margin, 100 + 2 * margin]);
  assert.equal(hall.areaAt({ x: hall.width / 2, y: hall.height / 2 })?.area, 'pit');
  assert.equal(hall.areaAt({ x: margin + 1, y: margin + 1 }), null);
  assert.equal(hall.nearest(0, 0, Number.POSITIVE_INFINITY), null);
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
