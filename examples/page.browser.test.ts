import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { connectUsher } from 'usher/client';
import { WebSocket } from 'ws';
import { checkedDatabase } from '../src/e2e/testing/checked-database.js';
import { type ServerProcess, startServer } from '../src/lib/testing/server-process.js';
import { launchChromium } from '../src/web/testing/browser.js';

// The page without a build, served as any file server would, in a real browser.

const root = fileURLToPath(new URL('../..', import.meta.url));
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
const cleanUps: (() => Promise<unknown>)[] = [];
let server: ServerProcess;
let browser: Browser;
let filesUrl = '';

before(async () => {
  const database = await checkedDatabase();
  cleanUps.push(() => database.drop());
  server = await startServer({ databaseUrl: database.url, env: { USHER_DEMO: 'on' } });
  cleanUps.push(() => server.kill('SIGTERM'));
  filesUrl = await serveFiles();
  browser = await launchChromium();
  cleanUps.push(() => browser.close());
});

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

async function serveFiles(): Promise<string> {
  const files = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://files.test');
    readFile(join(root, pathname)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(pathname)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await once(files.listen(0, '127.0.0.1'), 'listening');
  cleanUps.push(async () => {
    files.closeAllConnections();
    await once(files.close(), 'close');
  });
  const address = files.address();
  assert.ok(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}`;
}

test('the plain page shows the map, holds a seat and gives it back, and a reload is the same holder', async () => {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.goto(`${filesUrl}/examples/page.html?event=demo&live=127.0.0.1:${server.ports.live}`);
  const news = page.getByRole('status');
  await news.filter({ hasText: '1744 seats' }).waitFor();

  const seat = page.locator('#seats button').nth(7);
  await seat.click();
  await news.filter({ hasText: /^held / }).waitFor();
  assert.equal(await seat.getAttribute('data-state'), 'held');
  await page.reload();
  await page.locator('#seats button[data-own]').first().waitFor();
  assert.notEqual(await seat.getAttribute('data-own'), null);

  const sessionsUrl = `${server.webUrl}v1/sessions`;
  const rival = connectUsher({ liveUrl: server.liveUrl, sessionsUrl, webSocket: WebSocket });
  cleanUps.push(() => Promise.resolve(rival.close()));
  await assert.rejects(rival.hold('demo', [7]), { code: 'seat_taken' });
  await seat.click();
  await news.filter({ hasText: /^gave back / }).waitFor();
  await rival.hold('demo', [7]);
  await page.locator('#seats button[data-state="held"]:not([data-own])').waitFor();
  assert.deepEqual(faults, []);
});
