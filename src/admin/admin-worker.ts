import { MessageChannel, Worker } from 'node:worker_threads';
import { serveRpc } from '../lib/rpc.js';
import { threadVersion } from '../lib/thread-version.js';
import { type NodePort, nodePortNames } from './node-port.js';
import type { AdminThreadData } from './thread.js';

/**
 * Starts the admin surface on a thread of its own, where no work of the node can delay it, and serves `node` to it. What it
 * says and is told: api/http-thread.ts.
 */
export function startAdminWorker(data: Omit<AdminThreadData, 'nodePort' | 'threadVersion'>, node: NodePort): Worker {
  const { port1: ours, port2: theirs } = new MessageChannel();
  serveRpc<NodePort>(ours, nodePortNames, node);
  return new Worker(new URL('thread.js', import.meta.url), {
    name: 'admin',
    workerData: { ...data, threadVersion, nodePort: theirs } satisfies AdminThreadData,
    transferList: [theirs],
  });
}
