import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect as connectTo, type Socket as NetSocket } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { must } from '../lib/must.js';
import { checkedDatabase } from '../e2e/testing/checked-database.js';
import { type ServerProcess, startServer } from '../lib/testing/server-process.js';
import { isMap } from '../protocol/field.js';
import { subprotocols } from '../protocol/subprotocols.js';
import type { TestDatabase } from '../store/testing/postgres.js';
import { connectUsher, type UsherClient } from './client.js';
import { readChart, readEvent } from './catalogue.js';
import type { HoldEnded, LiveSeatMap } from './live-seat-map.js';
import { memorySessionStore } from './platform.js';
import { UsherError } from './usher-error.js';

// The client in Node against the whole server.

const eventId = 'demo';
let database: TestDatabase;
let server: ServerProcess;
/** For all that was started, also where a later start failed. */
const cleanUps: (() => Promise<void>)[] = [];
const clients: UsherClient[] = [];
/** Seats that earlier tests have used are left alone. */
let seatsUsed = 0;

before(async () => {
  database = await checkedDatabase();
  cleanUps.push(() => database.drop());
  server = await startServer({ databaseUrl: database.url, env: { USHER_DEMO: 'on' } });
  cleanUps.push(() => server.kill('SIGTERM'));
  await createMixedEvent();
});

after(async () => {
  for (const client of clients) client.close();
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

function connect(options: Partial<Parameters<typeof connectUsher>[0]> = {}): UsherClient {
  const client = connectUsher({
    liveUrl: server.liveUrl,
    sessionsUrl: `${server.webUrl}v1/sessions`,
    webSocket: WebSocket,
    ...options,
  });
  // Also where a test fails: an open client keeps the process alive.
  clients.push(client);
  return client;
}

const mixedId = 'mixed';

/** Two rows of ten, and a floor of 20 places. */
async function createMixedEvent(): Promise<void> {
  const rows = ['A', 'B'].map((label, row) => ({
    label,
    seats: Array.from({ length: 10 }, (_, at) => {
      return { label: String(at + 1), x: at * 10, y: row * 10, category: 'all' };
    }),
  }));
  const { chartId } = await post('v1/charts', {
    format: 'usher',
    chart: {
      name: 'Hall',
      size: { width: 100, height: 100 },
      categories: [{ key: 'all', name: 'All', color: 'teal' }],
      sections: [{ key: 'stalls', name: 'Stalls', rows }],
      areas: [
        {
          area: 'floor',
          name: 'Floor',
          capacity: 20,
          category: 'all',
          shape: { type: 'ellipse', x: 50, y: 60, radiusX: 40, radiusY: 20 },
        },
      ],
    },
  });
  const startsAt = '2030-05-01T19:30:00Z';
  await post('v1/events', {
    eventId: mixedId,
    name: 'Mixed',
    startsAt,
    chartId,
    currency: 'EUR',
    prices: { all: 1000 },
  });
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, server.webUrl), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      'content-type': 'application/json',
      'idempotency-key': path.replace('/', '-').padEnd(12, '-'),
    },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 201);
  const answer: unknown = await response.json();
  assert.ok(isMap(answer));
  return answer;
}

function freshSeats(count: number): number[] {
  seatsUsed += count;
  return Array.from({ length: count }, (_, at) => seatsUsed - count + at);
}

function sorted(seats: readonly number[]): number[] {
  return seats.toSorted((a, b) => a - b);
}

/** Resolves once the map shows what is wanted. */
async function until(map: LiveSeatMap, isSo: () => boolean): Promise<void> {
  if (isSo()) return;
  for await (const _ of map) if (isSo()) return;
  assert.fail('the map ended before it showed what was wanted');
}

for (const subprotocol of subprotocols) {
  test(`${subprotocol}: holds, extends, releases, confirms; a rival sees each step and is refused`, async () => {
    const anna = connect({ subprotocol });
    const ben = connect({ subprotocol });
    const map = anna.subscribe(eventId);
    const bensMap = ben.subscribe(eventId);
    await Promise.all([map.whenReady, bensMap.whenReady]);
    assert.equal(map.seatCount, 1744);
    const [first = 0, second = 0] = freshSeats(2);

    const hold = await anna.hold(eventId, [first, second]);
    assert.equal(map.ownHoldOf(first)?.holdId, hold.holdId, 'known when the promise resolves');
    await until(bensMap, () => bensMap.state(first) === 'held');
    assert.equal(bensMap.ownHoldOf(first), null);
    await assert.rejects(ben.hold(eventId, [second]), { code: 'seat_taken', seats: [second] });
    await assert.rejects(ben.release(eventId, hold.holdId), { code: 'unknown_hold' });

    const extended = await anna.extend(eventId, hold.holdId);
    assert.ok(extended.expiresInMs > hold.expiresInMs - 1_000);
    const released = await anna.release(eventId, hold.holdId, [second]);
    assert.deepEqual(released.remaining, [first]);
    await until(bensMap, () => bensMap.state(second) === 'free');
    const { holds } = await anna.myHolds(eventId);
    assert.deepEqual(
      holds.map(({ seats }) => seats),
      [[first]],
    );

    const booking = await anna.confirm(eventId, hold.holdId, 'order 1');
    assert.deepEqual(booking.seats, [first]);
    assert.equal(map.state(first), 'booked');
    await until(bensMap, () => bensMap.state(first) === 'booked');
  });
}

test('the best seats are chosen by the server; who asks for taken ones is offered others of the same number', async () => {
  const [anna, ben] = [connect(), connect()];
  const map = anna.subscribe(mixedId);
  await map.whenReady;
  const { seats } = await anna.holdBest(mixedId, { quantity: 3 });
  const [first = -1] = sorted(seats);
  assert.deepEqual(sorted(seats), [first, first + 1, first + 2]);
  assert.ok(seats.every((seat) => map.ownHoldOf(seat) !== null));

  const refusal = await ben.hold(mixedId, seats).then(
    () => assert.fail('a seat was held twice'),
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof UsherError && refusal.code === 'seat_taken');
  assert.deepEqual(sorted(refusal.seats), sorted(seats));
  const offer = must(refusal.alternatives[0], 'an alternative');
  assert.equal(offer.length, 3);
  assert.deepEqual(sorted((await ben.hold(mixedId, offer)).seats), sorted(offer));
  await assert.rejects(ben.holdBest(mixedId, { quantity: 2, sections: ['nowhere'] }), { code: 'not_available' });
});

test('[I11, I14] places of an area: counted at once by the holder, soon by others, partly given back, booked', async () => {
  const [anna, ben] = [connect(), connect()];
  const [map, bensMap] = [anna.subscribe(mixedId), ben.subscribe(mixedId)];
  await Promise.all([map.whenReady, bensMap.whenReady]);
  const freeBefore = must(map.areaOf('floor'), 'the floor').free;

  const hold = await anna.holdArea(mixedId, 'floor', 5);
  assert.deepEqual([hold.area, hold.quantity, hold.seats], ['floor', 5, []]);
  assert.equal(map.areaOf('floor')?.free, freeBefore - 5, 'known when the promise resolves');
  await until(bensMap, () => bensMap.areaOf('floor')?.held === 5);
  await assert.rejects(ben.holdArea(mixedId, 'nowhere', 1), { code: 'unknown_area' });

  const released = await anna.release(mixedId, hold.holdId, { quantity: 2 });
  assert.deepEqual([released.quantity, released.remainingQuantity], [2, 3]);
  assert.equal(map.areaOf('floor')?.free, freeBefore - 3);
  assert.equal(map.ownHolds.find(({ holdId }) => holdId === hold.holdId)?.quantity, 3);
  await until(bensMap, () => bensMap.areaOf('floor')?.held === 3);

  const booking = await anna.confirm(mixedId, hold.holdId, 'order 2');
  assert.deepEqual([booking.area, booking.quantity, booking.totalMinor], ['floor', 3, 3000]);
  assert.deepEqual([map.areaOf('floor')?.free, map.areaOf('floor')?.booked], [freeBefore - 3, 3]);
  await until(bensMap, () => bensMap.areaOf('floor')?.booked === 3);
  const [own] = await anna.myBookings();
  assert.deepEqual(
    [own?.bookingId, own?.area, own?.quantity, own?.orderRef],
    [booking.bookingId, 'floor', 3, 'order 2'],
  );
});

test('a holder’s other tab sees a hold of places come, shrink and go', async () => {
  const sessionStore = memorySessionStore();
  const here = connect({ sessionStore });
  await here.myHolds(mixedId);
  const there = connect({ sessionStore });
  const map = there.subscribe(mixedId);
  const ends: HoldEnded[] = [];
  map.onHoldEnded((ended) => ends.push(ended));
  await map.whenReady;
  await there.myHolds(mixedId);
  assert.equal(there.holderId, here.holderId);

  const { holdId } = await here.holdArea(mixedId, 'floor', 4);
  await until(map, () => map.ownHolds[0]?.quantity === 4);
  await here.release(mixedId, holdId, { quantity: 1 });
  await until(map, () => map.ownHolds[0]?.quantity === 3);
  await here.release(mixedId, holdId);
  await until(map, () => map.ownHolds.length === 0);
  await until(map, () => ends.length > 0);
  assert.deepEqual(ends, [{ holdId, reason: 'released', seats: [], area: 'floor', quantity: 3 }]);
});

test('the catalogue is read as the server writes it', async () => {
  const event = await readEvent(server.webUrl, mixedId);
  assert.deepEqual([event.name, event.seatCount, event.liveUrl], ['Mixed', 20, server.liveUrl]);
  const chart = await readChart(server.webUrl, mixedId);
  assert.deepEqual(
    chart.areas.map(({ area, capacity, shape }) => [area, capacity, shape.type]),
    [['floor', 20, 'ellipse']],
  );
  assert.equal(chart.sections[0]?.rows[1]?.seats[0]?.index, 10);
  await assert.rejects(readChart(server.webUrl, 'nowhere'), { code: 'unknown_event' });
});

test('[I7] an answer lost with its connection: the command is repeated and gets its first answer', async () => {
  const proxy = await startProxy(server.ports.live);
  const anna = connect({ liveUrl: proxy.liveUrl });
  const map = anna.subscribe(eventId);
  await map.whenReady;
  const seats = freshSeats(2);
  const positionBefore = must(map.position, 'a position');

  // Nothing comes back from now on; the connection breaks when the rival has seen the hold, so it was accepted.
  proxy.muteAnswers();
  const outcome = anna.hold(eventId, seats);
  const ben = connect();
  const bensMap = ben.subscribe(eventId);
  await bensMap.whenReady;
  await until(bensMap, () => bensMap.state(must(seats[0], 'a seat')) === 'held');
  proxy.cut();

  const hold = await outcome;
  assert.deepEqual(hold.seats, seats);
  const { holds } = await anna.myHolds(eventId);
  assert.deepEqual(
    holds.map(({ holdId }) => holdId),
    [hold.holdId],
    'it was carried out once',
  );
  await until(map, () => must(map.position, 'a position')[1] > positionBefore[1]);
  assert.equal(map.ownHoldOf(must(seats[1], 'a seat'))?.holdId, hold.holdId);
  await proxy.stop();
});

test('[I6, I7] kill -9 while commands are under way: each settles after the restart, and the maps agree', async () => {
  const anna = connect();
  const ben = connect();
  const maps = [anna.subscribe(eventId), ben.subscribe(eventId)] as const;
  await Promise.all(maps.map((map) => map.whenReady));
  const kept = await anna.hold(eventId, freshSeats(1));
  const wanted = freshSeats(3);
  const outcomes = wanted.map((seat) => anna.hold(eventId, [seat]));
  await server.kill('SIGKILL');
  const { dataDir, ports, adminToken } = server;
  server = await startServer({ databaseUrl: database.url, dataDir, ports, adminToken, env: { USHER_DEMO: 'on' } });

  const holds = await Promise.all(outcomes);
  assert.deepEqual(
    holds.map(({ seats }) => seats),
    wanted.map((seat) => [seat]),
  );
  const mine = await anna.myHolds(eventId);
  assert.deepEqual(
    new Set(mine.holds.map(({ holdId }) => holdId)),
    new Set([kept, ...holds].map(({ holdId }) => holdId)),
  );
  await until(maps[1], () => wanted.every((seat) => maps[1].state(seat) === 'held'));
  for (const map of maps)
    assert.deepEqual(
      wanted.map((seat) => map.state(seat)),
      ['held', 'held', 'held'],
    );
});

interface Proxy {
  readonly liveUrl: string;
  /** Swallows what the server sends. */
  muteAnswers(): void;
  /** Breaks every connection; the next ones are whole again. */
  cut(): void;
  stop(): Promise<void>;
}

/** A wire between client and server that can break. */
async function startProxy(port: number): Promise<Proxy> {
  const pairs = new Set<readonly [NetSocket, NetSocket]>();
  const muted = new Set<NetSocket>();
  const listener = createServer((client) => {
    const upstream = connectTo(port, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (!muted.has(upstream)) client.write(bytes);
    });
    for (const end of pair) {
      end.on('error', () => {});
      end.on('close', () => {
        for (const other of pair) other.destroy();
        pairs.delete(pair);
      });
    }
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const address = listener.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    liveUrl: `ws://127.0.0.1:${address.port}/v1/live`,
    muteAnswers: () => {
      for (const [, upstream] of pairs) muted.add(upstream);
    },
    cut: () => {
      for (const [client] of pairs) client.destroy();
    },
    stop: async () => {
      for (const [client] of pairs) client.destroy();
      await once(listener.close(), 'close');
    },
  };
}
