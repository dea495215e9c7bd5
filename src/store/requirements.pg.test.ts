import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { systemTimers } from '../lib/timers.js';
import { UsageError } from '../lib/usage-error.js';
import { accountForNewDatabase, identity } from './embedded/account.js';
import { freePort } from './embedded/address.js';
import { pauseAwake } from './embedded/pause-awake.js';
import { checkRequirements } from './requirements.js';
import { emptyTestDatabase, type TestDatabase } from './testing/postgres.js';
import { startTestServer } from './testing/server.js';

test('[I6] a server that does not write to disk is refused', async () => {
  const server = await startTestServer({ fsync: 'off' });
  await assert.rejects(
    checkRequirements(server.url),
    (error) => error instanceof UsageError && /fsync is off/.test(error.message),
  );
  await server.remove();
});

test('an unreachable server is named', async () => {
  const port = await freePort();
  await assert.rejects(
    checkRequirements(`postgres://127.0.0.1:${port}/shop`),
    (error) => error instanceof UsageError && error.message.includes('nothing listens there'),
  );
});

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

const noPooler = spawnSync('pgbouncer', ['--version']).status === 0 ? false : 'PgBouncer is not installed';

describe('each connection has a session of its own', () => {
  let folder: string;
  let database: TestDatabase;
  let pooler: ChildProcess | null = null;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'usher-pooler-'));
    chmodSync(folder, 0o755);
    database = await emptyTestDatabase();
  });

  afterEach(async () => {
    if (pooler === null) return;
    const exit = once(pooler, 'exit');
    pooler.kill();
    await exit;
    pooler = null;
  });

  after(async () => {
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  /** Between us and the test database. */
  async function startPooler(poolMode: string, poolSize: number): Promise<string> {
    const { hostname, port: serverPort, searchParams, username, password, pathname } = new URL(database.url);
    const host = searchParams.get('host') ?? hostname;
    const port = await freePort();
    const settings = join(folder, 'pgbouncer.ini');
    writeFileSync(
      settings,
      `[databases]
       shop = host=${host} port=${serverPort} user=${username} password=${password} dbname=${pathname.slice(1)}
       [pgbouncer]
       listen_addr = 127.0.0.1
       listen_port = ${port}
       unix_socket_dir =
       auth_type = any
       pool_mode = ${poolMode}
       default_pool_size = ${poolSize}`,
    );
    pooler = spawn('pgbouncer', ['--quiet', settings], {
      ...identity(accountForNewDatabase()),
      cwd: '/',
      stdio: 'ignore',
    });
    const url = `postgres://anybody@127.0.0.1:${port}/shop`;
    while (!(await answers(url))) await pauseAwake(systemTimers, 20);
    return url;
  }

  test('directly', async () => {
    assert.equal(await checkRequirements(database.url), null);
  });

  test('through PgBouncer in session mode', { skip: noPooler }, async () => {
    assert.equal(await checkRequirements(await startPooler('session', 5)), null);
  });

  for (const [mode, poolSize] of [
    ['transaction', 5],
    ['transaction', 1],
    ['statement', 5],
  ] as const) {
    test(`but not through PgBouncer in ${mode} mode with ${poolSize} sessions`, { skip: noPooler }, async () => {
      const url = await startPooler(mode, poolSize);
      await assert.rejects(
        checkRequirements(url),
        (error) => error instanceof UsageError && /pool_mode = session/.test(error.message),
      );
    });
  }
});
