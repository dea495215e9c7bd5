import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemTimers } from '../lib/timers.js';
import { pauseAwake } from '../store/embedded/pause-awake.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import type { Guest } from './testing/venue.js';
import { readAnswer, rejected, WireClient } from './testing/wire-client.js';

const sessionTtlMs = 1500;

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({
    databaseUrl: database.url,
    env: { USHER_SESSION_TTL_MS: String(sessionTtlMs) },
  });
});

after(async () => {
  await installation.remove();
  await database.drop();
});

async function renewed(token: string): Promise<Guest> {
  const { status, body } = await installation.live('POST', '/v1/sessions', { token, body: {} });
  assert.equal(status, 201, JSON.stringify(body));
  return body as Guest;
}

test('4002 when a token runs out, unless a later hello has renewed it', async () => {
  const [idle, keen] = [await installation.guest(), await installation.guest()];
  const idleClient = await WireClient.connect(installation.liveUrl, idle.token, 'usher.v1.json');
  const keenClient = await WireClient.connect(installation.liveUrl, keen.token);
  let { token } = keen;
  while (!idleClient.isClosed) {
    ({ token } = await renewed(token));
    const [number, , welcome] = await keenClient.hello(token);
    assert.equal(number, 1);
    const { holderId, tokenExpiresInMs } = welcome as { holderId: string; tokenExpiresInMs: number };
    assert.equal(holderId, keen.holderId);
    assert.ok(tokenExpiresInMs > 0);
    await pauseAwake(systemTimers, sessionTtlMs / 5);
  }
  assert.equal(await idleClient.closed, 4002);
  assert.equal((await keenClient.ping())[0], 8, 'renewed, it has outlived the other');

  const late = await WireClient.open(installation.liveUrl, 'usher.v1.msgpack');
  rejected(readAnswer(await late.hello(idle.token)), '401 unauthorized');
  assert.equal(await late.closed, 4001);
  const { status } = await installation.live('POST', '/v1/sessions', { token: idle.token, body: {} });
  assert.equal(status, 401);
  await keenClient.close();
});
