import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grown, grownLength } from './typed-growth.js';

test('a grown array is of the same kind, has the old elements, and the new ones filled', () => {
  assert.deepEqual(grown(Int32Array.of(5, -6), 4, -1), Int32Array.of(5, -6, -1, -1));
  assert.deepEqual(grown(Float64Array.of(0.5), 3), Float64Array.of(0.5, 0, 0));
  assert.deepEqual(grown(new Uint8Array(0), 1, 7), Uint8Array.of(7));
});

test('growing leaves at most a sixteenth empty, once columns are long', () => {
  let length = 0;
  for (let grows = 0; length < 1_000_000; grows += 1) {
    const next = grownLength(length);
    assert.ok(next > length && next - length <= Math.max(64, length / 16));
    assert.ok(grows < 200);
    length = next;
  }
});
