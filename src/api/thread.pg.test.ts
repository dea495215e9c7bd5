import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { loadConfiguration } from '../config/load.js';
import { hashOfToken } from '../store/settings.js';
import { type TestDatabase, testDatabase } from '../store/testing/postgres.js';
import { startApiWorker } from './api-worker.js';
import type { CloseOrder, HttpThreadNews } from './http-thread.js';
import { testTokenKey } from './testing/start-control-plane.js';

const nextNews = async (worker: Worker): Promise<HttpThreadNews> =>
  ((await once(worker, 'message')) as [HttpThreadNews])[0];

describe('the thread of the control plane', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  const start = (flags: string[]): Worker =>
    startApiWorker({
      configuration: loadConfiguration(['--log-level=silent', ...flags], {}),
      databaseUrl: database.url,
      livePort: 20_481,
      tokenKeys: [testTokenKey],
      adminTokenHash: hashOfToken('the-admin-token'),
    });

  test('says where it listens, serves, and ends in order when it is told to', async () => {
    const worker = start(['--web-port=0']);
    const news = await nextNews(worker);
    assert.ok(news.kind === 'listening' && news.port > 0);
    const url = `http://127.0.0.1:${news.port}`;
    assert.deepEqual(await (await fetch(`${url}/v1/events`)).json(), { events: [] });
    assert.equal((await fetch(`${url}/v1/sessions`, { method: 'POST' })).status, 201);

    const ended = once(worker, 'exit');
    worker.postMessage({ kind: 'close' } satisfies CloseOrder);
    assert.deepEqual(await ended, [0]);
    await assert.rejects(fetch(`${url}/v1/events`));
  });

  test('a port that is taken: one line that says what to do, and the end', async () => {
    const rival: Server = createServer().listen(0, '127.0.0.1');
    await once(rival, 'listening');
    const { port } = rival.address() as { port: number };
    const worker = start([`--web-port=${port}`]);
    const ended = once(worker, 'exit');
    assert.deepEqual(await nextNews(worker), {
      kind: 'failed',
      message: `Cannot listen on 127.0.0.1:${port} as the port is taken: set USHER_WEB_PORT to another, or end the program that has it`,
    });
    assert.deepEqual(await ended, [0]);
    rival.close();
  });

  test('an address that is not of this machine: the same', async () => {
    const worker = start(['--web-port=0', '--host=192.0.2.1']);
    const ended = once(worker, 'exit');
    const news = await nextNews(worker);
    assert.ok(
      news.kind === 'failed' && news.message.endsWith('no such address: set USHER_HOST to one that it has'),
      JSON.stringify(news),
    );
    assert.deepEqual(await ended, [0]);
  });
});
