import { Worker } from 'node:worker_threads';
import { threadVersion } from '../lib/thread-version.js';
import type { ApiThreadData } from './thread.js';

/** Starts the control plane on a thread of its own. What it says and is told: http-thread.ts. */
export function startApiWorker(data: Omit<ApiThreadData, 'threadVersion'>): Worker {
  const workerData: ApiThreadData = { ...data, threadVersion };
  return new Worker(new URL('thread.js', import.meta.url), { name: 'api', workerData });
}
