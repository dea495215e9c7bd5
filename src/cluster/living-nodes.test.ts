import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { Log } from '../observability/log.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { type LivingNode, LivingNodes } from './living-nodes.js';

const leaseMs = 6_000;
function row(nodeId: string, more: Partial<LivingNode> = {}): LivingNode {
  const url = `ws://${nodeId}/`;
  return {
    nodeId,
    incarnation: `${nodeId}.1`,
    url,
    version: '1',
    shards: 1,
    journalFormat: 1,
    linkVersion: 1,
    draining: false,
    expiresInMs: leaseMs,
    ...more,
  };
}

/** Node-a's picture of the rows, and how often it has looked. */
async function scene(rows: LivingNode[], log: Log = quietLog) {
  const time = new VirtualTime();
  const state = { rows, looks: 0, isUp: true, changes: 0 };
  const nodes = new LivingNodes({
    own: row('node-a'),
    leaseMs,
    living: () => {
      state.looks += 1;
      return state.isUp ? Promise.resolve(state.rows) : Promise.reject(new Error('away'));
    },
    clock: time,
    timers: time,
    log,
  });
  nodes.onChanged(() => {
    state.changes += 1;
  });
  await nodes.start();
  return { time, nodes, state };
}

const idsOf = (nodes: LivingNodes): string[] => nodes.all.map(({ nodeId }) => nodeId);

test('who comes and who goes is noticed, and told once', async () => {
  const { time, nodes, state } = await scene([row('node-a')]);
  assert.ok(nodes.isAlone);
  state.rows = [row('node-a'), row('node-b')];
  await time.run(leaseMs / 3);
  assert.deepEqual(idsOf(nodes), ['node-a', 'node-b']);
  assert.equal(state.changes, 1);
  await time.run(leaseMs);
  assert.equal(state.changes, 1, 'nothing new');
  state.rows = [row('node-a')];
  await time.run(leaseMs / 3);
  assert.ok(nodes.isAlone);
  assert.equal(state.changes, 2);
});

test('a lease that runs out is looked at as soon as it should have', async () => {
  const { time, nodes, state } = await scene([row('node-a'), row('node-b', { expiresInMs: 100 })]);
  state.rows = [row('node-a')];
  await time.run(119);
  assert.equal(nodes.all.length, 2);
  await time.run(1);
  assert.ok(nodes.isAlone);
});

test('while Postgres does not answer, those who were there still are', async () => {
  const { time, nodes, state } = await scene([row('node-a'), row('node-b')]);
  state.isUp = false;
  await time.run(10 * leaseMs);
  assert.deepEqual(idsOf(nodes), ['node-a', 'node-b']);
  state.isUp = true;
  state.rows = [row('node-b')];
  await time.run(leaseMs);
  assert.deepEqual(idsOf(nodes).toSorted(), ['node-a', 'node-b'], 'it is there itself, whatever the rows say');
});

test('a restarted node is another incarnation of the same', async () => {
  const { time, nodes, state } = await scene([row('node-a'), row('node-b')]);
  state.rows = [row('node-a'), row('node-b', { incarnation: 'node-b.2' })];
  await time.run(leaseMs / 3);
  assert.equal(nodes.byIncarnation('node-b.1'), undefined);
  assert.equal(nodes.byId('node-b')?.incarnation, 'node-b.2');
});

test('nodes that are about to go win nothing, unless all are', async () => {
  const { time, nodes, state } = await scene([row('node-a', { draining: true }), row('node-b')]);
  for (let n = 0; n < 50; n += 1) assert.equal(nodes.winnerOf(`event-${n}`).nodeId, 'node-b');
  state.rows = [row('node-a', { draining: true }), row('node-b', { draining: true })];
  await time.run(leaseMs / 3);
  const winners = new Set(Array.from({ length: 50 }, (_, n) => nodes.winnerOf(`event-${n}`).nodeId));
  assert.deepEqual([...winners].toSorted(), ['node-a', 'node-b']);
});

test('nodes that do not read an event win it only where nobody does; one that reads it and is about to go comes before them', async () => {
  const { time, nodes, state } = await scene([row('node-a'), row('node-b', { journalFormat: 2 })]);
  for (let n = 0; n < 50; n += 1) assert.equal(nodes.winnerOf(`event-${n}`, 2).nodeId, 'node-b');
  assert.equal(new Set(Array.from({ length: 50 }, (_, n) => nodes.winnerOf(`event-${n}`).nodeId)).size, 2);
  state.rows = [row('node-a'), row('node-b', { journalFormat: 2, draining: true })];
  await time.run(leaseMs / 3);
  assert.equal(nodes.winnerOf('event-1', 2).nodeId, 'node-b');
  assert.equal(nodes.winnerOf('event-1').nodeId, 'node-a');
});

test('a node that speaks another version is told of once, and is not understood', async () => {
  const warnings: object[] = [];
  const log = { ...quietLog, warn: (fields: object) => void warnings.push(fields) };
  const { time, nodes, state } = await scene([row('node-a'), row('node-b')], log);
  assert.ok(nodes.isUnderstoodBy('node-b.1') && nodes.isUnderstoodBy('node-c.1'), 'nobody knows better');
  state.rows = [row('node-a'), row('node-b'), row('node-c', { linkVersion: 2 })];
  await time.run(leaseMs);
  state.rows = [row('node-a'), row('node-c', { linkVersion: 2 })];
  await time.run(leaseMs);
  assert.deepEqual(warnings, [{ nodeId: 'node-c', linkVersion: 2, ownLinkVersion: 1 }]);
  assert.ok(!nodes.isUnderstoodBy('node-c.1'));
});

test('a look that is asked for while one is under way follows it, once for all who ask: the newest reading comes last', async () => {
  const answers: ((rows: LivingNode[]) => void)[] = [];
  const time = new VirtualTime();
  const nodes = new LivingNodes({
    own: row('node-a'),
    leaseMs,
    living: () => new Promise((resolve) => answers.push(resolve)),
    clock: time,
    timers: time,
    log: quietLog,
  });
  const looks = [nodes.look(), nodes.look(), nodes.look()];
  assert.equal(answers.length, 1);
  answers[0]?.([row('node-a'), row('node-b')]);
  await looks[0];
  assert.deepEqual(idsOf(nodes), ['node-a', 'node-b']);
  await time.run(0);
  assert.equal(answers.length, 2);
  answers[1]?.([row('node-a')]);
  await Promise.all(looks);
  assert.ok(nodes.isAlone);
  assert.equal(time.pendingTimers, 1, 'the next look');
});

test('after it was stopped it looks no more', async () => {
  const { time, nodes, state } = await scene([row('node-a')]);
  nodes.stop();
  await time.run(10 * leaseMs);
  assert.equal(state.looks, 1);
  assert.equal(time.pendingTimers, 0);
});
