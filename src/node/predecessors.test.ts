import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { UsageError } from '../lib/usage-error.js';
import type { NodeLease } from '../store/lease-store.js';
import { waitForPredecessors } from './predecessors.js';

/** Nodes and until when (milliseconds from now) their leases run; one that renews is alive for ever. */
class Scene {
  readonly time = new VirtualTime();
  readonly notices: string[] = [];
  looks = 0;
  readonly #startedMs = this.time.monotonicMs();

  constructor(private readonly nodes: Readonly<Record<string, number | 'renews'>>) {}

  async living(): Promise<NodeLease[]> {
    this.looks += 1;
    const nowMs = this.time.monotonicMs() - this.#startedMs;
    return Object.entries(this.nodes).flatMap(([nodeId, until]) => {
      const expiresInMs = until === 'renews' ? 5_000 : until - nowMs;
      return expiresInMs > 0
        ? [
            {
              nodeId,
              incarnation: `${nodeId}.x`,
              url: `ws://${nodeId}/`,
              version: '1',
              shards: 1,
              journalFormat: 1,
              linkVersion: 1,
              draining: false,
              expiresInMs,
            },
          ]
        : [];
    });
  }

  /** Resolves with how long it has waited. */
  async wait(nodeId: string): Promise<number> {
    const waiting = waitForPredecessors(this, nodeId, this.time, this.notices).then(
      () => this.time.monotonicMs() - this.#startedMs,
    );
    waiting.catch(() => undefined);
    await this.time.run(60_000);
    return waiting;
  }
}

test('nobody else: it starts at once, and over its own predecessor too', async () => {
  const scene = new Scene({ 'node-1': 'renews' });
  assert.equal(await scene.wait('node-1'), 0);
  assert.equal(scene.looks, 1);
  assert.deepEqual(scene.notices, []);
});

test('the lease of a node that was killed is waited for', async () => {
  const scene = new Scene({ 'node-0': 3_900, 'node-2': 1_000 });
  const waitedMs = await scene.wait('node-1');
  assert.ok(waitedMs >= 3_900 && waitedMs <= 4_500, `waited ${waitedMs} ms`);
  assert.deepEqual(scene.notices, ['Waited for the lease of node-0, node-2 to run out.']);
});

test('a node that goes on renewing its lease is alive: a usage error names it', async () => {
  const scene = new Scene({ 'node-0': 2_000, 'node-2': 'renews' });
  await assert.rejects(scene.wait('node-1'), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^Cannot start as another node uses this database: node-2 at ws:\/\/node-2\/;/);
    return true;
  });
  assert.deepEqual(scene.notices, []);
  assert.equal(scene.time.pendingTimers, 0);
});
