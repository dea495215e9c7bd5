import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { NearestBlocks } from './seating-nearest-blocks.js';

interface Field {
  readonly positions: Int32Array;
  readonly blockStarts: Int32Array;
}

const place = fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 }));
/** Enough blocks for three levels of boxes. */
const fields: fc.Arbitrary<Field> = fc
  .array(fc.array(place, { minLength: 1, maxLength: 3 }), { maxLength: 400, size: 'max' })
  .map((blocks) => {
    const starts = [0];
    for (const seats of blocks) starts.push((starts.at(-1) ?? 0) + seats.length);
    return { positions: Int32Array.from(blocks.flat(2)), blockStarts: Int32Array.from(starts) };
  });

/** From the middle of the box to the point, minus half the box: another way to say it than the walk's. */
function distanceOf(
  { positions, blockStarts }: Field,
  block: number,
  [x, y]: readonly number[],
  scale: number,
): number {
  const seats = [...positions.subarray((blockStarts[block] ?? 0) * 2, (blockStarts[block + 1] ?? 0) * 2)];
  const gap = (values: readonly number[], value: number): number => {
    const scaled = values.map((one) => one * scale);
    if (value >= Math.min(...scaled) && value <= Math.max(...scaled)) return 0;
    return Math.min(Math.abs(value - Math.min(...scaled)), Math.abs(value - Math.max(...scaled)));
  };
  const xs = seats.filter((_, index) => index % 2 === 0);
  const ys = seats.filter((_, index) => index % 2 === 1);
  return gap(xs, x ?? 0) ** 2 + gap(ys, y ?? 0) ** 2;
}

test('every block is given once, the nearest first, with its distance', () => {
  fc.assert(
    fc.property(fields, place, fc.integer({ min: 1, max: 50 }), (field, point, scale) => {
      const blocks = new NearestBlocks(field.positions, field.blockStarts);
      const given = new Set<number>();
      let last = 0;
      blocks.start(point[0], point[1], scale);
      for (let block = blocks.next(); block >= 0; block = blocks.next()) {
        assert.equal(blocks.distance, distanceOf(field, block, point, scale));
        assert.ok(blocks.distance >= last);
        assert.ok(!given.has(block));
        last = blocks.distance;
        given.add(block);
      }
      assert.equal(given.size, field.blockStarts.length - 1);
    }),
  );
});

test('blocks that are not wanted are passed over, also where there is only one', () => {
  fc.assert(
    fc.property(fields, fc.integer({ min: 1, max: 4 }), (field, step) => {
      const blocks = new NearestBlocks(field.positions, field.blockStarts);
      const isWanted = (block: number): boolean => block % step === 1;
      const given: number[] = [];
      blocks.start(0, 0, 1);
      for (let block = blocks.next(isWanted); block >= 0; block = blocks.next(isWanted)) given.push(block);
      const wanted = Array.from({ length: field.blockStarts.length - 1 }, (_, block) => block).filter(isWanted);
      assert.deepEqual(
        given.sort((one, other) => one - other),
        wanted,
      );
    }),
  );
});

test('a walk that was left in the middle does not show in the next one', () => {
  const blocks = new NearestBlocks(Int32Array.of(0, 0, 10, 0, 20, 0), Int32Array.of(0, 1, 2, 3));
  blocks.start(20, 0, 1);
  assert.equal(blocks.next(), 2);
  blocks.start(0, 0, 1);
  assert.deepEqual([blocks.next(), blocks.next(), blocks.next(), blocks.next()], [0, 1, 2, -1]);
});
