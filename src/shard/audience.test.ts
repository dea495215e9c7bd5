import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WatcherCounts } from './audience.js';

test('watchers are counted by event', () => {
  const counts = new WatcherCounts();
  counts.joined('a');
  counts.joined('a');
  counts.joined('b');
  counts.left('a');
  assert.deepEqual([counts.watchersOf('a'), counts.watchersOf('b'), counts.watchersOf('c')], [1, 1, 0]);
  counts.left('a');
  assert.deepEqual([counts.watchersOf('a'), counts.total], [0, 1]);
});

test('who has watched before is counted beside those that have come here', () => {
  const counts = new WatcherCounts();
  counts.joined('a');
  counts.came('a', 7);
  assert.equal(counts.watchersOf('a'), 8);
  counts.left('a');
  assert.equal(counts.watchersOf('a'), 7);
});

test('who leaves an event that has moved to another node was forgotten with it', () => {
  const counts = new WatcherCounts();
  counts.joined('a');
  counts.joined('a');
  counts.forget('a');
  counts.left('a');
  assert.deepEqual([counts.watchersOf('a'), counts.total], [0, 0]);
  counts.joined('a');
  assert.equal(counts.watchersOf('a'), 1);
});
