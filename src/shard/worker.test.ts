import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { threadVersion } from '../lib/thread-version.js';
import type { ShardWorkerData } from './worker.js';

test('a shard whose program was replaced by another release says so, and touches nothing', async () => {
  const workerData: ShardWorkerData = {
    threadVersion: threadVersion + 1,
    shard: 0,
    shards: 1,
    owner: 'node-1.a',
    databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
    logLevel: 'silent',
  };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
  const [error] = (await once(worker, 'error')) as [Error];
  assert.match(
    error.message,
    /speaks version 2 to its threads, the program on the disk version 1: restart the process/,
  );
});
