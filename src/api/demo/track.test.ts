import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../../lib/must.js';
import { arc, down, oval, type Point, roundedRectangle, straight, type Track, up } from './track.js';

const centre = { x: 100, y: 200 };
const tracks: Readonly<Record<string, Track>> = {
  'an arc': arc(centre, 500, down, 60),
  'a straight line': straight({ x: 0, y: 0 }, { x: 300, y: 400 }),
  'a rounded rectangle': roundedRectangle(centre, 1000, 600, 150),
  'an oval': oval(centre, 540, 700, 200),
};
const share = fc.double({ min: 0, max: 1, noNaN: true });
const offset = fc.double({ min: 0, max: 800, noNaN: true });

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function assertNear(actual: number, expected: number, within = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
}

for (const [name, track] of Object.entries(tracks)) {
  describe(name, () => {
    test('has parallels: a place is as far from the track as the row is', () => {
      fc.assert(
        fc.property(share, offset, (at, row) => {
          const place = at * track.length;
          assertNear(distance(track.point(row, place), track.point(0, place)), row);
        }),
      );
    });

    test('is measured along each parallel, there and back', () => {
      fc.assert(
        fc.property(share, offset, (at, row) => {
          const place = at * track.length;
          assertNear(track.place(row, track.reach(row, place)), place, 1e-5);
        }),
      );
    });

    test('is as long as its points are apart, at every offset', () => {
      for (const row of [0, 100, 500]) {
        const points = track.line(row, [0, track.length], 1);
        const length = points
          .slice(1)
          .reduce((sum, point, at) => sum + distance(point, must(points[at], 'a point')), 0);
        assertNear(length, track.reach(row, track.length), 0.1);
      }
    });

    test('is divided into wedges with rows of the same length', () => {
      const lengths = track.divide(300, [0.1 * track.length, 0.9 * track.length], 7).map(([from, to]) => {
        return track.reach(300, to) - track.reach(300, from);
      });
      for (const length of lengths) assertNear(length, must(lengths[0], 'the first length'));
    });
  });
}

test('what is closed comes back to its beginning, without a kink, and goes on into the next round', () => {
  for (const name of ['a rounded rectangle', 'an oval']) {
    const track = must(tracks[name], name);
    for (const row of [0, 250]) {
      const [last, first] = [track.point(row, track.length - 1e-7), track.point(row, 0)];
      assertNear(distance(last, first), 0, 1e-5);
      assertNear(
        track.reach(row, 1.25 * track.length),
        track.reach(row, track.length) + track.reach(row, track.length / 4),
      );
      assertNear(distance(track.point(row, -10), track.point(row, track.length - 10)), 0);
    }
  }
});

test('ways lead from left to right as those see it who look inwards', () => {
  const bottom = arc(centre, 100, down, 90);
  assert.ok(bottom.point(0, 0).x < bottom.point(0, bottom.length).x);
  const top = arc(centre, 100, up, 90);
  assert.ok(top.point(0, 0).x > top.point(0, top.length).x);
  for (const closed of [oval(centre, 540, 700, 200), roundedRectangle(centre, 540, 700, 200)]) {
    assertNear(distance(closed.point(0, 0), { x: 100, y: 200 - 350 }), 0);
    assertNear(distance(closed.point(0, closed.length / 4), { x: 100 - 270, y: 200 }), 0);
    assertNear(distance(closed.point(30, closed.length / 2), { x: 100, y: 200 + 380 }), 0);
  }
});
