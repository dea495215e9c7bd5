import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePorts } from '../lib/testing/server-process.js';
import { endEmbeddedPostgres } from '../store/testing/end-embedded.js';
import { newFolder } from './testing/new-folder.js';
import { mainFile, type Output, outputOf } from './testing/venue.js';

// What cannot be started says so in one line, what and what to do, ends with code 1, and leaves nothing running.

const folder = newFolder('usher-start-up-');
const dataDir = join(folder, 'data');

after(async () => {
  await endEmbeddedPostgres(dataDir);
  rmSync(folder, { recursive: true, force: true });
});

interface Start {
  readonly arguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another user than root. */
  readonly uid?: number;
}

async function start({ arguments: words = [], env = {}, uid }: Start): Promise<Output> {
  const ports = await freePorts();
  const child = spawn(process.execPath, [mainFile, ...words], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      USHER_WEB_PORT: String(ports.web),
      USHER_LIVE_PORT: String(ports.live),
      USHER_ADMIN_PORT: String(ports.admin),
      USHER_DATA_DIR: dataDir,
      USHER_DEMO: 'off',
      ...env,
    },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  // Should it start after all, the test is not to wait for it for ever.
  child.stdout.on('data', (text: string) => {
    if (text.includes('Usher is ready')) child.kill('SIGTERM');
  });
  return outputOf(child);
}

async function assertFails(given: Start, ...saying: RegExp[]): Promise<void> {
  const { code, stdout, stderr } = await start(given);
  assert.equal(code, 1, stdout + stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^usher: [^\n]+\n$/, 'one line');
  for (const pattern of saying) assert.match(stderr, pattern);
  assert.deepEqual(postmasters(), [], 'no Postgres is left running');
}

/** Processes that run on the data folder. */
function postmasters(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .filter((command) => command.includes(`-D ${folder}`));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function occupied(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, server };
}

test('a taken port is named, each of the three', async () => {
  const { port, server } = await occupied();
  for (const variable of ['USHER_WEB_PORT', 'USHER_LIVE_PORT', 'USHER_ADMIN_PORT']) {
    await assertFails({ env: { [variable]: String(port) } }, new RegExp(`\\b${port}\\b`), new RegExp(variable));
  }
  server.close();
  assert.ok(existsSync(join(dataDir, 'postgres')), 'all else had started');
});

test('a database that does not answer, does not exist, or wants another password', async () => {
  const { port, server } = await occupied();
  server.close();
  await once(server, 'close');
  const secret = 'not-to-be-shown';
  const unreachable = `postgres://somebody:${secret}@127.0.0.1:${port}/nothing`;
  await assertFails(
    { env: { DATABASE_URL: unreachable } },
    new RegExp(`127\\.0\\.0\\.1:${port}`),
    /DATABASE_URL/,
    not(secret),
  );
  const given = process.env['USHER_TEST_DATABASE_URL'] ?? '';
  const missing = new URL(given);
  missing.pathname = '/there_is_no_such_database';
  await assertFails({ env: { DATABASE_URL: missing.href } }, /there_is_no_such_database/, not(missing.password));
  const wrong = new URL(given);
  wrong.password = secret;
  await assertFails({ env: { DATABASE_URL: wrong.href } }, /password/, not(secret));
});

test('a data folder that cannot be written, or is none', async () => {
  // Nothing is closed to root.
  const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o555);
  await assertFails({ env: { USHER_DATA_DIR: closed }, ...nobody }, /closed/, /USHER_DATA_DIR/);
  await assertFails({ env: { USHER_DATA_DIR: join(closed, 'deeper') }, ...nobody }, /closed/, /USHER_DATA_DIR/);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await assertFails({ env: { USHER_DATA_DIR: file } }, /file/, /USHER_DATA_DIR/);
  assert.deepEqual(readdirSync(closed), []);
});

test('options that do not exist, that take no such value, or that contradict each other', async () => {
  const sharedPorts = { USHER_WEB_PORT: '28080', USHER_LIVE_PORT: '28080' };
  const rows: readonly (readonly [Start, ...RegExp[]])[] = [
    [{ arguments: ['--no-such-option'] }, /--no-such-option/],
    [{ arguments: ['--web-prot', '8080'] }, /--web-prot/, /--web-port/],
    [{ arguments: ['dance'] }, /dance/],
    [{ arguments: ['--shards', '0'] }, /--shards/, /\b0\b/],
    [{ env: { USHER_WEB_PROT: '8080' } }, /USHER_WEB_PROT/, /USHER_WEB_PORT/],
    [{ env: { USHER_WEB_PORT: 'abc' } }, /USHER_WEB_PORT/, /abc/],
    [{ env: { USHER_WEB_PORT: '65536' } }, /USHER_WEB_PORT/, /65536/],
    [{ env: { USHER_WEB_PORT: '1.5' } }, /USHER_WEB_PORT/, /1\.5/],
    [{ env: { USHER_LOG_LEVEL: 'loud' } }, /USHER_LOG_LEVEL/, /loud/],
    [{ env: sharedPorts }, /USHER_WEB_PORT/, /USHER_LIVE_PORT/],
    [{ env: { REDIS_URL: 'redis://127.0.0.1' } }, /REDIS_URL/],
    [{ env: { DATABASE_URL: 'mysql://127.0.0.1/x' } }, /DATABASE_URL/],
  ];
  await Promise.all(rows.map(([given, ...saying]) => assertFails(given, ...saying)));
});

test('--help and --version need nothing and say what they should', async () => {
  const help = await start({ arguments: ['--help'] });
  assert.deepEqual([help.code, help.stderr], [0, '']);
  for (const variable of [
    'USHER_WEB_PORT',
    'USHER_DATA_DIR',
    'DATABASE_URL',
    'USHER_ADMIN_TOKEN',
    'USHER_RATE_LIMIT',
  ]) {
    assert.ok(help.stdout.includes(variable), variable);
  }
  const version = await start({ arguments: ['--version'] });
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

/** Matches where the text is nowhere. */
function not(text: string): RegExp {
  return new RegExp(`^(?![^]*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`);
}
