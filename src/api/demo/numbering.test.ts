import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { ascending, clockwise, descending, oddEven, rowLetters } from './numbering.js';

describe('numbers of seats', () => {
  test('upwards and downwards', () => {
    assert.deepEqual(ascending(3), ['1', '2', '3']);
    assert.deepEqual(ascending(2, 9), ['9', '10']);
    assert.deepEqual(descending(3), ['3', '2', '1']);
  });

  test('odd to the left of the middle, even to the right, running on over the aisles', () => {
    assert.deepEqual(oddEven([2, 4, 2]), [
      ['7', '5'],
      ['3', '1', '2', '4'],
      ['6', '8'],
    ]);
    assert.deepEqual(oddEven([1, 3, 1]), [['5'], ['3', '1', '2'], ['4']], 'seat 1 stands in the middle');
    assert.deepEqual(oddEven([2, 2]), [
      ['3', '1'],
      ['2', '4'],
    ]);
  });

  test('no number twice in a row, whatever its blocks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 7 }), (counts) => {
        for (const numbering of [oddEven, clockwise]) {
          const labels = numbering(counts);
          assert.deepEqual(
            labels.map(({ length }) => length),
            counts,
          );
          assert.equal(new Set(labels.flat()).size, labels.flat().length);
        }
      }),
    );
  });

  test('clockwise through the blocks of a stand, seat 1 at the right end of the first', () => {
    assert.deepEqual(clockwise([2, 3]), [
      ['2', '1'],
      ['5', '4', '3'],
    ]);
  });
});

test('letters of rows leave I and O out, and are doubled behind Z', () => {
  const letters = rowLetters(26);
  assert.deepEqual(letters.slice(7, 10), ['H', 'J', 'K']);
  assert.deepEqual(letters.slice(12, 15), ['N', 'P', 'Q']);
  assert.deepEqual(letters.slice(23), ['Z', 'AA', 'BB']);
});
