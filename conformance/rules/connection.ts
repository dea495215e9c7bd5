import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Frame, readAnswer, rejected, subprotocols } from '../../src/e2e/testing/wire-client.js';
import { httpRule, type Rule, socketRule } from '../rule.js';
import { messagesPerSecondOf } from '../probe.js';
import { newKey, type Scene } from '../scene.js';

/** The HTTP status with which an upgrade is refused. */
async function refusedUpgrade(url: string, offered: string[], origin?: string): Promise<number> {
  const socket = new WebSocket(url, offered, origin === undefined ? {} : { origin });
  const status = await new Promise<number>((resolve, reject) => {
    socket.once('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once('open', () => reject(new Error('the upgrade was accepted')));
  });
  socket.on('error', () => undefined);
  socket.terminate();
  return status;
}

async function unknownSubprotocol(scene: Scene): Promise<void> {
  assert.equal(await refusedUpgrade(scene.addresses.liveUrl, ['usher.v9.nothing']), 400);
  assert.equal(await refusedUpgrade(scene.addresses.liveUrl, []), 400);
}

async function foreignOrigin(scene: Scene): Promise<void> {
  assert.equal(await refusedUpgrade(scene.addresses.liveUrl, [...subprotocols], 'https://elsewhere.invalid'), 403);
}

async function ownOrigin(scene: Scene): Promise<void> {
  const { hostname } = new URL(scene.liveHttpUrl);
  const socket = new WebSocket(scene.addresses.liveUrl, [...subprotocols], { origin: `http://${hostname}:1` });
  await once(socket, 'open');
  socket.terminate();
}

const codesOf = (frames: readonly Frame[]): unknown[] => frames.map((frame) => frame.slice(0, 3));

export const connectionRules: readonly Rule[] = [
  httpRule('§1', 'no known subprotocol is HTTP 400', unknownSubprotocol, []),
  httpRule('§1', 'a foreign Origin is HTTP 403', foreignOrigin, []),
  httpRule('§1', 'the same hostname is allowed from any port', ownOrigin, []),
  socketRule(
    '§1',
    'hello is answered with welcome: holder, node, time, token life, limits',
    async (scene, subprotocol) => {
      const guest = await scene.guest();
      const client = await scene.silent(subprotocol);
      const [number, reqId, body] = await client.askAs(4_294_967_295, 1, { token: guest.token, client: 'conformance' });
      assert.deepEqual([number, reqId], [1, 4_294_967_295]);
      const welcome = body as Record<string, unknown>;
      assert.equal(welcome['holderId'], guest.holderId);
      assert.equal(typeof welcome['nodeId'], 'string');
      for (const name of ['serverTimeMs', 'tokenExpiresInMs']) assert.ok(Number(welcome[name]) > 0, name);
      const limits = welcome['limits'] as Record<string, unknown>;
      assert.equal(limits['maxMessageBytes'], 4096);
      for (const name of ['messagesPerSecond', 'subscriptions']) assert.ok(Number(limits[name]) > 0, name);
    },
    [],
  ),
  socketRule(
    '§1',
    'any other first frame, or a bad token: 401, then 4001',
    async (scene, subprotocol) => {
      for (const frame of [
        [4, 7],
        [1, 7, { token: 'nobody' }],
      ]) {
        const client = await scene.silent(subprotocol);
        client.send(frame);
        assert.equal(await client.closed, 4001);
        assert.deepEqual(codesOf(client.frames), [[5, 7, '401 unauthorized']]);
      }
    },
    [],
  ),
  socketRule(
    '§1',
    'without a hello within 5 s the socket closes with 4001',
    async (scene, subprotocol) => {
      assert.equal(await (await scene.silent(subprotocol)).closed, 4001);
    },
    [],
  ),
  socketRule('§1', 'frames may follow the hello at once and are handled in order', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const client = await scene.silent(subprotocol);
    client.send([1, 1, { token: (await scene.guest()).token }]);
    client.send([4, 2]);
    client.send([2, 3, eventId, null]);
    await client.frame((frame) => frame[0] === 2, 'the snapshot');
    assert.deepEqual(
      client.frames.map((frame) => frame[0]),
      [1, 8, 4, 2],
    );
  }),
  socketRule(
    '§1',
    'a later hello renews the token; of another holder it is 403',
    async (scene, subprotocol) => {
      const guest = await scene.guest();
      const client = await scene.buyer(subprotocol, guest);
      const renewed = await scene.live('POST', '/v1/sessions', { token: guest.token, body: {} });
      const { token, holderId } = renewed.body as { token: string; holderId: string };
      assert.deepEqual([renewed.status, holderId], [201, guest.holderId]);
      assert.equal((await client.hello(token))[0], 1);
      rejected(readAnswer(await client.hello((await scene.guest()).token)), '403 forbidden');
      assert.equal((await client.ping())[0], 8);
    },
    [],
  ),
  socketRule(
    '§1',
    'what is no valid frame is 400, with reqId 0 where it has none; after ten of them 4004',
    async (scene, subprotocol) => {
      const client = await scene.buyer(subprotocol);
      client.send([99, 5]);
      client.send({ no: 'array' });
      client.send([10, 6, 'an event', newKey(), [0]]);
      for (let bad = 3; bad < 12; bad += 1) client.send([99, bad]);
      assert.equal(await client.closed, 4004);
      assert.deepEqual(codesOf(client.frames.slice(1, 4)), [
        [5, 5, '400 bad_frame'],
        [5, 0, '400 bad_frame'],
        [5, 6, '400 bad_frame'],
      ]);
      assert.equal(client.frames.length, 11);
    },
    [],
  ),
  socketRule(
    '§1',
    'a message over 4,096 bytes closes the socket',
    async (scene, subprotocol) => {
      const client = await scene.buyer(subprotocol);
      client.send([1, 9, { token: 'x'.repeat(4096) }]);
      const code = await client.closed;
      assert.ok(code === 1009 || code === 1006, `closed with ${code}`);
    },
    [],
  ),
  socketRule(
    '§1',
    'trailing fields and keys that nobody knows are ignored',
    async (scene, subprotocol) => {
      const client = await scene.silent(subprotocol);
      const { token } = await scene.guest();
      assert.equal((await client.ask(1, { token, later: [1, { two: 2 }] }, 'trailing'))[0], 1);
      assert.equal((await client.ask(4, 'trailing', 7))[0], 8);
    },
    [],
  ),
  socketRule(
    '§1',
    'ping is answered with pong and the server time',
    async (scene, subprotocol) => {
      const client = await scene.buyer(subprotocol);
      const [number, reqId, serverTimeMs] = await client.askAs(77, 4);
      assert.deepEqual([number, reqId], [8, 77]);
      assert.ok(Math.abs(Number(serverTimeMs) - Date.now()) < 3_600_000, `serverTimeMs is ${String(serverTimeMs)}`);
    },
    [],
  ),
  socketRule(
    '§1',
    'a holder has at most 8 sockets: the ninth closes the oldest with 4009',
    async (scene, subprotocol) => {
      const guest = await scene.guest();
      const oldest = await scene.buyer(subprotocol, guest);
      for (let socket = 2; socket <= 9; socket += 1) await scene.buyer(subprotocol, guest);
      assert.equal(await oldest.closed, 4009);
    },
    [],
  ),
  socketRule(
    '§1',
    'over the message rate 429 with retryAfterMs; 100 in a row close with 4029',
    async (scene, subprotocol) => {
      const client = await scene.buyer(subprotocol);
      const perSecond = messagesPerSecondOf(client);
      for (let message = 0; message < perSecond * 3 + 300; message += 1) client.send([4, message]);
      assert.equal(await client.closed, 4029);
      const slow = client.frames.find((frame) => frame[0] === 5);
      assert.equal(slow?.[2], '429 slow_down');
      assert.ok((slow[4] as { retryAfterMs: number }).retryAfterMs > 0);
    },
    ['limits'],
  ),
];
