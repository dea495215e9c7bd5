import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shardOf } from './placement.js';

const events = Array.from({ length: 6_000 }, (_, n) => `event-${n}`);

test('events spread evenly over the shards', () => {
  const counts = [0, 0, 0, 0, 0, 0];
  for (const event of events) counts[shardOf(event, 6)] = (counts[shardOf(event, 6)] as number) + 1;
  for (const count of counts) assert.ok(count > 800 && count < 1_200, counts.join(' '));
});

test('one more shard moves only the events that it wins', () => {
  for (const event of events) {
    const now = shardOf(event, 7);
    assert.ok(now === 6 || now === shardOf(event, 6));
  }
});
