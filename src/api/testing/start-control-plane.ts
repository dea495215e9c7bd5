import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenKey } from '../../gateway/tokens.js';
import { systemClock } from '../../lib/clock.js';
import { systemRandom } from '../../lib/random.js';
import { systemTimers } from '../../lib/timers.js';
import { createPools, type Pools } from '../../store/pool.js';
import { hashOfToken } from '../../store/settings.js';
import { quietLog } from '../../store/testing/quiet-log.js';
import { type TestDatabase, testDatabase } from '../../store/testing/postgres.js';
import { type ControlPlaneOptions, createControlPlane } from '../control-plane.js';

export const adminToken = 'the-admin-token';
export const testLivePort = 20_481;
export const testTokenKey: TokenKey = { keyId: 'k1', secret: new Uint8Array(32).fill(7) };

export interface StartedControlPlane {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly database: TestDatabase;
  readonly pools: Pools;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** With the admin token and a key of its own. */
  postAsAdmin(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** The real control plane over real HTTP, on a database and a folder of pages of its own. */
export async function startControlPlane(changes: Partial<ControlPlaneOptions> = {}): Promise<StartedControlPlane> {
  const database = await testDatabase();
  const pools = createPools(database.url, { log: quietLog });
  const pageFolder = await mkdtemp(join(tmpdir(), 'usher-pages-'));
  await writeFile(join(pageFolder, 'index.html'), '<!doctype html><title>Usher</title>');
  await writeFile(join(pageFolder, 'page.js'), 'export {};\n');
  await writeFile(join(pageFolder, '.secret'), 'secret');

  const server = await createControlPlane({
    database: pools.read,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: quietLog,
    live: { publicLiveUrl: null, livePort: testLivePort, fallbackHost: '127.0.0.1' },
    tokenKeys: [testTokenKey],
    sessionTtlMs: 3_600_000,
    sessionsPerAddress: null,
    adminTokenHash: hashOfToken(adminToken),
    trustedProxies: [],
    version: '0.0.0',
    pageFolder,
    ...changes,
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    url,
    database,
    pools,
    get: (path, headers = {}) => fetch(url + path, { headers }),
    post,
    postAsAdmin: (path, body, headers = {}) =>
      post(path, body, { authorization: `Bearer ${adminToken}`, 'idempotency-key': systemRandom.id(16), ...headers }),
    async close() {
      await server.close();
      await pools.close();
      await database.drop();
      await rm(pageFolder, { recursive: true });
    },
  };
}
