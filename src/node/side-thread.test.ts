import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { must } from '../lib/must.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { UsageError } from '../lib/usage-error.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { startSideThread } from './side-thread.js';

/** Says that it listens, or that it cannot; ends when told to, unless it is deaf; `crash` makes it throw. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { port, deaf, failure } = workerData;
parentPort.on('message', (order) => {
  if (order === 'crash') throw new Error('crash');
  if (order.kind === 'close' && !deaf) parentPort.close();
});
if (failure === null) parentPort.postMessage({ kind: 'listening', port });
else {
  parentPort.postMessage({ kind: 'failed', message: failure });
  parentPort.close();
}
`;

class Scene {
  readonly time = new VirtualTime();
  readonly workers: Worker[] = [];
  readonly ports: (number | null)[] = [];
  deaf = false;
  failure: string | null = null;

  start() {
    return startSideThread('test', (port) => this.#startWorker(port), this.time, quietLog);
  }

  #startWorker(port: number | null): Worker {
    this.ports.push(port);
    const workerData = { port: port ?? 4_711, deaf: this.deaf, failure: this.failure };
    const worker = new Worker(program, { eval: true, workerData });
    this.workers.push(worker);
    return worker;
  }
}

test('it tells its port, and ends when it is told to', async () => {
  const scene = new Scene();
  const thread = await scene.start();
  assert.equal(thread.port, 4_711);
  await thread.close(3_000);
  assert.equal(scene.time.pendingTimers, 0);
  scene.time.advance(60_000);
  assert.equal(scene.workers.length, 1, 'what was told to end is not started again');
});

test('one that does not end within its grace is ended', async () => {
  const scene = new Scene();
  scene.deaf = true;
  const thread = await scene.start();
  const closing = thread.close(3_000);
  scene.time.advance(3_000);
  await closing;
});

test('one that crashes is started again on its port, after a moment', async () => {
  const scene = new Scene();
  const thread = await scene.start();
  await crashed(must(scene.workers[0], 'the worker'));
  await scene.time.run(499);
  assert.equal(scene.workers.length, 1);
  await scene.time.run(1);
  assert.deepEqual(scene.ports, [null, 4_711]);
  await once(must(scene.workers[1], 'the second worker'), 'message');
  await thread.close(3_000);
});

test('told to close while it is down, it is down already, and stays so', async () => {
  const scene = new Scene();
  const thread = await scene.start();
  await crashed(must(scene.workers[0], 'the worker'));
  await thread.close(3_000);
  await scene.time.run(60_000);
  assert.equal(scene.workers.length, 1);
});

test('one that cannot listen fails the start with its reason', async () => {
  const scene = new Scene();
  scene.failure = 'Cannot listen on 127.0.0.1:1 as the port is taken';
  await assert.rejects(scene.start(), (error) => error instanceof UsageError && error.message === scene.failure);
});

/** Resolves when the thread is gone. */
function crashed(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.postMessage('crash');
  });
}
