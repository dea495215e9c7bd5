import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvariantError } from './assert.js';
import { MinHeap } from './min-heap.js';

type Operation = readonly [kind: 'push' | 'remove' | 'move' | 'raise all', item: number, key: number];

const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.tuple(
    fc.constantFrom('push' as const, 'push' as const, 'remove' as const, 'move' as const, 'raise all' as const),
    fc.nat(150),
    fc.nat(30),
  ),
  { maxLength: 300, size: 'max' },
);

test('the top is the smallest of those that are there, through any pushes, removals and moves', () => {
  fc.assert(
    fc.property(operations, (story) => {
      const keys: number[] = [];
      const isBefore = (item: number, other: number): boolean => {
        const [key, otherKey] = [keys[item] ?? 0, keys[other] ?? 0];
        return key < otherKey || (key === otherKey && item < other);
      };
      const heap = new MinHeap(isBefore);
      const model = new Set<number>();
      for (const [kind, item, key] of story) {
        if (kind === 'push' && !model.has(item)) {
          keys[item] = key;
          model.add(item);
          heap.push(item);
        } else if (kind === 'remove' && model.delete(item)) {
          heap.remove(item);
        } else if (kind === 'move' && model.has(item)) {
          keys[item] = key;
          heap.moved(item);
        } else if (kind === 'raise all') {
          for (const one of model) keys[one] = Math.max(keys[one] ?? 0, key);
          heap.reorder();
        }
        heap.check();
        assert.equal(heap.size, model.size);
        assert.equal(heap.has(item), model.has(item));
        assert.equal(heap.top, [...model].sort((one, other) => (isBefore(one, other) ? -1 : 1))[0] ?? -1);
      }
      const visited = new Set<number>();
      heap.each((item) => visited.add(item));
      assert.deepEqual(visited, model);
    }),
  );
});

test('taking the top until the heap is empty sorts', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 500, size: 'max' }), (keys) => {
      const heap = new MinHeap((item, other) => (keys[item] as number) < (keys[other] as number));
      for (const item of keys.keys()) heap.push(item);
      const taken: number[] = [];
      for (let item = heap.top; item >= 0; item = heap.top) {
        taken.push(keys[item] as number);
        heap.remove(item);
      }
      assert.deepEqual(
        taken,
        [...keys].sort((one, other) => one - other),
      );
    }),
  );
});

test('an item is in a heap once, and only what is there can be removed or moved', () => {
  const heap = new MinHeap((item, other) => item < other);
  heap.push(3);
  assert.throws(() => heap.push(3), InvariantError);
  assert.throws(() => heap.remove(4), InvariantError);
  assert.throws(() => heap.moved(1_000_000), InvariantError);
});

test('a heap whose order changed behind its back is found out', () => {
  const keys = [1, 2, 3];
  const heap = new MinHeap((item, other) => (keys[item] as number) < (keys[other] as number));
  for (const item of keys.keys()) heap.push(item);
  keys[2] = 0;
  assert.throws(() => heap.check(), InvariantError);
});
