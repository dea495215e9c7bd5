import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveHold } from '../protocol/down.js';
import { connectUsher, type UsherClient } from './client.js';
import type { HoldEnded, LiveSeatMap } from './live-seat-map.js';
import { FakeServer, type FakeSocket } from './testing/fake-server.js';
import { promisesSettled } from '../lib/testing/virtual-time.js';

const eventId = 'event';
const held = { holdId: 'H1', seats: [3], expiresInMs: 600_000, totalMinor: 4500, currency: 'EUR' };

interface Scene {
  readonly server: FakeServer;
  readonly client: UsherClient;
  readonly map: LiveSeatMap;
  readonly socket: FakeSocket;
  readonly ended: HoldEnded[];
}

/** Eight free seats and a floor of 100 places, 90 of them free, followed up to seq 10. */
async function follow(options: { commandTimeoutMs?: number } = {}): Promise<Scene> {
  const server = new FakeServer();
  const client = connectUsher({
    liveUrl: 'ws://live.test/v1/live',
    sessionsUrl: 'http://web.test/v1/sessions',
    ...server.platform,
    subprotocol: 'usher.v1.json',
    ...options,
  });
  const map = client.subscribe(eventId);
  const ended: HoldEnded[] = [];
  map.onHoldEnded((end) => ended.push(end));
  const socket = await server.welcomeClient();
  acceptSubscribe(socket);
  socket.deliver([2, eventId, [1, 10], 8, Uint8Array.of(0, 0), [['floor', 90, 10, 0, 0]]]);
  answerMyHolds(socket, 10, []);
  await map.whenReady;
  return { server, client, map, socket, ended };
}

function acceptSubscribe(socket: FakeSocket): void {
  socket.deliver([4, socket.reqIdOf('subscribe'), [1, 10], {}]);
}

function answerMyHolds(socket: FakeSocket, seq: number, holds: LiveHold[]) {
  socket.deliver([4, socket.reqIdOf('myHolds'), [1, seq], { holds }]);
}

function delta(fromSeq: number, toSeq: number, ...pairs: number[]): [3, string, number, number, number, number[], []] {
  return [3, eventId, 1, fromSeq, toSeq, pairs, []];
}

async function reconnected({ server, socket }: Scene): Promise<FakeSocket> {
  socket.end(1006);
  await server.time.run(0);
  return server.welcomeClient();
}

test('subscribes without a position, asks my holds, and follows snapshot and deltas', async () => {
  const { map, socket } = await follow();
  assert.deepEqual(socket.lastOf('subscribe').slice(2), [eventId, null]);
  assert.deepEqual(socket.lastOf('myHolds').slice(2), [eventId]);
  const changes: (readonly number[])[] = [];
  map.onChange(({ seats }) => changes.push(seats));
  socket.deliver(delta(10, 12, 3, 1, 4, 2));
  assert.deepEqual(changes, [[3, 4]]);
  assert.deepEqual([map.state(3), map.state(4), map.state(5)], ['held', 'booked', 'free']);
  assert.deepEqual(map.position, [1, 12]);
});

test('after a reconnection it subscribes with its last position, asks my holds, and goes on without a new map', async () => {
  const scene = await follow();
  scene.socket.deliver(delta(10, 12, 3, 1));
  const next = await reconnected(scene);
  assert.deepEqual(next.lastOf('subscribe').slice(2), [eventId, [1, 12]]);
  assert.equal(next.framesOf('myHolds').length, 1);
  acceptSubscribe(next);
  next.deliver(delta(12, 13, 3, 0));
  assert.equal(scene.map.state(3), 'free');
});

test('keeps what it last knew while there is no connection', async () => {
  const { map, socket } = await follow();
  socket.deliver(delta(10, 12, 3, 1));
  socket.end(1006);
  assert.equal(map.state(3), 'held');
  assert.deepEqual(map.position, [1, 12]);
});

test('a gap is never bridged: it subscribes anew from where it is, and what belongs to the old order is passed over', async () => {
  const { server, map, socket } = await follow();
  socket.deliver(delta(11, 12, 3, 1), delta(12, 13, 4, 1));
  assert.equal(map.state(3), 'free');
  await server.time.run(0);
  assert.deepEqual(socket.lastOf('subscribe').slice(2), [eventId, [1, 10]]);
  socket.deliver(delta(10, 11, 5, 1), [2, eventId, [1, 13], 8, Uint8Array.of(0, 0b0100), []]);
  assert.equal(map.state(5), 'free', 'what comes before the answer is of the old order');
  acceptSubscribe(socket);
  socket.deliver(delta(10, 13, 3, 1, 4, 1, 5, 1));
  assert.deepEqual([map.state(3), map.state(4), map.state(5)], ['held', 'held', 'held']);
});

test('where a second gap follows at once, only a whole map is trusted', async () => {
  const { server, map, socket } = await follow();
  socket.deliver(delta(11, 12));
  await server.time.run(0);
  acceptSubscribe(socket);
  socket.deliver(delta(11, 12));
  await server.time.run(500);
  assert.deepEqual(socket.lastOf('subscribe').slice(2), [eventId, null]);
  acceptSubscribe(socket);
  socket.deliver([2, eventId, [1, 12], 8, Uint8Array.of(0b10, 0), []]);
  assert.equal(map.state(0), 'booked');
});

test('a snapshot may come at any time and replaces the map', async () => {
  const { map, socket } = await follow();
  socket.deliver([2, eventId, [3, 20], 8, Uint8Array.of(0b10, 0), []], [3, eventId, 3, 20, 21, [1, 3], []]);
  assert.deepEqual([map.state(0), map.state(1)], ['booked', 'blocked']);
  assert.deepEqual(map.position, [3, 21]);
});

test('[I14] an accepted hold is shown at once, whatever older maps say, until the map has reached it', async () => {
  const { client, map, socket } = await follow();
  const outcome = client.hold(eventId, [3]);
  socket.deliver([4, socket.reqIdOf('hold'), [1, 14], held], delta(10, 13, 3, 0));
  assert.equal(map.state(3), 'held');
  assert.equal(map.ownHoldOf(3)?.holdId, 'H1');
  await outcome;
  socket.deliver(delta(13, 14, 3, 1));
  assert.equal(map.ownHoldOf(3)?.holdId, 'H1');
});

test('[I14] an accepted that arrives after its command has timed out still shows the hold', async () => {
  const { server, client, map, socket } = await follow({ commandTimeoutMs: 3_000 });
  const rejected = assert.rejects(client.hold(eventId, [3]), { code: 'unavailable' });
  await server.time.run(3_000);
  await rejected;
  socket.deliver([4, socket.reqIdOf('hold'), [1, 14], held]);
  assert.equal(map.ownHoldOf(3)?.holdId, 'H1');
});

test('release and confirm are shown at once', async () => {
  const { client, map, socket } = await follow();
  const outcomes = [client.hold(eventId, [3, 4])];
  socket.deliver([4, socket.reqIdOf('hold'), [1, 14], { ...held, seats: [3, 4] }]);
  const released = client.release(eventId, 'H1', [4]);
  socket.deliver([4, socket.reqIdOf('release'), [1, 15], { holdId: 'H1', seats: [4], remaining: [3] }]);
  assert.deepEqual(
    map.ownHolds.map(({ seats }) => seats),
    [[3]],
  );
  assert.equal(map.state(4), 'free');
  const confirmed = client.confirm(eventId, 'H1', 'order');
  const booking = { bookingId: 'B1', seats: [3], totalMinor: 4500, currency: 'EUR' };
  socket.deliver([4, socket.reqIdOf('confirm'), [1, 16], booking]);
  assert.equal(map.state(3), 'booked');
  assert.deepEqual(map.ownHolds, []);
  await Promise.all([...outcomes, released, confirmed]);
});

test('holds that are made, changed and ended elsewhere are shown too', async () => {
  const { server, map, socket, ended } = await follow();
  socket.deliver([9, eventId, [1, 14], { holdId: 'H1', seats: [3, 4], expiresInMs: 5_000 }]);
  assert.deepEqual(map.ownHolds, [{ holdId: 'H1', seats: [3, 4], expiresAtMs: server.time.monotonicMs() + 5_000 }]);
  socket.deliver([9, eventId, [1, 15], { holdId: 'H1', seats: [3], expiresInMs: 5_000 }]);
  assert.deepEqual([map.state(3), map.state(4)], ['held', 'free']);
  socket.deliver([6, eventId, [1, 16], 'H1', 'expired', [3]]);
  assert.deepEqual(map.ownHolds, []);
  assert.deepEqual(ended, [{ holdId: 'H1', reason: 'expired', seats: [3] }]);
});

test('a hold that ended while there was no connection is told of, and one that lives is kept', async () => {
  const scene = await follow();
  const { map, socket, ended } = scene;
  socket.deliver([9, eventId, [1, 14], { holdId: 'H1', seats: [3], expiresInMs: 60_000 }]);
  socket.deliver([9, eventId, [1, 15], { holdId: 'H2', seats: [4], expiresInMs: 60_000 }]);
  const next = await reconnected(scene);
  acceptSubscribe(next);
  answerMyHolds(next, 20, [{ holdId: 'H2', seats: [4], expiresInMs: 30_000 }]);
  assert.deepEqual(
    map.ownHolds.map(({ holdId }) => holdId),
    ['H2'],
  );
  assert.deepEqual(ended, [{ holdId: 'H1', reason: null, seats: [3] }]);
});

test('a repeat that is told of a hold which has ended since does not bring it back', async () => {
  const scene = await follow();
  const outcome = scene.client.hold(eventId, [3]);
  const next = await reconnected(scene);
  acceptSubscribe(next);
  answerMyHolds(next, 20, []);
  next.deliver([4, next.reqIdOf('hold'), [1, 14], { ...held, expiresInMs: 0 }]);
  assert.equal((await outcome).expiresInMs, 0);
  assert.deepEqual(scene.map.ownHolds, []);
});

test('where the end of a hold is overdue, my holds is asked', async () => {
  const { server, map, socket } = await follow();
  socket.deliver([9, eventId, [1, 14], { holdId: 'H1', seats: [3], expiresInMs: 15_000 }]);
  await server.time.run(17_999);
  assert.equal(socket.framesOf('myHolds').length, 1);
  await server.time.run(1);
  assert.equal(socket.framesOf('myHolds').length, 2);
  answerMyHolds(socket, 20, []);
  assert.deepEqual(map.ownHolds, []);
});

test('where the map contradicts an own hold, my holds is asked, but not more often than every 10 s', async () => {
  const { server, socket } = await follow();
  await server.time.run(20_000);
  socket.deliver([9, eventId, [1, 14], { holdId: 'H1', seats: [3], expiresInMs: 600_000 }], delta(10, 15, 3, 0));
  await server.time.run(1_000);
  assert.equal(socket.framesOf('myHolds').length, 2);
  answerMyHolds(socket, 14, [{ holdId: 'H1', seats: [3], expiresInMs: 600_000 }]);
  await server.time.run(9_999);
  assert.equal(socket.framesOf('myHolds').length, 2);
  await server.time.run(1);
  assert.equal(socket.framesOf('myHolds').length, 3);
});

test('go away for one event subscribes anew after its retryAfterMs, over the same link', async () => {
  const { server, socket } = await follow();
  socket.deliver([7, 'moved', { retryAfterMs: 2_000, eventId }]);
  await server.time.run(1_999);
  assert.equal(socket.framesOf('subscribe').length, 1);
  await server.time.run(1);
  assert.deepEqual(socket.lastOf('subscribe').slice(2), [eventId, [1, 10]]);
  assert.equal(server.sockets.length, 1);
});

test('a subscription refused for the moment is asked for again, one refused for good is told of', async () => {
  const { server, client, socket } = await follow();
  const other = client.subscribe('other');
  const refusals: string[] = [];
  other.onRefused(({ code }) => refusals.push(code));
  socket.deliver([5, socket.reqIdOf('subscribe'), '503 busy', 'later', { retryAfterMs: 1_000 }]);
  await server.time.run(1_000);
  assert.deepEqual(socket.lastOf('subscribe').slice(2), ['other', null]);
  socket.deliver([5, socket.reqIdOf('subscribe'), '404 unknown_event', 'none', {}]);
  assert.deepEqual(refusals, ['unknown_event']);
  await assert.rejects(other.whenReady, { code: 'unknown_event' });
});

test('a subscription accepted only later asks my holds again: until then nobody told it of them', async () => {
  const scene = await follow();
  const socket = await reconnected(scene);
  socket.deliver([5, socket.reqIdOf('subscribe'), '503 busy', 'later', { retryAfterMs: 250 }]);
  answerMyHolds(socket, 10, []);
  await promisesSettled();
  // Now another tab holds seat 3. The news goes to the sockets that watch the event, and this one does not.
  await scene.server.time.run(250);
  acceptSubscribe(socket);
  assert.equal(socket.framesOf('myHolds').length, 2);
  answerMyHolds(socket, 11, [held]);
  assert.equal(scene.map.ownHoldOf(3)?.holdId, 'H1');
});

test('where my holds is under way as a later subscription is accepted, it is asked once more', async () => {
  const scene = await follow();
  const socket = await reconnected(scene);
  socket.deliver([5, socket.reqIdOf('subscribe'), '503 busy', 'later', { retryAfterMs: 250 }]);
  await scene.server.time.run(250);
  acceptSubscribe(socket);
  assert.equal(socket.framesOf('myHolds').length, 1);
  answerMyHolds(socket, 10, []);
  await promisesSettled();
  assert.equal(socket.framesOf('myHolds').length, 2);
});

test('a loop over the changes that is slow gets them merged, and ends with the subscription', async () => {
  const { map, socket } = await follow();
  const seen: (readonly number[])[] = [];
  const mayGoOn: (() => void)[] = [];
  const loop = (async () => {
    for await (const { seats } of map) {
      seen.push(seats);
      await new Promise<void>((resolve) => {
        mayGoOn.push(resolve);
      });
    }
  })();
  await promisesSettled();
  socket.deliver(delta(10, 11, 1, 1));
  await promisesSettled();
  socket.deliver(delta(11, 12, 2, 1), delta(12, 13, 3, 1, 2, 0));
  mayGoOn.pop()?.();
  await promisesSettled();
  assert.deepEqual(seen, [[1], [2, 3]]);
  map.unsubscribe();
  mayGoOn.pop()?.();
  await loop;
  assert.deepEqual(socket.lastOf('unsubscribe').slice(2), [eventId]);
});

test('frames of events that nobody follows are passed over', async () => {
  const { map, socket } = await follow();
  map.unsubscribe();
  socket.deliver(delta(10, 12, 3, 1));
  assert.equal(map.state(3), 'free');
});

// ── areas ──

const heldPlaces = { ...held, seats: [], area: 'floor', quantity: 3 };

function floorOf(map: LiveSeatMap): readonly number[] {
  const { free, held: heldNow, booked } = map.areaOf('floor') ?? { free: -1, held: -1, booked: -1 };
  return [free, heldNow, booked];
}

test('places of an area: held, partly given back and booked, each counted at once and only once', async () => {
  const { server, client, map, socket } = await follow();
  const told: boolean[] = [];
  map.onChange(({ areas, ownHolds }) => told.push(areas && ownHolds));
  const holding = client.holdArea(eventId, 'floor', 3);
  socket.deliver([4, socket.reqIdOf('holdArea'), [1, 14], heldPlaces]);
  assert.deepEqual(floorOf(map), [87, 13, 0]);
  const expiresAtMs = server.time.monotonicMs() + 600_000;
  assert.deepEqual(map.ownHolds, [{ holdId: 'H1', seats: [], area: 'floor', quantity: 3, expiresAtMs }]);

  const releasing = client.release(eventId, 'H1', { quantity: 1 });
  const released = { holdId: 'H1', seats: [], remaining: [], area: 'floor', quantity: 1, remainingQuantity: 2 };
  socket.deliver([4, socket.reqIdOf('release'), [1, 15], released]);
  assert.deepEqual(floorOf(map), [88, 12, 0]);
  assert.equal(map.ownHolds[0]?.quantity, 2);
  socket.deliver([3, eventId, 1, 10, 14, [], [['floor', 80, 20, 0, 0]]]);
  assert.deepEqual(floorOf(map), [81, 19, 0], 'the hold is in the map now, the release is not');

  const confirming = client.confirm(eventId, 'H1', 'order');
  const booking = { bookingId: 'B1', seats: [], area: 'floor', quantity: 2, totalMinor: 9000, currency: 'EUR' };
  socket.deliver([4, socket.reqIdOf('confirm'), [1, 16], booking]);
  assert.deepEqual(floorOf(map), [81, 17, 2]);
  assert.deepEqual(map.ownHolds, []);
  socket.deliver([3, eventId, 1, 14, 16, [], [['floor', 81, 17, 2, 0]]]);
  assert.deepEqual(floorOf(map), [81, 17, 2]);
  assert.deepEqual(told.slice(0, 2), [true, true]);
  await Promise.all([holding, releasing, confirming]);
});

test('places that are held and end elsewhere: the hold is shown, its end is told with area and quantity', async () => {
  const { map, socket, ended } = await follow();
  socket.deliver([9, eventId, [1, 14], { holdId: 'H1', seats: [], area: 'floor', quantity: 4, expiresInMs: 5_000 }]);
  assert.equal(map.ownHolds[0]?.quantity, 4);
  assert.deepEqual(floorOf(map), [90, 10, 0], 'what this frame changed is for the map to say');
  socket.deliver([3, eventId, 1, 10, 14, [], [['floor', 86, 14, 0, 0]]]);
  socket.deliver([6, eventId, [1, 15], 'H1', 'expired', [], 'floor', 4]);
  assert.deepEqual(floorOf(map), [90, 10, 0]);
  assert.deepEqual(map.ownHolds, []);
  assert.deepEqual(ended, [{ holdId: 'H1', reason: 'expired', seats: [], area: 'floor', quantity: 4 }]);
});

test('an extension of a hold of places moves none', async () => {
  const { client, map, socket } = await follow();
  const outcome = client.extend(eventId, 'H1');
  socket.deliver([4, socket.reqIdOf('extend'), [1, 14], heldPlaces]);
  await outcome;
  assert.deepEqual(floorOf(map), [90, 10, 0]);
  assert.equal(map.ownHolds[0]?.quantity, 3);
});

test('where fewer places are held than the holder should have, my holds is asked', async () => {
  const { server, map, socket, ended } = await follow();
  socket.deliver([9, eventId, [1, 11], { holdId: 'H1', seats: [], area: 'floor', quantity: 4, expiresInMs: 60_000 }]);
  await server.time.run(20_000);
  socket.deliver([3, eventId, 1, 10, 12, [], [['floor', 97, 3, 0, 0]]]);
  await server.time.run(1_000);
  assert.equal(socket.framesOf('myHolds').length, 2);
  answerMyHolds(socket, 12, []);
  assert.deepEqual(map.ownHolds, []);
  assert.deepEqual(ended, [{ holdId: 'H1', reason: null, seats: [], area: 'floor', quantity: 4 }]);
});

test('a loop over the changes of an event that the server refuses throws', async () => {
  const { client, socket } = await follow();
  const other = client.subscribe('other');
  const early = other[Symbol.asyncIterator]().next();
  const rejected = assert.rejects(early, { code: 'unknown_event' });
  socket.deliver([5, socket.reqIdOf('subscribe'), '404 unknown_event', 'none', {}]);
  await rejected;
  const late = other[Symbol.asyncIterator]();
  await assert.rejects(Promise.resolve(late.next()), { code: 'unknown_event' });
  assert.equal((await late.next()).done, true);
});
