import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { must } from '../lib/must.js';
import type { DownFrame } from '../protocol/down.js';
import { goldenBadFrames } from '../protocol/golden-frames.js';
import { gatewayLimits } from './limits.js';
import type { LiveClient } from './testing/live-client.js';
import { bothSubprotocols, startMs, TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

async function nextRejected(client: LiveClient): Promise<{ reqId: number; code: string; details: object }> {
  const frame: DownFrame = await client.next();
  assert.equal(frame[0], 5, `a refusal, not ${JSON.stringify(frame)}`);
  const [, reqId, code, , details] = frame;
  return { reqId, code, details };
}

function ping(reqId: number): { kind: 'ping'; reqId: number } {
  return { kind: 'ping', reqId };
}

describe('hello', () => {
  for (const subprotocol of bothSubprotocols) {
    test(`${subprotocol}: is welcomed with who, where, when and the limits; frames may follow it at once`, async () => {
      server = new TestGateway();
      const client = await server.connect(subprotocol);
      client.send({ kind: 'hello', reqId: 7, token: server.token('anna', 60_000), client: 'test' }, ping(8));
      assert.deepEqual(await client.next(), [
        1,
        7,
        {
          holderId: 'anna',
          nodeId: 'node-1',
          serverTimeMs: startMs,
          tokenExpiresInMs: 60_000,
          limits: { maxMessageBytes: 4096, messagesPerSecond: 20, subscriptions: 32 },
        },
      ]);
      assert.deepEqual(await client.next(), [8, 8, startMs]);
    });

    test(`${subprotocol}: any other first frame is 401, then 4001`, async () => {
      server = new TestGateway();
      const client = await server.connect(subprotocol);
      client.send(ping(3));
      const { reqId, code } = await nextRejected(client);
      assert.deepEqual([reqId, code], [3, '401 unauthorized']);
      assert.equal(await client.closed, 4001);
    });
  }

  for (const [name, tokenOf] of [
    ['made up', () => 'nonsense'],
    ['run out', (from: TestGateway) => from.tokens.issue('anna', from.nowMs() - 1000)],
    ['changed', (from: TestGateway) => from.token('anna').replace('anna', 'otto')],
  ] as const) {
    test(`a token that is ${name} is 401, then 4001`, async () => {
      server = new TestGateway();
      const client = await server.connect();
      client.send({ kind: 'hello', reqId: 9, token: tokenOf(server) });
      const { reqId, code } = await nextRejected(client);
      assert.deepEqual([reqId, code], [9, '401 unauthorized']);
      assert.equal(await client.closed, 4001);
    });
  }

  test('none within 5 s: 4001, and not before', async () => {
    server = new TestGateway();
    const silent = await server.connect();
    server.time.advance(5000);
    const late = await server.connect();
    server.time.advance(gatewayLimits.tickMs * 2);
    assert.equal(await silent.closed, 4001);
    late.send({ kind: 'hello', reqId: 1, token: server.token('anna') });
    assert.equal((await late.next())[0], 1);
  });

  test('one that comes after 5 s is too late even if no timer ran', async () => {
    let nowMs = 0;
    const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
    server = new TestGateway({ clock });
    const client = await server.connect();
    nowMs = 5001;
    client.send({ kind: 'hello', reqId: 1, token: server.token('anna') });
    assert.equal(await client.closed, 4001);
  });

  test('a later one of the same holder renews the token', async () => {
    server = new TestGateway();
    const client = await server.connect();
    client.send({ kind: 'hello', reqId: 1, token: server.token('anna', 10_000) });
    await client.next();
    client.send({ kind: 'hello', reqId: 2, token: server.token('anna', 60_000) });
    const [number, reqId] = await client.next();
    assert.deepEqual([number, reqId], [1, 2]);
    server.time.advance(20_000);
    await client.settle();
  });

  test('a later one of another holder is 403, a bad one 401, and the session goes on', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ kind: 'hello', reqId: 2, token: server.token('otto') });
    assert.equal((await nextRejected(client)).code, '403 forbidden');
    client.send({ kind: 'hello', reqId: 3, token: 'nonsense' });
    assert.equal((await nextRejected(client)).code, '401 unauthorized');
    await client.settle();
  });

  test('a token that runs out closes the socket with 4002', async () => {
    server = new TestGateway();
    const client = await server.connect();
    client.send({ kind: 'hello', reqId: 1, token: server.token('anna', 10_000) });
    await client.next();
    server.time.advance(10_000);
    assert.equal(await client.closed, 4002);
  });

  test('a token that ran out is noticed by the next message even if no timer ran', async () => {
    let nowMs = 0;
    const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
    server = new TestGateway({ clock });
    const client = await server.connect();
    client.send({ kind: 'hello', reqId: 1, token: server.token('anna', 10_000) });
    await client.next();
    nowMs = 10_001;
    client.send(ping(2));
    assert.equal(await client.closed, 4002);
    assert.equal(client.frames.size, 0);
  });

  test('the ninth socket of a holder closes the oldest with 4009', async () => {
    server = new TestGateway();
    const clients: LiveClient[] = [];
    for (let i = 0; i < 9; i += 1) clients.push(await server.join('anna'));
    const [oldest, ...others] = clients;
    assert.equal(await must(oldest, 'the oldest').closed, 4009);
    for (const client of others) await client.settle();
    assert.equal(server.gateway.stats().sockets, 8);
  });
});

describe('a message that is no valid frame', () => {
  for (const { name, reqId, msgpack, json } of goldenBadFrames()) {
    for (const message of [msgpack, json]) {
      if (message === null) continue;
      const subprotocol = typeof message === 'string' ? 'usher.v1.json' : 'usher.v1.msgpack';
      test(`${subprotocol}: ${name} is 400 with its reqId, and harms neither its sender nor a neighbour`, async () => {
        server = new TestGateway();
        const neighbour = await server.join('nora', subprotocol);
        const client = await server.join('anna', subprotocol);
        client.sendRaw(message);
        const rejected = await nextRejected(client);
        assert.deepEqual([rejected.reqId, rejected.code], [reqId, '400 bad_frame']);
        await client.settle();
        await neighbour.settle();
        assert.deepEqual(server.faults, []);
      });
    }
  }

  test('text on a MessagePack socket, and bytes on a JSON socket, are bad frames', async () => {
    server = new TestGateway();
    const msgpack = await server.join('anna', 'usher.v1.msgpack');
    msgpack.sendRaw('[4,1]');
    assert.equal((await nextRejected(msgpack)).code, '400 bad_frame');
    const json = await server.join('otto', 'usher.v1.json');
    json.sendRaw(Uint8Array.of(0x92, 4, 1));
    assert.equal((await nextRejected(json)).code, '400 bad_frame');
  });

  test('before hello is 400 as well', async () => {
    server = new TestGateway();
    const client = await server.connect();
    client.sendRaw(Uint8Array.of(0xc1));
    assert.equal((await nextRejected(client)).code, '400 bad_frame');
    client.send({ kind: 'hello', reqId: 1, token: server.token('anna') });
    assert.equal((await client.next())[0], 1);
  });

  test('ten of them close the socket with 4004, each of them answered', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    for (let i = 0; i < 10; i += 1) client.sendRaw(Uint8Array.of(0xc1));
    for (let i = 0; i < 10; i += 1) assert.equal((await nextRejected(client)).code, '400 bad_frame');
    assert.equal(await client.closed, 4004);
    assert.equal(server.gateway.stats().badFrames, 10);
  });

  test('a message over 4,096 bytes closes the socket, one of 4,096 does not', async () => {
    server = new TestGateway();
    const neighbour = await server.join('nora');
    const client = await server.join('anna', 'usher.v1.json');
    client.sendRaw(`[4,5${' '.repeat(4096 - 5)}]`);
    assert.deepEqual((await client.next()).slice(0, 2), [8, 5]);
    client.sendRaw(`[4,6${' '.repeat(4096 - 4)}]`);
    assert.ok([1006, 1009].includes(await client.closed));
    await neighbour.settle();
  });
});

describe('the message rate', () => {
  test('a burst of twice the rate passes; what is over it is 429 with retryAfterMs and has no effect', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    for (let i = 0; i < 40; i += 1) client.send(ping(i));
    client.send({ kind: 'hold', reqId: 41, eventId: 'e', commandId: 'command-1', seats: [1] });
    for (let i = 0; i < 40; i += 1) assert.deepEqual((await client.next()).slice(0, 2), [8, i]);
    assert.deepEqual(await nextRejected(client), { reqId: 41, code: '429 slow_down', details: { retryAfterMs: 50 } });
    assert.equal(server.shards.commands.size, 0);
    server.time.advance(50);
    await client.settle();
  });

  test('100 in a row over it close the socket with 4029', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    for (let i = 0; i < 140; i += 1) client.send(ping(i));
    for (let i = 0; i < 40; i += 1) await client.next();
    for (let i = 0; i < 100; i += 1) assert.equal((await nextRejected(client)).code, '429 slow_down');
    assert.equal(await client.closed, 4029);
  });

  test('99 in a row, one that passes, and 99 again do not', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    for (let i = 0; i < 139; i += 1) client.send(ping(i));
    for (let i = 0; i < 139; i += 1) await client.next();
    server.time.advance(50);
    for (let i = 0; i < 100; i += 1) client.send(ping(i));
    for (let i = 0; i < 100; i += 1) await client.next();
    server.time.advance(50);
    await client.settle();
  });

  test('is not limited where rate limits are off', async () => {
    server = new TestGateway({ rateLimit: false });
    const client = await server.join('anna');
    for (let i = 0; i < 500; i += 1) client.send(ping(i));
    for (let i = 0; i < 500; i += 1) assert.equal((await client.next())[0], 8);
  });
});

describe('silence', () => {
  test("of a process that stood still is nobody else's: what came meanwhile is read first", async () => {
    let nowMs = 0;
    const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
    server = new TestGateway({ clock });
    const client = await server.join('anna');
    const tick = (): void => {
      nowMs += gatewayLimits.tickMs;
      server.time.advance(gatewayLimits.tickMs);
    };
    tick();
    nowMs += gatewayLimits.closeAfterSilenceMs;
    tick();
    await client.settle();
    tick();
    await client.settle();
  });

  test('after 30 s the server pings, after 120 s it closes', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.socket.pause();
    const pinged = new Promise((resolve) => {
      client.socket.once('ping', resolve);
    });
    server.time.advance(29_000);
    client.socket.resume();
    await client.settle();
    assert.equal(client.pings, 0);
    server.time.advance(31_000);
    await pinged;
    // No pong counts here: the socket stays unread from now on.
    client.socket.pause();
    server.time.advance(120_000);
    client.socket.resume();
    assert.ok([1000, 1006].includes(await client.closed));
  });
});
