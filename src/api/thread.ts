import { fileURLToPath } from 'node:url';
import { workerData } from 'node:worker_threads';
import type { Configuration } from '../config/load.js';
import { options } from '../config/options.js';
import { versionOf } from '../config/version.js';
import type { TokenKey } from '../gateway/tokens.js';
import { systemClock } from '../lib/clock.js';
import { systemRandom } from '../lib/random.js';
import { assertThreadVersion } from '../lib/thread-version.js';
import { systemTimers } from '../lib/timers.js';
import { createPinoLog } from '../observability/pino-log.js';
import { createPools } from '../store/pool.js';
import { createControlPlane } from './control-plane.js';
import { runHttpThread } from './http-thread.js';

/** What the main thread hands to this one. */
export interface ApiThreadData {
  readonly threadVersion: number;
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  /** The port that the gateway really listens on. */
  readonly livePort: number;
  readonly tokenKeys: readonly TokenKey[];
  /** SHA-256. */
  readonly adminTokenHash: Uint8Array;
}

const data = workerData as ApiThreadData;
assertThreadVersion(data.threadVersion);
const { configuration, databaseUrl, livePort, tokenKeys, adminTokenHash } = data;
const log = createPinoLog(configuration.logLevel, { thread: 'api' });
const pools = createPools(databaseUrl, { log });

await runHttpThread({
  host: configuration.host,
  port: configuration.webPort,
  hostOption: options.host.env,
  portOption: options.webPort.env,
  log,
  server: await createControlPlane({
    database: pools.read,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log,
    live: { publicLiveUrl: configuration.publicLiveUrl, livePort, fallbackHost: configuration.host },
    tokenKeys,
    sessionTtlMs: configuration.sessionTtlMs,
    sessionsPerAddress: configuration.rateLimit ? configuration.sessionsPerAddress : null,
    adminTokenHash,
    trustedProxies: configuration.trustedProxies,
    version: versionOf(),
    pageFolder: fileURLToPath(new URL('../../web', import.meta.url)),
  }),
  release: () => pools.close(),
});
