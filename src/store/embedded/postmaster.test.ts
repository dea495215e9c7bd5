import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { systemClock } from '../../lib/clock.js';
import { systemTimers } from '../../lib/timers.js';
import { addressOf } from './address.js';
import { isPostmasterOf, markStale, readPostmasterFile, removeUnfinishedFile } from './postmaster.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-postmaster-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(text: string): void {
  writeFileSync(join(folder, 'postmaster.pid'), text);
}

test('postmaster.pid is read at every stage of a start', () => {
  const address = (): unknown => {
    const file = readPostmasterFile(folder);
    return file === null ? 'no file' : addressOf(file);
  };
  assert.equal(address(), 'no file');
  write('');
  assert.equal(address(), 'no file');
  write('77\n/data\n1795202130\n5432\n\n');
  assert.equal(readPostmasterFile(folder)?.pid, 77);
  assert.equal(address(), null);
  write('77\n/data\n1795202130\n5432\n/data\n\n  9977974         4\nready   \n');
  assert.deepEqual(address(), { kind: 'socket', folder: '/data' });
  write('77\n/data\n1795202130\n50123\n\n127.0.0.1\n');
  assert.deepEqual(address(), { kind: 'loopback', port: 50_123 });
});

test('a living process with the number of a dead server is not taken for it', async () => {
  assert.equal(isPostmasterOf(folder, process.pid), false);
  const other = spawn('sleep', ['600']);
  await once(other, 'spawn');
  assert.equal(isPostmasterOf(folder, other.pid ?? 0), false);
  const exit = once(other, 'exit');
  other.kill();
  await exit;
  assert.equal(isPostmasterOf(folder, other.pid ?? 0), false);
});

test("a stale file keeps all but the process' number, which becomes one that Postgres takes for stale", () => {
  write('77\n/data\n1795202130\n5432\n/data\n\n  9977974         4\n');
  const file = readPostmasterFile(folder);
  assert.ok(file !== null);
  markStale(folder, file);
  const rest = '/data\n1795202130\n5432\n/data\n\n  9977974         4\n';
  assert.equal(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), `${process.pid}\n${rest}`);
  write(`4194304123\n${rest}`);
  markStale(folder, file);
  const padded = String(process.pid).padStart(10);
  assert.equal(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), `${padded}\n${rest}`, 'never shorter than before');
  assert.equal(readPostmasterFile(folder)?.pid, process.pid);
});

test('[I6] a file that its writer was killed over is taken away, one with a number stays', async () => {
  const path = join(folder, 'postmaster.pid');
  write('');
  await removeUnfinishedFile(folder, systemClock, systemTimers);
  assert.equal(existsSync(path), false);
  await removeUnfinishedFile(folder, systemClock, systemTimers);
  write('77\n');
  await removeUnfinishedFile(folder, systemClock, systemTimers);
  assert.equal(existsSync(path), true);
});
