import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { gatewayLimits } from './limits.js';
import type { LiveClient } from './testing/live-client.js';
import { rest, type RestAnswer } from './testing/rest.js';
import { TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const plan = { spreadMs: 2000, graceMs: 10_000 };

/** Lets time pass in steps, with a turn of the event loop in between, until `isDone`. */
async function passUntil(isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    server.time.advance(50);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function goAway(client: LiveClient): Promise<number> {
  const frame = await client.next();
  assert.ok(frame[0] === 7);
  assert.equal(frame[1], 'draining');
  return frame[2].retryAfterMs;
}

describe('draining', () => {
  test('tells each socket to go away, with a retryAfterMs of its own, and closes it with 4013', async () => {
    server = new TestGateway();
    const clients: LiveClient[] = [];
    for (let i = 0; i < 5; i += 1) clients.push(await server.join(`holder-${i}`));
    let isOver = false;
    const drained = server.gateway.drain(plan).then(() => {
      isOver = true;
    });
    await passUntil(() => isOver);
    await drained;
    const delays = await Promise.all(clients.map(goAway));
    assert.equal(new Set(delays).size, 5);
    assert.ok(delays.every((delayMs) => delayMs >= gatewayLimits.retryAfterDrainingMs));
    for (const client of clients) assert.equal(await client.closed, 4013);
  });

  test('spreads it over time', async () => {
    server = new TestGateway();
    for (let i = 0; i < 4; i += 1) await server.join(`holder-${i}`);
    const startedAtMs = server.time.monotonicMs();
    const drained = server.gateway.drain(plan);
    const leftAtMs: number[] = [];
    await passUntil(() => {
      const gone = 4 - server.gateway.stats().sockets;
      while (leftAtMs.length < gone) leftAtMs.push(server.time.monotonicMs() - startedAtMs);
      return gone === 4;
    });
    assert.equal(new Set(leftAtMs).size, 4, 'not two at once');
    assert.ok(Math.max(...leftAtMs) <= plan.spreadMs + gatewayLimits.goAwayLingerMs + 100);
    server.gateway.closeNow();
    server.time.advance(1000);
    await drained;
  });

  test('waits for answers that are on their way, and goes on serving until then', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ kind: 'confirm', reqId: 5, eventId: 'e', commandId: 'command-1', holdId: 'H1-1', orderRef: 'x' });
    const first = await server.shards.commands.take();
    const drained = server.gateway.drain({ spreadMs: 0, graceMs: 4000 });
    await goAway(client);
    client.send({ kind: 'release', reqId: 6, eventId: 'e', commandId: 'command-2', holdId: 'H1-2', seats: null });
    const second = await server.shards.commands.take();
    server.time.advance(2000);
    server.answer(first.correlation, [4, 5, [1, 2], {}]);
    server.answer(second.correlation, [4, 6, [1, 3], {}]);
    assert.deepEqual((await client.next()).slice(0, 2), [4, 5]);
    assert.deepEqual((await client.next()).slice(0, 2), [4, 6]);
    await passUntil(() => server.gateway.stats().sockets === 0);
    assert.equal(await client.closed, 4013);
    server.time.advance(1000);
    await drained;
  });

  test('waits for requests over REST that have no answer yet; new ones are busy, with Retry-After', async () => {
    server = new TestGateway();
    const token = server.token('anna');
    const release = (): Promise<RestAnswer> =>
      rest(server, 'DELETE', '/v1/events/e/holds/H1-1', { token, key: 'command-1' });
    const open = release();
    const { correlation } = await server.shards.commands.take();
    // Another connection, which is there before the port is closed.
    const { port } = server.gateway;
    const second = connect(port, '127.0.0.1');
    await once(second, 'connect');
    second.write('GET /x HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(second, 'data');
    let isOver = false;
    const drained = server.gateway.drain({ spreadMs: 0, graceMs: 4000 }).then(() => {
      isOver = true;
    });
    second.write(`GET /v1/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    const [refused] = (await once(second, 'data')) as [Buffer];
    assert.match(refused.toString(), /^HTTP\/1.1 503 [^]*Retry-After: 1\r\n[^]*"code":"busy"/);
    server.time.advance(3000);
    assert.equal(isOver, false);
    server.answer(correlation, [4, 0, [1, 2], { holdId: 'H1-1', seats: [1], remaining: [] }]);
    assert.equal((await open).status, 200);
    await passUntil(() => isOver);
    await drained;
  });

  test('waits no longer than the grace', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ kind: 'myHolds', reqId: 5, eventId: 'e' });
    await server.shards.myHoldsRequests.take();
    let isOver = false;
    const drained = server.gateway.drain({ spreadMs: 0, graceMs: 3000 }).then(() => {
      isOver = true;
    });
    await passUntil(() => isOver);
    await drained;
    assert.equal(await client.closed, 4013);
  });

  test('takes no new connections, and refuses upgrades on those that are open', async () => {
    server = new TestGateway();
    const { port } = server.gateway;
    const client = await server.join('anna');
    const open = connect(port, '127.0.0.1');
    await once(open, 'connect');
    // The connection has been accepted once it is answered.
    open.write('GET /x HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(open, 'data');
    const drained = server.gateway.drain(plan);
    server.time.advance(50);
    await goAway(client);
    await assert.rejects(server.connect());
    open.write(
      'GET /v1/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: usher.v1.json\r\n\r\n',
    );
    const [answer] = (await once(open, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1.1 503 /);
    open.destroy();
    server.gateway.closeNow();
    server.time.advance(1000);
    await drained;
  });

  test('the port is free afterwards', async () => {
    server = new TestGateway();
    const { port } = server.gateway;
    let isOver = false;
    const drained = server.gateway.drain({ spreadMs: 0, graceMs: 0 }).then(() => {
      isOver = true;
    });
    await passUntil(() => isOver);
    await drained;
    server = new TestGateway({ port });
    await (await server.join('anna')).settle();
  });
});

test('closing at once ends a drain that is under way, and may be asked twice', async () => {
  server = new TestGateway();
  const client = await server.join('anna');
  const drained = server.gateway.drain(plan);
  server.gateway.closeNow();
  server.gateway.closeNow();
  server.time.advance(1000);
  await drained;
  assert.ok([4013, 1006].includes(await client.closed));
});
