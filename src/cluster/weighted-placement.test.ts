import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../lib/must.js';
import { type Weighted, winnerOf } from './weighted-placement.js';

const eventIds = Array.from({ length: 20_000 }, (_, n) => `event-${n}`);
const nodes: readonly Weighted[] = [
  { nodeId: 'node-a', shards: 1 },
  { nodeId: 'node-b', shards: 1 },
  { nodeId: 'node-c', shards: 2 },
];

function winner(eventId: string, among: readonly Weighted[]): string {
  return must(winnerOf(eventId, among), 'a winner').nodeId;
}

test('each node wins in proportion to its shards', () => {
  const shares = new Map<string, number>();
  for (const eventId of eventIds) {
    const nodeId = winner(eventId, nodes);
    shares.set(nodeId, (shares.get(nodeId) ?? 0) + 1 / eventIds.length);
  }
  for (const { nodeId, shards } of nodes) {
    assert.ok(Math.abs((shares.get(nodeId) ?? 0) - shards / 4) < 0.02, `${nodeId}: ${shares.get(nodeId)}`);
  }
});

test('a node that goes gives only its own events away, and the order in which nodes are known does not matter', () => {
  const without = nodes.filter(({ nodeId }) => nodeId !== 'node-b');
  for (const eventId of eventIds) {
    const before = winner(eventId, nodes);
    assert.equal(winner(eventId, nodes.toReversed()), before);
    if (before !== 'node-b') assert.equal(winner(eventId, without), before);
  }
});

test('nobody wins where nobody is', () => {
  assert.equal(winnerOf('event-1', []), undefined);
});
