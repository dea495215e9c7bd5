import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Client } from 'pg';
import { must } from '../../lib/must.js';
import {
  assertAnswerKept,
  DataFolder,
  keepAnswer,
  listenFor,
  query,
  refusalOf,
  urlOf,
} from '../testing/data-folder.js';
import { quietLog } from '../testing/quiet-log.js';
import { accountForNewDatabase, identity } from './account.js';
import { freePort } from './address.js';
import { findEmbeddedPostgres } from './embedded-postgres.js';
import { readPostmasterFile } from './postmaster.js';

let folder: DataFolder;

beforeEach(() => {
  folder = new DataFolder();
});

afterEach(async () => {
  await folder.remove();
});

describe('a start', () => {
  test('makes a database that keeps what it commits, and finds it again', async () => {
    const first = await folder.start();
    assert.deepEqual(readdirSync(folder.path).sort(), ['postgres', 'postgres.log']);
    const names = ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'server_encoding'];
    const rows = await query<{ name: string; setting: string }>(
      first.url,
      `select name, setting from pg_settings where name in (${names.map((name) => `'${name}'`).join()}) order by name`,
    );
    assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    });
    await keepAnswer(first.url);
    const pid = folder.postmasterPid();
    await first.stop();
    assert.ok(!folder.isRunning(pid));

    const second = await folder.start();
    await assertAnswerKept(second.url);
    await second.stop();
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const server = await folder.start();
    const wrong = new URL(server.url);
    wrong.password = 'guessed';
    await assert.rejects(query(wrong.href, 'select'), { code: '28P01' });
    wrong.password = '';
    await assert.rejects(query(wrong.href, 'select'));
    assert.equal(statSync(join(folder.postgres, 'usher-password')).mode & 0o777, 0o600);
    await server.stop();
  });

  test('listens on a port of the loopback address when asked to, and keeps it', async () => {
    const server = await folder.start(quietLog, 0);
    const socketPid = folder.postmasterPid();
    await server.stop();
    const port = await freePort();
    const withPort = await folder.start(quietLog, port);
    assert.equal(new URL(withPort.url).host, `127.0.0.1:${port}`);
    assert.notEqual(folder.postmasterPid(), socketPid);
    await keepAnswer(withPort.url);
    await withPort.stop();
  });

  test('falls back to a free port where the path is too long for a socket', async () => {
    await folder.remove();
    folder = new DataFolder('x'.repeat(100));
    const server = await folder.start();
    assert.match(server.url, /@127\.0\.0\.1:\d+\/usher$/);
    await keepAnswer(server.url);
    await server.stop();
  });

  test('tools beside the server find its address', async () => {
    assert.equal(await findEmbeddedPostgres(folder.path), null);
    const server = await folder.start();
    assert.equal(await findEmbeddedPostgres(folder.path), server.url);
    await server.stop();
    assert.equal(await findEmbeddedPostgres(folder.path), null);
  });
});

describe('a predecessor that was killed', () => {
  test('[I6] leaves its Postgres running: the next start takes it over', async () => {
    const predecessor = await folder.startChild();
    await keepAnswer(urlOf(predecessor));
    const pid = folder.postmasterPid();
    await predecessor.kill('SIGKILL');
    assert.ok(folder.isRunning(pid), 'Postgres went on');

    const successor = await folder.start();
    assert.equal(folder.postmasterPid(), pid);
    await assertAnswerKept(successor.url);
    await successor.stop();
    assert.ok(!folder.isRunning(pid));
  });

  test('[I6] leaves one with other settings: it is ended in order and started anew', async () => {
    const predecessor = await folder.startChild();
    await keepAnswer(urlOf(predecessor));
    const pid = folder.postmasterPid();
    await predecessor.kill('SIGKILL');

    const port = await freePort();
    const successor = await folder.start(quietLog, port);
    assert.notEqual(folder.postmasterPid(), pid);
    await assertAnswerKept(successor.url);
    await successor.stop();
  });

  test('[I6] took its Postgres along: the files it left do not hinder the next start', async () => {
    const predecessor = await folder.startChild();
    await keepAnswer(urlOf(predecessor));
    await predecessor.kill('SIGKILL');
    process.kill(folder.postmasterPid(), 'SIGKILL');

    const successor = await folder.start();
    await assertAnswerKept(successor.url);
    await successor.stop();
  });

  test('[I6] left a process number that a stranger has now: the stranger lives, the start succeeds', async () => {
    const predecessor = await folder.startChild();
    await keepAnswer(urlOf(predecessor));
    await predecessor.kill('SIGTERM');

    // Of the same user: Postgres alone would take it for a running server and give up.
    const stranger = spawn('sleep', ['600'], { ...identity(accountForNewDatabase()), cwd: '/', stdio: 'ignore' });
    await once(stranger, 'spawn');
    const file = join(folder.postgres, 'postmaster.pid');
    writeFileSync(file, `${stranger.pid}\n${folder.postgres}\n1\n5432\n${folder.postgres}\n\n`);

    const successor = await folder.start();
    await assertAnswerKept(successor.url);
    assert.equal(stranger.exitCode, null);
    assert.equal(stranger.signalCode, null);
    stranger.kill();
    await successor.stop();
  });
});

describe('two processes on one data folder', () => {
  test('the second refuses in one line and does the first no harm', async () => {
    const first = await folder.startChild();
    const url = urlOf(first);
    const second = await folder.startChild();
    const message = refusalOf(second);
    assert.match(message, /another Usher runs on it/);
    assert.ok(!message.includes('\n'));
    await keepAnswer(url);
    await first.kill('SIGKILL');

    const third = await folder.startChild();
    await assertAnswerKept(urlOf(third));
    await third.kill('SIGTERM');
  });

  test('of two first starts at once exactly one serves', async () => {
    const both = await Promise.all([folder.startChild(), folder.startChild()]);
    const kinds = both.map((child) => child.report.kind).sort();
    assert.deepEqual(kinds, ['ready', 'refused'], JSON.stringify(both.map((child) => child.report)));
    const winner = must(
      both.find((child) => child.report.kind === 'ready'),
      'winner',
    );
    await keepAnswer(urlOf(winner));
    await winner.kill('SIGTERM');
    assert.deepEqual(readdirSync(folder.path).sort(), ['postgres', 'postgres.log']);
  });
});

describe('a Postgres that goes away', () => {
  for (const signal of ['SIGQUIT', 'SIGKILL', 'SIGINT'] as const) {
    test(`[I6] comes back by itself at the same address after ${signal}`, async () => {
      const { log, heard } = listenFor('serves again');
      const server = await folder.start(log);
      await keepAnswer(server.url);
      const pid = folder.postmasterPid();
      process.kill(pid, signal);
      await heard;
      await assertAnswerKept(server.url);
      assert.notEqual(folder.postmasterPid(), pid);
      await server.stop();
    });
  }

  test('[I6] a child of it that crashes costs the connections, not the server', async () => {
    const { log, heard } = listenFor('serves again');
    const server = await folder.start(log);
    await keepAnswer(server.url);
    const pid = folder.postmasterPid();
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    process.kill(must(rows[0], 'a row').pid, 'SIGKILL');
    await heard;
    await assertAnswerKept(server.url);
    assert.equal(folder.postmasterPid(), pid);
    await server.stop();
  });

  test('a stop while it is away ends all the same', async () => {
    const server = await folder.start();
    process.kill(folder.postmasterPid(), 'SIGKILL');
    await server.stop();
    await server.stop();
    const file = readPostmasterFile(folder.postgres);
    assert.ok(file === null || !folder.isRunning(file.pid));
  });
});
