import { type MessagePort, workerData } from 'node:worker_threads';
import { runHttpThread } from '../api/http-thread.js';
import type { Configuration } from '../config/load.js';
import { options } from '../config/options.js';
import { systemClock } from '../lib/clock.js';
import { callRpc } from '../lib/rpc.js';
import { assertThreadVersion } from '../lib/thread-version.js';
import { systemTimers } from '../lib/timers.js';
import { createPinoLog } from '../observability/pino-log.js';
import { createAdminSurface } from './admin-surface.js';
import { type NodePort, nodePortNames } from './node-port.js';

/** What the main thread hands to this one. */
export interface AdminThreadData {
  readonly threadVersion: number;
  readonly configuration: Configuration;
  /** SHA-256. */
  readonly adminTokenHash: Uint8Array;
  /** At its other end the main thread serves a `NodePort`. */
  readonly nodePort: MessagePort;
}

const { threadVersion, configuration, adminTokenHash, nodePort } = workerData as AdminThreadData;
assertThreadVersion(threadVersion);
const log = createPinoLog(configuration.logLevel, { thread: 'admin' });

await runHttpThread({
  host: configuration.adminHost,
  port: configuration.adminPort,
  hostOption: options.adminHost.env,
  portOption: options.adminPort.env,
  log,
  server: await createAdminSurface({
    node: callRpc<NodePort>(nodePort, nodePortNames, systemTimers),
    clock: systemClock,
    log,
    adminTokenHash,
  }),
  release: async () => nodePort.close(),
});
