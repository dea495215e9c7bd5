import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectUsher, type UsherClient } from './client.js';
import type { ConnectionState } from './connection-state.js';
import { FakeServer, type FakeSocket } from './testing/fake-server.js';
import { promisesSettled } from '../lib/testing/virtual-time.js';

const liveUrl = 'ws://live.test/v1/live';
const sessionsUrl = 'http://web.test/v1/sessions';

interface Scene {
  readonly server: FakeServer;
  readonly client: UsherClient;
  /** The kinds of all states so far, oldest first. */
  readonly states: ConnectionState['kind'][];
}

function connect(server = new FakeServer()): Scene {
  const client = connectUsher({ liveUrl, sessionsUrl, ...server.platform, subprotocol: 'usher.v1.json' });
  const states: ConnectionState['kind'][] = [];
  client.onConnectionState((state) => states.push(state.kind));
  return { server, client, states };
}

async function connectLive(server?: FakeServer): Promise<Scene & { readonly socket: FakeSocket }> {
  const scene = connect(server);
  const socket = await scene.server.welcomeClient();
  return { ...scene, socket };
}

function retryInMs({ client }: Scene): number {
  const state = client.connectionState;
  assert.ok(state.kind === 'backingOff');
  return state.retryInMs;
}

test('the first frame is hello with the token of POST /v1/sessions, and welcome makes the connection live', async () => {
  const { server, socket, states } = await connectLive();
  assert.deepEqual(server.sessionRequests, [{ url: sessionsUrl, authorization: undefined }]);
  assert.deepEqual(socket.subprotocols, ['usher.v1.json']);
  assert.deepEqual(socket.received, [[1, socket.reqIdOf('hello'), { token: 'token-1', client: 'usher-client' }]]);
  assert.deepEqual(states, ['connecting', 'helloSent', 'live']);
});

test('a lost connection is opened again with the same token', async () => {
  const { server, socket, states } = await connectLive();
  socket.end(1006);
  await server.time.run(0);
  const next = await server.welcomeClient();
  assert.notEqual(next, socket);
  assert.deepEqual(next.lastOf('hello')[2], { token: 'token-1', client: 'usher-client' });
  assert.deepEqual(states, ['connecting', 'helloSent', 'live', 'backingOff', 'connecting', 'helloSent', 'live']);
});

test('back-off doubles with each failure up to 10 s, and each wait is drawn from 0 up to it', async () => {
  const server = new FakeServer();
  const scene = connect(server);
  await promisesSettled();
  const most: number[] = [];
  for (let failure = 0; failure < 7; failure++) {
    server.chance = 1;
    server.socket.end(1006);
    most.push(retryInMs(scene));
    await server.time.run(retryInMs(scene));
  }
  assert.deepEqual(most, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  server.chance = 0;
  server.socket.end(1006);
  assert.equal(retryInMs(scene), 0);
});

test('after a link that lived long, the next failure counts as the first', async () => {
  const server = new FakeServer();
  const scene = await connectLive(server);
  for (const lifeMs of [0, 0, 10_000]) {
    server.chance = 1;
    await server.time.run(lifeMs);
    server.socket.end(1006);
    await server.time.run(retryInMs(scene));
    await server.welcomeClient();
  }
  server.socket.end(1006);
  assert.equal(retryInMs(scene), 1_000);
});

test('what an old socket still says is ignored', async () => {
  const { server, socket, client } = await connectLive();
  socket.end(1006);
  await server.time.run(0);
  const next = await server.welcomeClient();
  socket.deliver([7, 'late', { retryAfterMs: 0 }]);
  socket.end(4009);
  assert.equal(client.connectionState.kind, 'live');
  assert.equal(next.closedByClient, false);
});

for (const [code, reason] of [
  [4003, 'forbidden'],
  [4009, 'replaced'],
] as const) {
  test(`closed with ${code}: it stays closed until somebody asks to reconnect`, async () => {
    const { server, socket, client } = await connectLive();
    socket.end(code);
    await server.time.run(3_600_000);
    assert.deepEqual(client.connectionState, { kind: 'closed', reason });
    assert.equal(server.sockets.length, 1);
    client.reconnect();
    await server.welcomeClient();
    assert.equal(client.connectionState.kind, 'live');
  });
}

test('closed with 4002: the token is renewed for the same holder before it reconnects', async () => {
  const { server, socket } = await connectLive();
  socket.end(4002);
  await server.time.run(0);
  const next = await server.welcomeClient();
  assert.deepEqual(server.sessionRequests.at(-1), { url: sessionsUrl, authorization: 'Bearer token-1' });
  assert.deepEqual(next.lastOf('hello')[2], { token: 'token-2', client: 'usher-client' });
});

test('a token that hello refuses with 401 is thrown away, and a new guest connects', async () => {
  const { server } = connect();
  await promisesSettled();
  server.socket.open();
  server.socket.deliver([5, server.socket.reqIdOf('hello'), '401 unauthorized', 'bad token', {}]);
  await server.time.run(0);
  const next = await server.welcomeClient();
  assert.equal(server.sessionRequests.at(-1)?.authorization, undefined);
  assert.deepEqual(next.lastOf('hello')[2], { token: 'token-2', client: 'usher-client' });
});

test('a token that cannot be renewed as the server does not know it makes way for a new guest', async () => {
  const { server, socket } = await connectLive();
  server.sessionStatuses.push(401);
  socket.end(4002);
  await server.time.run(0);
  await server.welcomeClient();
  assert.deepEqual(
    server.sessionRequests.map(({ authorization }) => authorization),
    [undefined, 'Bearer token-1', undefined],
  );
});

for (const status of [429, 503]) {
  test(`a session refused with ${status} is asked for again, not before Retry-After plus jitter, and the state says why`, async () => {
    const server = new FakeServer();
    server.sessionStatuses.push(status);
    server.retryAfter = '7';
    server.chance = 1;
    const scene = connect(server);
    await promisesSettled();
    assert.equal(retryInMs(scene), 7_500);
    const state = scene.client.connectionState;
    assert.equal(state.kind === 'backingOff' && state.error?.code, status === 429 ? 'slow_down' : 'busy');
    await server.time.run(7_499);
    assert.equal(server.sessionRequests.length, 1);
    await server.time.run(1);
    await server.welcomeClient();
    assert.equal(scene.client.connectionState.kind, 'live');
  });
}

test('4013 without a word before it backs off as any other loss', async () => {
  const { server, socket, ...scene } = await connectLive();
  server.chance = 1;
  socket.end(4013);
  assert.equal(retryInMs({ server, ...scene }), 500);
  await server.time.run(500);
  await server.welcomeClient();
  assert.equal(scene.client.connectionState.kind, 'live');
});

test('the holder is known from the first welcome on', async () => {
  const { server, client } = connect();
  assert.equal(client.holderId, null);
  await server.welcomeClient();
  assert.equal(client.holderId, 'holder');
});

test('a closed client leaves no timer behind, whatever it was doing', async () => {
  const opening = connect();
  opening.client.close();
  const { server, client, socket } = await connectLive();
  const map = client.subscribe('event');
  socket.deliver([9, 'event', [1, 14], { holdId: 'H1', seats: [3], expiresInMs: 5_000 }]);
  const outcome = client.hold('event', [1]);
  socket.deliver([5, socket.reqIdOf('hold'), '503 busy', 'later', { retryAfterMs: 1_000 }]);
  assert.notEqual(server.time.pendingTimers, 0);
  client.close();
  await assert.rejects(outcome, { code: 'unavailable' });
  await assert.rejects(map.whenReady, { code: 'unavailable' });
  assert.deepEqual([opening.server.time.pendingTimers, server.time.pendingTimers], [0, 0]);
});

test('without a token there is no socket: it backs off and asks again', async () => {
  const server = new FakeServer();
  server.sessionStatuses.push(503);
  const { client } = connect(server);
  await promisesSettled();
  assert.equal(client.connectionState.kind, 'backingOff');
  assert.equal(server.sockets.length, 0);
  await server.time.run(500);
  await server.welcomeClient();
  assert.equal(client.connectionState.kind, 'live');
});

test('4013 after go away: it comes back after the retryAfterMs that was named, plus jitter, at the address that was named', async () => {
  const { server, socket, ...scene } = await connectLive();
  server.chance = 1;
  socket.deliver([7, 'draining', { retryAfterMs: 3_000, url: 'ws://other.test/v1/live' }]);
  assert.equal(retryInMs({ server, ...scene }), 4_000);
  assert.equal(socket.closedByClient, true);
  await server.time.run(3_999);
  assert.equal(server.sockets.length, 1);
  await server.time.run(1);
  assert.equal(server.socket.url, 'ws://other.test/v1/live');
  server.socket.end(1006);
  await server.time.run(10_000);
  assert.equal(server.socket.url, liveUrl, 'the address of go away is good for one attempt');
});

test('go away lets what is under way finish, and sends nothing new over the old link', async () => {
  const { server, socket, client } = await connectLive();
  const first = client.hold('event', [1]);
  socket.deliver([7, 'draining', { retryAfterMs: 0 }]);
  assert.equal(client.connectionState.kind, 'live');
  const second = client.hold('event', [2]);
  const body = { holdId: 'H1', seats: [1], expiresInMs: 1, totalMinor: 0, currency: 'EUR' };
  socket.deliver([4, socket.reqIdOf('hold'), [1, 2], body]);
  assert.equal((await first).holdId, 'H1');
  assert.equal(socket.closedByClient, true);
  assert.equal(socket.framesOf('hold').length, 1);
  await server.time.run(0);
  const next = await server.welcomeClient();
  next.deliver([4, next.reqIdOf('hold'), [1, 3], { ...body, holdId: 'H2', seats: [2] }]);
  assert.equal((await second).holdId, 'H2');
});

test('a silent link is asked for a sign of life; without one it is dead', async () => {
  const { server, socket, client } = await connectLive();
  await server.time.run(25_000);
  assert.equal(socket.framesOf('ping').length, 1);
  socket.deliver([8, socket.reqIdOf('ping'), 0]);
  await server.time.run(25_000);
  assert.equal(socket.framesOf('ping').length, 2);
  assert.equal(client.connectionState.kind, 'live');
  await server.time.run(9_999);
  assert.equal(client.connectionState.kind, 'live');
  await server.time.run(5_000);
  assert.notEqual(client.connectionState.kind, 'live');
  assert.equal(socket.closedByClient, true);
});

test('a link that leaves a request unanswered is dead, even if other frames still come', async () => {
  const { server, socket, client } = await connectLive();
  const outcome = client.hold('event', [1]);
  for (let i = 0; i < 3; i++) {
    socket.deliver([3, 'event', 1, i, i + 1, [], []]);
    await server.time.run(5_000);
  }
  assert.equal(socket.closedByClient, true);
  client.close();
  await assert.rejects(outcome);
});

test('a socket that does not open, or is not welcomed, within 10 s is given up', async () => {
  const { server, client } = connect();
  await promisesSettled();
  await server.time.run(10_000);
  assert.equal(server.sockets[0]?.closedByClient, true);
  await server.time.run(500);
  server.socket.open();
  await server.time.run(10_000);
  assert.equal(server.sockets[1]?.closedByClient, true);
  assert.notEqual(client.connectionState.kind, 'live');
});

test('the token of a live socket is renewed by another hello before it runs out', async () => {
  const { server, client } = connect();
  await promisesSettled();
  server.socket.open();
  server.socket.welcome(100_000);
  for (let elapsedMs = 0; elapsedMs < 80_000; elapsedMs += 10_000) {
    assert.equal(server.socket.framesOf('hello').length, 1);
    await server.time.run(10_000);
    server.socket.deliverText('[99, "traffic"]');
  }
  assert.deepEqual(server.sessionRequests.at(-1)?.authorization, 'Bearer token-1');
  assert.deepEqual(server.socket.lastOf('hello')[2], { token: 'token-2', client: 'usher-client' });
  server.socket.welcome();
  assert.equal(client.connectionState.kind, 'live');
});

test('reconnect does not wait for the back-off to end, and asks a live link for a sign of life', async () => {
  const server = new FakeServer();
  server.chance = 1;
  const { client } = connect(server);
  await promisesSettled();
  server.socket.end(1006);
  client.reconnect();
  const socket = await server.welcomeClient();
  assert.equal(client.connectionState.kind, 'live');
  client.reconnect();
  assert.equal(socket.framesOf('ping').length, 1);
});

test('a closed client stays closed', async () => {
  const { server, socket, client } = await connectLive();
  client.close();
  assert.equal(socket.closedByClient, true);
  assert.deepEqual(client.connectionState, { kind: 'closed', reason: 'done' });
  client.reconnect();
  await server.time.run(60_000);
  assert.equal(server.sockets.length, 1);
  await assert.rejects(client.hold('event', [1]), { code: 'unavailable' });
});

test('a new client of the same store is the same holder', async () => {
  const { server, client } = await connectLive();
  client.close();
  await connectLive(server);
  assert.deepEqual(server.socket.lastOf('hello')[2], { token: 'token-1', client: 'usher-client' });
});

test('a kept token that is about to run out is renewed before it is used', async () => {
  const server = new FakeServer();
  const expiresAtMs = server.time.wallMs() + 59_000;
  server.platform.sessionStore.save({ token: 'kept', holderId: 'holder', expiresAtMs });
  const { socket } = await connectLive(server);
  assert.deepEqual(server.sessionRequests, [{ url: sessionsUrl, authorization: 'Bearer kept' }]);
  assert.deepEqual(socket.lastOf('hello')[2], { token: 'token-1', client: 'usher-client' });
});

test('messages that are no frames of this version are passed over', async () => {
  const { socket, client } = await connectLive();
  socket.deliverText('[99, "a frame of a later version"]');
  socket.deliverText('not even JSON');
  assert.equal(client.connectionState.kind, 'live');
});
