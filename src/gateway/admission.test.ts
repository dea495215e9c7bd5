import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { UsageError } from '../lib/usage-error.js';
import { Listener } from './listener.js';
import { TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

function throwing(): never {
  throw new Error('a bug');
}

/** The HTTP status of an upgrade that is refused, and its problem. */
function refusal(
  subprotocols: readonly string[],
  headers: Record<string, string | string[]> = {},
): Promise<{ status: number; code: string; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server.url, [...subprotocols], { headers });
    socket.on('open', () => reject(new Error('the upgrade was not refused')));
    socket.on('error', () => {});
    socket.on('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { code, status } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string; status: number };
        assert.equal(response.headers['content-type'], 'application/problem+json');
        assert.equal(response.statusCode, status);
        resolve({ status, code, retryAfter: response.headers['retry-after'] });
      });
    });
  });
}

describe('the subprotocol', () => {
  test('no known one is HTTP 400', async () => {
    server = new TestGateway();
    for (const offered of [[], ['usher.v2.msgpack'], ['mqtt', 'usher.v1']]) {
      assert.deepEqual(await refusal(offered), { status: 400, code: 'bad_frame', retryAfter: undefined });
    }
    assert.equal(server.gateway.stats().upgradesRefused, 3);
  });

  test('the first known one that the client offers is chosen, and compression never', async () => {
    server = new TestGateway();
    const socket = new WebSocket(server.url, ['mqtt', 'usher.v1.json', 'usher.v1.msgpack'], {
      perMessageDeflate: true,
    });
    await new Promise((resolve) => {
      socket.on('open', resolve);
    });
    assert.equal(socket.protocol, 'usher.v1.json');
    assert.equal(socket.extensions, '');
    socket.terminate();
  });
});

describe('the origin', () => {
  test('of the same hostname may connect from any port, and no origin at all', async () => {
    server = new TestGateway();
    await server.connect('usher.v1.json', { Origin: 'http://127.0.0.1:8080' });
    await server.connect('usher.v1.json', { Origin: 'https://127.0.0.1' });
    await server.connect('usher.v1.json');
  });

  test('of another hostname is HTTP 403', async () => {
    server = new TestGateway();
    for (const origin of ['http://evil.example', 'null', 'http://localhost:8080', 'file://', 'http://127.0.0.1.evil']) {
      const { status, code } = await refusal(['usher.v1.json'], { Origin: origin });
      assert.deepEqual([status, code], [403, 'forbidden'], origin);
    }
  });

  test('must be on the list where there is one', async () => {
    server = new TestGateway({ allowedOrigins: ['https://tickets.example'] });
    await server.connect('usher.v1.json', { Origin: 'https://tickets.example' });
    for (const origin of ['https://tickets.example:8443', 'http://tickets.example', 'http://127.0.0.1:8080']) {
      assert.equal((await refusal(['usher.v1.json'], { Origin: origin })).status, 403, origin);
    }
  });
});

describe('sockets of one address', () => {
  test('over the bound are 429 with Retry-After, until one of them closes', async () => {
    server = new TestGateway({ connectionsPerAddress: 2 });
    const first = await server.join('anna');
    const second = await server.join('otto');
    assert.deepEqual(await refusal(['usher.v1.json']), { status: 429, code: 'slow_down', retryAfter: '1' });
    first.socket.terminate();
    while (server.gateway.stats().sockets > 1) await second.settle();
    await server.connect();
  });

  test('are not bounded where rate limits are off', async () => {
    server = new TestGateway({ connectionsPerAddress: 1, rateLimit: false });
    for (let i = 0; i < 5; i += 1) await server.connect();
  });

  test('X-Forwarded-For does not count from whom it may', async () => {
    server = new TestGateway({ connectionsPerAddress: 1 });
    await server.connect('usher.v1.json', { 'X-Forwarded-For': '203.0.113.1' });
    assert.equal((await refusal(['usher.v1.json'], { 'X-Forwarded-For': '203.0.113.2' })).status, 429);
  });

  test('behind a trusted proxy the client counts, by the last entry that the proxy itself wrote', async () => {
    server = new TestGateway({ connectionsPerAddress: 1, trustedProxies: ['127.0.0.0/8'] });
    await server.connect('usher.v1.json', { 'X-Forwarded-For': '203.0.113.1' });
    await server.connect('usher.v1.json', { 'X-Forwarded-For': '203.0.113.2' });
    for (const forged of ['203.0.113.1', '198.51.100.7, 203.0.113.1']) {
      assert.equal((await refusal(['usher.v1.json'], { 'X-Forwarded-For': forged })).status, 429, forged);
    }
    // A line of the client's own above the one that the proxy added.
    const lines = ['198.51.100.7', '203.0.113.1'];
    assert.equal((await refusal(['usher.v1.json'], { 'X-Forwarded-For': lines })).status, 429);
  });
});

describe('the listener', () => {
  test('says in one line that a port is taken and which option changes it', () => {
    server = new TestGateway();
    assert.throws(
      () => new TestGateway({ port: server.gateway.port }),
      (error) => error instanceof UsageError && /USHER_LIVE_PORT/.test(error.message) && !error.message.includes('\n'),
    );
  });

  test('an aborted or half-sent request harms nobody', async () => {
    server = new TestGateway();
    const { port } = server.gateway;
    const send = async (text: string): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1');
      await new Promise((resolve) => {
        socket.write(text, resolve);
      });
      return socket;
    };
    (await send('POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{')).resetAndDestroy();
    (await send('GET /v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n')).resetAndDestroy();
    const reader = await send('GET /v1/events/e/seats HTTP/1.1\r\nHost: x\r\n\r\n');
    const { correlation } = await server.shards.snapshots.take();
    reader.resetAndDestroy();
    const client = await server.join('anna');
    // Long after its reader has gone.
    server.snapshot(correlation, [2, 'e', [1, 1], 4, Uint8Array.of(0), []]);
    await client.settle();
    assert.deepEqual(server.faults, []);
  });

  test('a handler that throws becomes HTTP 500, and the server goes on', async () => {
    server = new TestGateway();
    let faults = 0;
    const listener = new Listener({
      host: '127.0.0.1',
      port: 0,
      socketPath: '/live',
      events: {
        upgrade: throwing,
        opened: throwing,
        message: throwing,
        drained: throwing,
        heard: throwing,
        closed: throwing,
        failed: () => {
          faults += 1;
        },
      },
      routes: [{ method: 'get', pattern: '/*', handle: throwing }],
    });
    for (let i = 1; i <= 2; i += 1) {
      const response = await fetch(`http://127.0.0.1:${listener.port}/x`);
      assert.equal(response.status, 500);
      assert.equal(faults, i);
    }
    const upgrade = request(`http://127.0.0.1:${listener.port}/live`, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    const status = await new Promise((resolve) => {
      upgrade.on('response', (response) => resolve(response.statusCode));
      upgrade.end();
    });
    assert.equal(status, 500);
    listener.close();
  });

  test('a fault of ours while a message is handled closes that socket and no other', async () => {
    let isBroken = false;
    server = new TestGateway({ nowMs: () => (isBroken ? throwing() : 0) });
    const client = await server.connect();
    const neighbour = await server.join('nora');
    isBroken = true;
    client.send({ kind: 'hello', reqId: 1, token: server.token('anna') });
    assert.equal(await client.closed, 1011);
    assert.equal(server.faults.length, 1);
    isBroken = false;
    await neighbour.settle();
  });
});

test('a message is read before the call returns: its bytes die then', async () => {
  server = new TestGateway();
  const client = await server.join('anna');
  // More than one message in one segment: uWebSockets.js hands out the same memory again and again.
  for (let reqId = 0; reqId < 20; reqId += 1) {
    client.send({ kind: 'hold', reqId, eventId: `event-${reqId}`, commandId: `command-${reqId}`, seats: [reqId] });
  }
  await client.settle();
  for (let reqId = 0; reqId < 20; reqId += 1) {
    const { eventId, command } = await server.shards.commands.take();
    assert.equal(eventId, `event-${reqId}`);
    assert.ok(command.kind === 'hold');
    assert.deepEqual([command.identity.commandId, command.seats], [`command-${reqId}`, [reqId]]);
  }
});
