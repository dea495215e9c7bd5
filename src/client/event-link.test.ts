import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { promisesSettled } from '../lib/testing/virtual-time.js';
import type { GoAwayFrame } from '../protocol/down.js';
import { connectUsher, type UsherClient } from './client.js';
import type { LiveSeatMap } from './live-seat-map.js';
import { FakeServer, type FakeSocket } from './testing/fake-server.js';

const eventId = 'event';
const ownerUrl = 'ws://owner.test/v1/live';
const held = { holdId: 'H1', seats: [3], expiresInMs: 600_000, totalMinor: 4500, currency: 'EUR' };

function goAway(retryAfterMs: number, url = ownerUrl): GoAwayFrame {
  return [7, 'elsewhere', { retryAfterMs, url, eventId }];
}

/** The server accepts what was asked last: eight seats, free but for the first `taken`. */
function acceptSubscribe(socket: FakeSocket, seq: number, taken = 0): void {
  const states = Uint8Array.of(0, 0);
  for (let seat = 0; seat < taken; seat += 1) states[0] = (states[0] ?? 0) | (1 << (seat * 2));
  socket.deliver([4, socket.reqIdOf('subscribe'), [1, seq], {}], [2, eventId, [1, seq], 8, states, []]);
}

/** A client that follows the event, up to seq 10, by its main connection. */
async function follow(): Promise<{ server: FakeServer; client: UsherClient; map: LiveSeatMap; main: FakeSocket }> {
  const server = new FakeServer();
  const client = connectUsher({
    liveUrl: 'ws://main.test/v1/live',
    sessionsUrl: 'http://web.test/v1/sessions',
    ...server.platform,
    subprotocol: 'usher.v1.json',
  });
  const map = client.subscribe(eventId);
  const main = await server.welcomeClient();
  acceptSubscribe(main, 10);
  await map.whenReady;
  return { server, client, map, main };
}

/** The same, sent to the owner, and arrived there. */
async function detour(): Promise<Awaited<ReturnType<typeof follow>> & { owner: FakeSocket }> {
  const scene = await follow();
  scene.main.deliver(goAway(0));
  await scene.server.time.run(0);
  const owner = await scene.server.welcomeClient();
  acceptSubscribe(owner, 11, 1);
  return { ...scene, owner };
}

describe('an event that another node serves', () => {
  test('a connection of its own is opened when the server says, by the same holder; the main one serves until then', async () => {
    const { server, map, main } = await follow();
    main.deliver(goAway(500));
    await server.time.run(499);
    assert.equal(server.sockets.length, 1);
    await server.time.run(1);
    await promisesSettled();
    assert.deepEqual(
      server.sockets.map(({ url }) => url),
      ['ws://main.test/v1/live', ownerUrl],
    );
    main.deliver([3, eventId, 1, 10, 11, [5, 2], []]);
    assert.equal(map.state(5), 'booked');
    const owner = await server.welcomeClient();
    assert.equal((owner.lastOf('hello')[2] as { token: string }).token, 'token-1');
    assert.equal(server.sessionRequests.length, 1);
    assert.deepEqual(owner.lastOf('subscribe').slice(2), [eventId, [1, 11]]);
    assert.deepEqual(main.lastOf('unsubscribe').slice(2), [eventId]);
  });

  test('there the map goes on and commands are decided; what still comes by the main connection is passed over', async () => {
    const { client, map, main, owner } = await detour();
    assert.deepEqual([map.state(0), map.position?.[1]], ['held', 11]);
    main.deliver([3, eventId, 1, 10, 12, [6, 2], []]);
    assert.deepEqual([map.state(6), map.position?.[1]], ['free', 11]);
    owner.deliver([3, eventId, 1, 11, 12, [7, 2], []]);
    assert.deepEqual([map.state(7), map.position?.[1]], ['booked', 12]);
    const holding = client.hold(eventId, [3]);
    assert.deepEqual(main.framesOf('hold'), []);
    owner.deliver([4, owner.reqIdOf('hold'), [1, 13], held]);
    assert.equal((await holding).holdId, 'H1');
    assert.equal(map.ownHoldOf(3)?.holdId, 'H1');
  });

  test('other events stay where they are', async () => {
    const { client, main, owner } = await detour();
    const holding = client.hold('other', [3]);
    assert.deepEqual(owner.framesOf('hold'), []);
    main.deliver([4, main.reqIdOf('hold'), [1, 13], held]);
    assert.equal((await holding).holdId, 'H1');
  });

  for (const [what, happens] of [
    ['that connection is lost', (owner: FakeSocket) => owner.end(1006)],
    ['that node sends it away', (owner: FakeSocket) => owner.deliver([7, 'draining', { retryAfterMs: 1_000 }])],
    ['that node sends the event away', (owner: FakeSocket) => owner.deliver(goAway(0, 'ws://third.test/v1/live'))],
  ] as const) {
    test(`${what}: back to the main one, where the same command is asked again`, async () => {
      const { client, map, main, owner } = await detour();
      const holding = what === 'that node sends it away' ? null : client.hold(eventId, [3]);
      happens(owner);
      assert.ok(owner.closedByClient);
      assert.deepEqual(main.lastOf('subscribe').slice(2), [eventId, [1, 11]]);
      assert.equal(main.framesOf('subscribe').length, 2);
      acceptSubscribe(main, 12, 2);
      assert.deepEqual([map.state(1), map.position?.[1]], ['held', 12]);
      if (holding === null) return;
      assert.equal(main.lastOf('hold')[3], owner.lastOf('hold')[3]);
      main.deliver([4, main.reqIdOf('hold'), [1, 13], held]);
      assert.equal((await holding).holdId, 'H1');
    });
  }

  test('that node cannot be reached: the main connection goes on, and the next try comes later', async () => {
    const { server, map, main } = await follow();
    server.chance = 1;
    main.deliver(goAway(0), goAway(0));
    await server.time.run(0);
    assert.equal(server.sockets.length, 2, 'told twice, it goes once');
    server.socket.end(1006);
    assert.equal(main.framesOf('subscribe').length, 1);
    main.deliver([3, eventId, 1, 10, 11, [5, 2], []]);
    assert.equal(map.state(5), 'booked');
    main.deliver(goAway(0));
    await server.time.run(400);
    assert.equal(server.sockets.length, 2);
    await server.time.run(30_000);
    assert.ok(server.sockets.length > 2);
  });

  test('the main connection is lost: the event goes on', async () => {
    const { server, client, map, main, owner } = await detour();
    main.end(1006);
    assert.equal(client.connectionState.kind, 'backingOff');
    owner.deliver([3, eventId, 1, 11, 12, [7, 2], []]);
    assert.equal(map.state(7), 'booked');
    const subscribes = owner.framesOf('subscribe').length;
    await server.time.run(1_000);
    const again = await server.welcomeClient();
    assert.equal(client.connectionState.kind, 'live');
    assert.deepEqual(again.framesOf('subscribe'), []);
    assert.equal(owner.framesOf('subscribe').length, subscribes);
  });

  test('without a subscription, or a client, the connection of its own is closed', async () => {
    const first = await detour();
    first.map.unsubscribe();
    assert.ok(first.owner.closedByClient);
    assert.ok(!first.main.closedByClient);
    const second = await detour();
    second.client.close();
    assert.ok(second.owner.closedByClient && second.main.closedByClient);
    assert.equal(second.server.time.pendingTimers, 0);
  });

  test('what is no address of a socket is a reason to ask again, and no more', async () => {
    const { server, main } = await follow();
    main.deliver(goAway(2_000, 'https://elsewhere.test/'));
    await server.time.run(3_000);
    assert.equal(server.sockets.length, 1);
    assert.equal(main.framesOf('subscribe').length, 2);
  });
});
