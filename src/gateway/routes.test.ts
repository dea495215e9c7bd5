import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import type { SnapshotFrame } from '../protocol/down.js';
import { gatewayLimits } from './limits.js';
import { assertProblem, rest, type RestAnswer, type RestRequest } from './testing/rest.js';
import { startMs, TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

function call(method: string, path: string, given: RestRequest = {}): Promise<RestAnswer> {
  return rest(server, method, path, given);
}

describe('POST /v1/sessions', () => {
  test('makes a guest: a token that a socket takes, a new holder each time', async () => {
    server = new TestGateway();
    const { status, body } = await call('POST', '/v1/sessions', { body: {} });
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(body), ['token', 'holderId', 'expiresInMs']);
    assert.match(String(body['holderId']), /^[A-Za-z0-9_-]{20,64}$/);
    assert.equal(body['expiresInMs'], 3_600_000);
    const client = await server.connect();
    client.send({ kind: 'hello', reqId: 1, token: String(body['token']) });
    const welcome = await client.next();
    assert.ok(welcome[0] === 1);
    assert.equal(welcome[2].holderId, body['holderId']);
    const other = await call('POST', '/v1/sessions');
    assert.notEqual(other.body['holderId'], body['holderId']);
  });

  test('with a valid bearer renews the same holder', async () => {
    server = new TestGateway();
    const headers = { Authorization: `Bearer ${server.token('anna', 5000)}` };
    const { status, body } = await call('POST', '/v1/sessions', { body: {}, headers });
    assert.deepEqual([status, body['holderId'], body['expiresInMs']], [201, 'anna', 3_600_000]);
    const claims = server.tokens.verify(String(body['token']), startMs);
    assert.deepEqual(claims, { holderId: 'anna', expiresAtMs: startMs + 3_600_000 });
  });

  test('with any other authorization is 401', async () => {
    server = new TestGateway();
    const expired = server.tokens.issue('anna', startMs - 1000);
    for (const value of ['Bearer nonsense', 'Basic abc', `Bearer ${expired}`, server.token('anna')]) {
      assertProblem(await call('POST', '/v1/sessions', { headers: { Authorization: value } }), 401, 'unauthorized');
    }
  });

  test('a body that is no object is 400, one over 1 KB is 413', async () => {
    server = new TestGateway();
    for (const text of ['[]', 'nonsense', '1', 'null', '{']) {
      assertProblem(await call('POST', '/v1/sessions', { text }), 400, 'bad_frame');
    }
    const body = { filler: 'x'.repeat(gatewayLimits.sessionBodyBytesMax) };
    assertProblem(await call('POST', '/v1/sessions', { body }), 413, 'limit_exceeded');
  });

  test('new ones of one address are limited to so many a minute: 429 with Retry-After; renewals are not', async () => {
    server = new TestGateway({ sessionsPerAddress: 3 });
    for (let i = 0; i < 3; i += 1) assert.equal((await call('POST', '/v1/sessions')).status, 201);
    const refused = await call('POST', '/v1/sessions');
    assertProblem(refused, 429, 'slow_down');
    const retryAfter = Number(refused.headers.get('retry-after'));
    assert.ok(retryAfter >= 1 && retryAfter <= 60);
    const headers = { Authorization: `Bearer ${server.token('anna')}` };
    assert.equal((await call('POST', '/v1/sessions', { headers })).status, 201);
  });

  test('are not limited where rate limits are off', async () => {
    server = new TestGateway({ sessionsPerAddress: 1, rateLimit: false });
    for (let i = 0; i < 5; i += 1) assert.equal((await call('POST', '/v1/sessions')).status, 201);
  });
});

describe('GET /v1/events/{eventId}/seats', () => {
  const path = '/v1/events/event-1/seats';
  const snapshot: SnapshotFrame = [2, 'event-1', [3, 17], 5, Uint8Array.of(0b0110_0100, 1), [['floor', 5, 1, 0, 0]]];

  test('is the published map with its position as ETag', async () => {
    server = new TestGateway();
    const answer = call('GET', path);
    const { correlation, eventId } = await server.shards.snapshots.take();
    assert.equal(eventId, 'event-1');
    server.snapshot(correlation, snapshot);
    const { status, headers, body } = await answer;
    assert.equal(status, 200);
    assert.equal(headers.get('etag'), '"3-17"');
    assert.deepEqual(body, {
      position: [3, 17],
      seatCount: 5,
      states: Buffer.from([0b0110_0100, 1]).toString('base64'),
      areas: [['floor', 5, 1, 0, 0]],
    });
  });

  test('is 304 without a body for whoever has it already', async () => {
    server = new TestGateway();
    for (const [header, status] of [
      ['"3-17"', 304],
      ['W/"3-17"', 304],
      ['"3-16", "3-17"', 304],
      ['*', 304],
      ['"3-16"', 200],
    ] as const) {
      const answer = call('GET', path, { headers: { 'If-None-Match': header } });
      const { correlation } = await server.shards.snapshots.take();
      server.snapshot(correlation, snapshot);
      const { headers, status: answered } = await answer;
      assert.equal(answered, status, header);
      assert.equal(headers.get('etag'), '"3-17"');
    }
  });

  test('readers that come while a read is under way share it; later ones do not', async () => {
    server = new TestGateway();
    const first = call('GET', path);
    const { correlation } = await server.shards.snapshots.take();
    const others = [call('GET', path), call('GET', path)];
    // A frame behind them on another connection says that they have arrived.
    while (server.gateway.stats().seatsReaders < 3) await (await server.join('anna')).settle();
    server.snapshot(correlation, snapshot);
    for (const answer of [first, ...others]) assert.equal((await answer).status, 200);
    assert.equal(server.shards.snapshots.size, 0);
    const later = call('GET', path);
    server.snapshot((await server.shards.snapshots.take()).correlation, snapshot);
    assert.equal((await later).status, 200);
  });

  test('of an unknown event, or of what is no id, is 404', async () => {
    server = new TestGateway();
    const answer = call('GET', path);
    const { correlation } = await server.shards.snapshots.take();
    server.snapshot(correlation, [5, 0, '404 unknown_event', 'Cannot read seats as there is no such event', {}]);
    assertProblem(await answer, 404, 'unknown_event');
    for (const id of ['no%20id', '%zz', '%', '%ff', 'event-1%00', 'event-1%2f']) {
      assertProblem(await call('GET', `/v1/events/${id}/seats`), 404, 'unknown_event');
    }
    assert.equal(server.shards.snapshots.size, 0);
  });

  test('an address is the same with characters of its ids encoded', async () => {
    server = new TestGateway();
    const answer = call('GET', '/v1/events/%65vent%2D1/seats');
    const { correlation, eventId } = await server.shards.snapshots.take();
    assert.equal(eventId, 'event-1');
    server.snapshot(correlation, snapshot);
    assert.equal((await answer).status, 200);
  });

  test('that gets no answer, or whose shard is gone, is 503 with Retry-After', async () => {
    server = new TestGateway();
    const unanswered = call('GET', path);
    await server.shards.snapshots.take();
    server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
    assertProblem(await unanswered, 503, 'unavailable');
    const lost = call('GET', path);
    await server.shards.snapshots.take();
    server.shardLost(() => true);
    const answer = await lost;
    assertProblem(answer, 503, 'unavailable');
    assert.equal(answer.headers.get('retry-after'), '1');
    const busy = call('GET', path);
    const { correlation } = await server.shards.snapshots.take();
    server.snapshot(correlation, [5, 0, '503 busy', 'Cannot', { retryAfterMs: 2500 }]);
    assert.equal((await busy).headers.get('retry-after'), '3');
  });
});

describe('CORS', () => {
  const ours = 'http://127.0.0.1:8080';

  test('OPTIONS is answered for an allowed origin, with headers and methods', async () => {
    server = new TestGateway();
    const { status, headers } = await call('OPTIONS', '/v1/events/e/holds', { headers: { Origin: ours } });
    assert.equal(status, 204);
    assert.equal(headers.get('access-control-allow-origin'), ours);
    const allowed = String(headers.get('access-control-allow-headers'));
    for (const name of ['Authorization', 'Idempotency-Key', 'Content-Type', 'If-None-Match']) {
      assert.ok(allowed.includes(name), name);
    }
    for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
      assert.ok(String(headers.get('access-control-allow-methods')).includes(method), method);
    }
  });

  test('OPTIONS for another origin is 403', async () => {
    server = new TestGateway();
    const answer = await call('OPTIONS', '/v1/sessions', { headers: { Origin: 'http://evil.example' } });
    assertProblem(answer, 403, 'forbidden');
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  });

  test('answers are shared with allowed origins, errors too, and expose ETag and Retry-After', async () => {
    server = new TestGateway({ sessionsPerAddress: 1 });
    for (const status of [201, 429]) {
      const answer = await call('POST', '/v1/sessions', { headers: { Origin: ours } });
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('access-control-allow-origin'), ours);
      assert.equal(answer.headers.get('access-control-expose-headers'), 'ETag, Retry-After');
      assert.equal(answer.headers.get('vary'), 'Origin');
    }
    const { headers } = await call('POST', '/v1/sessions', { headers: { Origin: 'http://evil.example' } });
    assert.equal(headers.get('access-control-allow-origin'), null);
  });
});

test('what nobody knows is 404; the socket address takes upgrades only', async () => {
  server = new TestGateway();
  for (const [method, path] of [
    ['GET', '/'],
    ['POST', '/v1/bookings/B1-1'],
    ['GET', '/v1/events/e'],
    ['POST', '/v1/events/e/holds/H1-1/extend'],
    ['HEAD', '/v1/nothing'],
  ] as const) {
    const { status } = await call(method, path);
    assert.equal(status, 404, `${method} ${path}`);
  }
  assertProblem(await call('GET', '/'), 404, 'not_found');
  assertProblem(await call('GET', '/v1/live'), 400, 'bad_frame');
});

test('405 with Allow: the address is known, the method is not', async () => {
  server = new TestGateway();
  for (const [method, path, allow] of [
    ['PUT', '/v1/sessions', 'POST, OPTIONS'],
    ['DELETE', '/v1/events/e/seats', 'GET, HEAD, OPTIONS'],
    ['PUT', '/v1/events/e/holds', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/v1/events/e/holds/H1-1', 'PATCH, DELETE, OPTIONS'],
    ['GET', '/v1/events/e/holds/H1-1/release', 'POST, OPTIONS'],
    ['GET', '/v1/events/e/holds/H1-1/confirm', 'POST, OPTIONS'],
    ['POST', '/v1/bookings', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const answer = await call(method, path, { headers: { Origin: 'http://127.0.0.1:8080' } });
    assertProblem(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers.get('allow'), allow);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'http://127.0.0.1:8080');
  }
});

test('HEAD is answered as GET, without the body', async () => {
  server = new TestGateway();
  const seats = call('HEAD', '/v1/events/e/seats');
  server.snapshot((await server.shards.snapshots.take()).correlation, [2, 'e', [3, 17], 1, Uint8Array.of(0), []]);
  assert.deepEqual([(await seats).status, (await seats).headers.get('etag'), (await seats).body], [200, '"3-17"', {}]);
  const token = server.token('anna');
  const holds = call('HEAD', '/v1/events/e/holds', { token });
  server.answer((await server.shards.myHoldsRequests.take()).correlation, [4, 0, [1, 2], { holds: [] }]);
  assert.deepEqual([(await holds).status, (await holds).body], [200, {}]);
  const bookings = call('HEAD', '/v1/bookings', { token });
  (await server.bookings.take()).resolve([]);
  assert.deepEqual([(await bookings).status, (await bookings).body], [200, {}]);
  assert.equal((await call('HEAD', '/v1/bookings')).status, 401);
});
