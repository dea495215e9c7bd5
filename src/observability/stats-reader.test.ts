import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeStats } from './stats.js';
import { StatsReader } from './stats-reader.js';

/** Of all that is counted, what the reader looks at. */
const withDelays = (gatewayMs: number, shardMs: number): NodeStats =>
  ({ gateway: { eventLoopDelayMaxMs: gatewayMs }, shards: [{ eventLoopDelayMaxMs: shardMs }] }) as unknown as NodeStats;

test('a delay is in the next scrape though somebody else has looked meanwhile, and in that one only', async () => {
  const read = [withDelays(80, 5), withDelays(1, 90), withDelays(2, 3), withDelays(4, 4)];
  const reader = new StatsReader(async () => read.shift() ?? withDelays(0, 0));
  assert.deepEqual(await reader.look(), withDelays(80, 5));
  assert.deepEqual(await reader.look(), withDelays(1, 90));
  assert.deepEqual(await reader.scrape(), withDelays(80, 90));
  assert.deepEqual(await reader.scrape(), withDelays(4, 4));
});
