import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../lib/clock.js';
import { systemRandom } from '../lib/random.js';
import { systemTimers } from '../lib/timers.js';
import { memorySessionStore, type Platform } from './platform.js';
import { Session } from './session.js';

/** A platform whose server hands out guests, one after the other, when it is told to. */
function server() {
  const requests: { bearer: string | undefined; answer(): void }[] = [];
  const fetch: Platform['fetch'] = (_, request) =>
    new Promise((resolve) => {
      const guest = requests.length + 1;
      const body = { token: `token-${guest}`, holderId: `guest-${guest}`, expiresInMs: 3_600_000 };
      requests.push({
        bearer: request.headers['authorization'],
        answer: () => resolve({ status: 201, headers: { get: () => null }, json: () => Promise.resolve(body) }),
      });
    });
  const platform = {
    fetch,
    sessionStore: memorySessionStore(),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
  } as unknown as Platform;
  return { requests, session: new Session('http://web.test/v1/sessions', platform) };
}

test('whoever asks for a token while one is on its way gets that one: two guests would be two holders', async () => {
  const { requests, session } = server();
  const asked = Promise.all([session.token(), session.token(), session.renew()]);
  assert.equal(requests.length, 1);
  requests[0]?.answer();
  assert.deepEqual(await asked, ['token-1', 'token-1', 'token-1']);
  assert.equal(await session.token(), 'token-1');
  assert.equal(requests.length, 1);
});

test('renewing keeps the holder: it shows the token that it has', async () => {
  const { requests, session } = server();
  const first = session.token();
  requests[0]?.answer();
  await first;
  const renewed = session.renew();
  assert.equal(requests[1]?.bearer, 'Bearer token-1');
  requests[1]?.answer();
  assert.equal(await renewed, 'token-2');
});
