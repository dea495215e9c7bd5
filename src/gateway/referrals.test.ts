import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Mail } from '../actor/mail.js';
import { gatewayLimits } from './limits.js';
import { TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const eventId = 'event-1';
const url = 'ws://other/v1/live';

test('whoever asks is told to go, for that event only, before the refusal; the socket stays', async () => {
  server = new TestGateway();
  const client = await server.join('anna');
  client.send({ kind: 'subscribe', reqId: 2, eventId, position: null });
  const watch = await server.shards.watches.take();
  server.gateway.sockets.referrals.onAskedElsewhere({ kind: 'watch', ...watch }, url);
  server.subscribed(watch.correlation, [[5, 2, '503 busy', 'Cannot', { retryAfterMs: 1000, url }]], false);
  assert.deepEqual(await client.next(), [7, 'elsewhere', { retryAfterMs: 0, url, eventId }]);
  assert.deepEqual(await client.next(), [5, 2, '503 busy', 'Cannot', { retryAfterMs: 1000, url }]);

  client.send({ kind: 'myHolds', reqId: 3, eventId });
  const asked = await server.shards.myHoldsRequests.take();
  server.gateway.sockets.referrals.onAskedElsewhere({ kind: 'myHolds', ...asked }, url);
  server.answer(asked.correlation, [5, 3, '503 busy', 'Cannot', {}]);
  assert.deepEqual(await client.next(), [7, 'elsewhere', { retryAfterMs: 0, url, eventId }]);
  assert.deepEqual(await client.next(), [5, 3, '503 busy', 'Cannot', {}]);
  client.send({ kind: 'ping', reqId: 4 });
  assert.equal((await client.next())[0], 8);
});

test('watchers are told one after the other, in both encodings; who watches another event is not', async () => {
  server = new TestGateway();
  const anna = await server.watch('anna', eventId);
  const bert = await server.watch('bert', eventId, 'usher.v1.json');
  const cleo = await server.watch('cleo', 'another');
  server.gateway.sockets.referrals.onElsewhere(eventId, url);
  const half = gatewayLimits.reconnectWindowMs / 2;
  assert.deepEqual(await anna.next(), [7, 'elsewhere', { retryAfterMs: 0, url, eventId }]);
  assert.deepEqual(await bert.next(), [7, 'elsewhere', { retryAfterMs: half, url, eventId }]);
  cleo.send({ kind: 'ping', reqId: 4 });
  assert.equal((await cleo.next())[0], 8);
});

test('what nobody waits for any more, or an operator or REST asked, tells no socket', async () => {
  server = new TestGateway();
  const client = await server.join('anna');
  for (const correlation of [0, 7, 2 ** 30 + 1, 2 ** 31 + 1, 2 ** 31 + 2 ** 30]) {
    const mail: Mail = { kind: 'myHolds', correlation, reqId: 1, eventId, holderId: 'anna' };
    server.gateway.sockets.referrals.onAskedElsewhere(mail, url);
    server.gateway.sockets.referrals.onAskedElsewhere({ kind: 'snapshot', correlation, eventId }, url);
  }
  client.send({ kind: 'ping', reqId: 4 });
  assert.equal((await client.next())[0], 8);
});

test('over REST the refusal tells the address', async () => {
  server = new TestGateway();
  const asking = fetch(`${server.httpUrl}/v1/events/${eventId}/seats`);
  const { correlation } = await server.shards.snapshots.take();
  server.snapshot(correlation, [5, 0, '503 busy', 'Cannot', { retryAfterMs: 1000, url }]);
  const answer = await asking;
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
  assert.equal(((await answer.json()) as { url: string }).url, url);
});
