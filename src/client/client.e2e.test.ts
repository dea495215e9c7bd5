import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect as connectTo, type Socket as NetSocket } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { type ServerProcess, startServer } from '../lib/testing/server-process.js';
import { systemTimers } from '../lib/timers.js';
import { subprotocols } from '../protocol/subprotocols.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { connectUsher, type UsherClient } from './client.js';
import type { LiveSeatMap } from './live-seat-map.js';
import { memorySessionStore, type Platform } from './platform.js';

// The client in Node against the whole server.

const eventId = 'demo';
let database: TestDatabase;
let server: ServerProcess;
/** For all that was started, also where a later start failed. */
const cleanUps: (() => Promise<void>)[] = [];
/** Seats that earlier tests have used are left alone. */
let seatsUsed = 0;

before(async () => {
  database = await emptyTestDatabase();
  cleanUps.push(() => database.drop());
  server = await startServer({ databaseUrl: database.url, env: { USHER_DEMO: 'on' } });
  cleanUps.push(() => server.kill('SIGTERM'));
});

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

function nodePlatform(): Platform {
  return {
    webSocket: WebSocket,
    fetch,
    sessionStore: memorySessionStore(),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
  };
}

function connect(options: Partial<Parameters<typeof connectUsher>[0]> = {}): UsherClient {
  return connectUsher({
    liveUrl: server.liveUrl,
    sessionsUrl: `${server.webUrl}v1/sessions`,
    platform: nodePlatform(),
    ...options,
  });
}

function freshSeats(count: number): number[] {
  seatsUsed += count;
  return Array.from({ length: count }, (_, at) => seatsUsed - count + at);
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
    anna.close();
    ben.close();
  });
}

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
  anna.close();
  ben.close();
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
  anna.close();
  ben.close();
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
