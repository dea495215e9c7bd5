import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvariantError } from './assert.js';
import { SeqTable } from './seq-table.js';

/** Few keys, so that adding, finding and deleting meet; some far apart, some in a row. */
const keys = fc.oneof(
  fc.nat(40),
  fc.integer({ min: 2 ** 32 - 20, max: 2 ** 32 - 1 }),
  fc.nat(20).map((n) => n * 2 ** 20),
);

test('a table finds what was added and not deleted, as a Map would', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 400, size: 'max' }), (operations) => {
      const keyOf: number[] = [];
      const table = new SeqTable((value) => keyOf[value] as number);
      const model = new Map<number, number>();
      for (const [key, isAdded] of operations) {
        const known = model.get(key);
        if (known !== undefined && !isAdded) {
          table.delete(key);
          model.delete(key);
        } else if (known === undefined && isAdded) {
          model.set(key, keyOf.push(key) - 1);
          table.add(keyOf.length - 1);
        }
        for (const [seq] of operations) assert.equal(table.find(seq), model.get(seq) ?? -1);
      }
      assert.equal(table.size, model.size);
    }),
  );
});

test('a table of many keys in a row takes 4 bytes a place and is never emptier than 40 %', () => {
  const table = new SeqTable((value) => value + 7);
  for (let value = 0; value < 100_000; value += 1) table.add(value);
  assert.ok(table.byteLength <= (100_000 / 0.4) * 4);
  for (let value = 0; value < 100_000; value += 3) table.delete(value + 7);
  for (let value = 0; value < 100_000; value += 1) assert.equal(table.find(value + 7), value % 3 === 0 ? -1 : value);
  assert.equal(table.find(100_007), -1);
});

test('a table does not delete what it does not have', () => {
  assert.throws(() => new SeqTable((value) => value).delete(5), InvariantError);
});
