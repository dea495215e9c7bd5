import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SeatGrid } from './seat-grid.js';
import { boundsOf, contains, moved, readDrawing, type Shape, shapeOfArea, textPlaceOf } from './shape.js';

const triangle: Shape = {
  kind: 'polygon',
  points: [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 0, y: 10 },
  ],
};
const shapes: Readonly<Record<string, Shape>> = {
  rectangle: { kind: 'rectangle', x: -5, y: 2, width: 20, height: 8 },
  ellipse: { kind: 'ellipse', x: 3, y: 4, radiusX: 6, radiusY: 2 },
  triangle,
};

for (const [name, shape] of Object.entries(shapes)) {
  test(`what a ${name} contains lies within its bounds, also where it is moved to`, () => {
    const coordinate = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x, y, dx, dy) => {
        const { left, top, right, bottom } = boundsOf(shape);
        const isInside = contains(shape, { x, y });
        if (isInside) assert.ok(x >= left && x <= right && y >= top && y <= bottom);
        const there = boundsOf(moved(shape, dx, dy));
        assert.ok(Math.abs(there.left - left - dx) < 1e-9 && Math.abs(there.bottom - bottom - dy) < 1e-9);
      }),
    );
  });
}

test('a polygon contains what lies on its side of each edge', () => {
  assert.ok(contains(triangle, { x: 2, y: 2 }));
  assert.ok(!contains(triangle, { x: 6, y: 6 }));
  assert.ok(!contains(triangle, { x: -1, y: 5 }));
});

test('a text stands inside a bent shape, where it has most room', () => {
  const ring: Shape = {
    kind: 'polygon',
    points: [
      [0, 0],
      [10, 0],
      [10, 80],
      [90, 80],
      [90, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ].map(([x = 0, y = 0]) => ({ x, y })),
  };
  const place = textPlaceOf(ring);
  assert.ok(contains(ring, place));
  assert.ok(place.y > 80 && place.width > 50 && place.height > 10, JSON.stringify(place));
  assert.deepEqual(textPlaceOf({ kind: 'rectangle', x: 0, y: 0, width: 10, height: 4 }), {
    x: 5,
    y: 2,
    width: 10,
    height: 4,
  });
});

test("an area's shape is taken as the chart has it", () => {
  assert.deepEqual(shapeOfArea({ type: 'ellipse', x: 1, y: 2, radiusX: 3, radiusY: 4 }), {
    kind: 'ellipse',
    x: 1,
    y: 2,
    radiusX: 3,
    radiusY: 4,
  });
  assert.deepEqual(
    shapeOfArea({
      type: 'polygon',
      points: [
        [0, 0],
        [10, 0],
        [0, 10],
      ],
    }),
    triangle,
  );
});

test('of a drawing, what we know how to draw is drawn, and everything else passed over', () => {
  const plain = { text: '', color: null, borderColor: null, size: null, rotation: 0 };
  assert.deepEqual(
    readDrawing([
      { shape: 'rectangle', x: 1, y: 2, width: 3, height: 4, text: 'Stage', color: '#eee' },
      { shape: 'text', x: 1, y: 2, text: 'Bar', size: 5, rotation: 90 },
      { shape: 'hexagon', x: 0, y: 0 },
      { shape: 'rectangle', x: 'far', y: 0, width: 1, height: 1 },
      { shape: 'polygon', points: [[0, 0], [1]] },
      null,
    ]),
    [
      { ...plain, shape: { kind: 'rectangle', x: 1, y: 2, width: 3, height: 4 }, text: 'Stage', color: '#eee' },
      { ...plain, shape: { kind: 'text', x: 1, y: 2 }, text: 'Bar', size: 5, rotation: 90 },
    ],
  );
  assert.deepEqual(readDrawing({ shape: 'rectangle' }), []);
  assert.deepEqual(readDrawing(undefined), []);
});

test('a grid finds exactly what lies in a box', () => {
  const point = fc.record({ x: fc.integer({ min: -50, max: 50 }), y: fc.integer({ min: -50, max: 50 }) });
  fc.assert(
    fc.property(
      fc.array(point),
      point,
      fc.nat(60),
      fc.nat(60),
      fc.integer({ min: 1, max: 30 }),
      (things, at, w, h, cell) => {
        const box = { left: at.x, top: at.y, right: at.x + w, bottom: at.y + h };
        const found = new SeatGrid(things, cell).within(box);
        const wanted = things.filter(({ x, y }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
        assert.deepEqual(new Set(found), new Set(wanted));
        assert.equal(found.length, wanted.length);
      },
    ),
  );
});
