import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyTestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { refused, type Reply } from './testing/rest.js';

test('429 slow_down: over the rate of a holder, with Retry-After; other holders go on', async () => {
  const database = await emptyTestDatabase();
  const limited = await Installation.start({
    databaseUrl: database.url,
    env: { USHER_RATE_LIMIT: 'on', USHER_MESSAGES_PER_SECOND: '5' },
  });
  try {
    const guest = await limited.guest();
    const read = (token: string): Promise<Reply> => limited.live('GET', '/v1/bookings', { token });
    const replies = await Promise.all(Array.from({ length: 30 }, () => read(guest.token)));
    const slowed = replies.filter(({ status }) => status === 429);
    assert.ok(slowed.length > 0 && slowed.length <= 20, String(slowed.length));
    for (const reply of slowed) {
      assert.ok(Number(refused(reply, 429, 'slow_down')['retryAfterMs']) > 0);
      assert.ok(Number(reply.headers.get('retry-after')) >= 1);
    }
    assert.equal((await read((await limited.guest()).token)).status, 200);
  } finally {
    await limited.remove();
    await database.drop();
  }
});
