import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { limits } from '../config/limits.js';
import type { OwnBooking } from '../store/own-bookings.js';
import { gatewayLimits } from './limits.js';
import { assertProblem, rest } from './testing/rest.js';
import { TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const ofSeats: OwnBooking = {
  bookingId: 'B1-2',
  eventId: 'event-1',
  seats: [3, 1],
  totalMinor: 2000,
  currency: 'EUR',
  orderRef: 'order 1',
  bookedAtMs: 1_700_000_000_123,
};
const ofPlaces: OwnBooking = { ...ofSeats, bookingId: 'B1-3', seats: [], area: 'floor', quantity: 4 };

test('GET /v1/bookings: the own ones, with bookedAt in ISO 8601', async () => {
  server = new TestGateway();
  const answer = rest(server, 'GET', '/v1/bookings', { token: server.token('anna') });
  const { holderId, limit, resolve } = await server.bookings.take();
  assert.deepEqual([holderId, limit], ['anna', gatewayLimits.bookingsListedMax]);
  resolve([ofSeats, ofPlaces]);
  const { bookedAtMs: _, ...seats } = ofSeats;
  const { bookedAtMs: __, ...places } = ofPlaces;
  const bookedAt = '2023-11-14T22:13:20.123Z';
  assert.deepEqual((await answer).body, {
    bookings: [
      { ...seats, bookedAt },
      { ...places, bookedAt },
    ],
  });
  assert.equal((await answer).status, 200);
});

test('503 unavailable while Postgres cannot be reached, and when it does not answer', async () => {
  let read = (): Promise<OwnBooking[]> => Promise.reject(new Error('ECONNREFUSED'));
  server = new TestGateway({ bookingsOf: () => read() });
  const token = server.token('anna');
  assertProblem(await rest(server, 'GET', '/v1/bookings', { token }), 503, 'unavailable');
  assert.deepEqual(server.faults, []);

  let bring: (bookings: OwnBooking[]) => void = () => undefined;
  read = () =>
    new Promise((resolve) => {
      bring = resolve;
    });
  const hanging = rest(server, 'GET', '/v1/bookings', { token });
  const client = await server.join('anna');
  while (server.gateway.stats().pendingCommands === 0) await client.settle();
  server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
  assertProblem(await hanging, 503, 'unavailable');
  bring([ofSeats]);
  await client.settle();
  assert.deepEqual([server.gateway.stats().pendingCommands, server.faults], [0, []]);
});

test("a shard that is gone does not end what waits for Postgres: it is no event's", async () => {
  server = new TestGateway();
  const answer = rest(server, 'GET', '/v1/bookings', { token: server.token('anna') });
  const { resolve } = await server.bookings.take();
  server.shardLost(() => true);
  resolve([]);
  assert.deepEqual((await answer).body, { bookings: [] });
});
