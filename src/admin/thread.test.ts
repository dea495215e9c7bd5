import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import type { CloseOrder, HttpThreadNews } from '../api/http-thread.js';
import { loadConfiguration } from '../config/load.js';
import { hashOfToken } from '../store/settings.js';
import { startAdminWorker } from './admin-worker.js';
import { TestNode } from './testing/test-node.js';

describe('the thread of the admin port', () => {
  test('asks the node of this thread, and ends in order when it is told to', async () => {
    const node = new TestNode({ started: true, draining: false, dependencies: [] });
    const worker = startAdminWorker(
      {
        configuration: loadConfiguration(['--log-level=silent', '--admin-port=0'], {}),
        adminTokenHash: hashOfToken('the-admin-token'),
      },
      node,
    );
    const [news] = (await once(worker, 'message')) as [HttpThreadNews];
    assert.ok(news.kind === 'listening');
    const url = `http://127.0.0.1:${news.port}`;
    assert.equal((await fetch(`${url}/health/ready`)).status, 200);
    const event = await fetch(`${url}/v1/events/e1`, { headers: { authorization: 'Bearer the-admin-token' } });
    assert.equal(((await event.json()) as { seq: number }).seq, 7);
    assert.deepEqual(node.described, ['e1']);

    const ended = once(worker, 'exit');
    worker.postMessage({ kind: 'close' } satisfies CloseOrder);
    assert.deepEqual(await ended, [0]);
    await assert.rejects(fetch(`${url}/health/live`));
  });
});
