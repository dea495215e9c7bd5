import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectUsher } from 'usher/client';
import { WebSocket } from 'ws';
import { checkedDatabase } from '../src/e2e/testing/checked-database.js';
import { type ServerProcess, startServer } from '../src/lib/testing/server-process.js';
import type { TestDatabase } from '../src/store/testing/postgres.js';
import { placesOf } from './progress.js';

// `npm run demo` against a whole server.

const cleanUps: (() => Promise<void>)[] = [];
let database: TestDatabase;
let server: ServerProcess;

before(async () => {
  database = await checkedDatabase();
  cleanUps.push(() => database.drop());
  const env = { USHER_DEMO: 'on', USHER_CONNECTIONS_PER_ADDRESS: '8', USHER_SESSIONS_PER_ADDRESS: '12' };
  server = await startServer({ databaseUrl: database.url, env });
  cleanUps.push(() => server.kill('SIGTERM'));
});

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

function startDemo(...args: string[]) {
  const file = fileURLToPath(new URL('demo.js', import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  cleanUps.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, printed: () => text };
}

function webUrl(): string {
  return server.webUrl.replace(/\/$/, '');
}

test('people hold and book; with Ctrl-C they give back what they hold, and all comes to an end', async () => {
  const demo = startDemo('--url', webUrl(), '--buyers', '12', '--sockets', '6', '--speed', '20');
  const watcher = connectUsher({
    liveUrl: server.liveUrl,
    sessionsUrl: `${webUrl()}/v1/sessions`,
    webSocket: WebSocket,
  });
  cleanUps.push(() => Promise.resolve(watcher.close()));
  const map = watcher.subscribe('demo');
  for await (const _ of map) if (placesOf(map).booked >= 5 && placesOf(map).held > 0) break;

  demo.child.kill('SIGINT');
  assert.equal(await demo.ended, 0, demo.printed());
  assert.match(demo.printed(), /^12 people come to /);
  assert.match(demo.printed(), /^\d+:\d\d {2}[\d,]+\/1,744 free, \d+ held · \d+ holds, \d+ bookings/m);
  const [, holds = '', booked = '', givenBack = '', abandoned = ''] =
    /Ended as stopped by SIGINT: (\d+) holds, of which (\d+) were booked \(\d+ places\), (\d+) given back, (\d+) abandoned/.exec(
      demo.printed(),
    ) ?? [];
  assert.ok(Number(booked) > 0, demo.printed());
  assert.ok(Number(holds) >= Number(booked) + Number(givenBack) + Number(abandoned), demo.printed());
});

test('more people than the server lets in wait, and one line says how to change that', async () => {
  const demo = startDemo('--url', webUrl(), '--buyers', '40', '--sockets', '40', '--speed', '20', '--duration', '5');
  assert.equal(await demo.ended, 0, demo.printed());
  assert.equal(demo.printed().split('USHER_RATE_LIMIT=off npm start').length, 2, demo.printed());
  assert.match(demo.printed(), /\d+ waiting/);
  assert.match(demo.printed(), /Ended as the time is over/);
});

for (const [what, args, message] of [
  ['an event that there is not', ['--event', 'nope'], /^There is no event nope at http:\S+; there is demo/],
  [
    'nobody there',
    ['--url', 'http://127.0.0.1:1'],
    /^Cannot find a server at http:\/\/127\.0\.0\.1:1: start one with npm start/,
  ],
  ['a wrong number', ['--buyers', 'many'], /^--buyers must be a whole number/],
] as const) {
  test(`${what}: one line says so, and it ends with 1`, async () => {
    const demo = startDemo('--url', webUrl(), ...args);
    assert.equal(await demo.ended, 1);
    assert.match(demo.printed(), message);
    assert.equal(demo.printed().trimEnd().split('\n').length, 1, demo.printed());
  });
}
