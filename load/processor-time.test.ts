import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { must } from '../src/lib/must.js';
import { descendants, readServerTime } from './processor-time.js';

test('processor time is read of a process and of each of its threads', () => {
  const time = must(readServerTime(process.pid), 'the time of this process');
  assert.ok(time.serverMs > 0);
  assert.ok(time.threadsMs.has(String(process.pid)));
  assert.ok(time.serverWaitedMs >= 0 && time.postgresWaitedMs >= 0);
});

test('descendants are found, children and theirs', async () => {
  const child = spawn(process.execPath, [
    '-e',
    "const grand = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);" +
      'console.log(grand.pid); process.once("SIGTERM", () => { grand.kill(); grand.once("exit", () => process.exit()); });',
  ]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ids = descendants(process.pid);
  child.kill();
  await once(child, 'exit');
  assert.ok(ids.includes(must(child.pid, 'the pid')));
  assert.ok(ids.includes(Number(line.toString())));
});

test('a process that is not there has no time', () => {
  assert.equal(readServerTime(2 ** 22 + 1), null);
});
