import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemRandom } from '../lib/random.js';
import { systemTimers } from '../lib/timers.js';
import {
  bookingsResponseSchema,
  confirmResponseSchema,
  holdResponseSchema,
  myHoldsResponseSchema,
  releaseResponseSchema,
  seatsResponseSchema,
} from '../protocol/rest.js';
import { pauseAwake } from '../store/embedded/pause-awake.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified } from './testing/journal-text.js';
import { refused, type Reply, succeeded } from './testing/rest.js';
import type { Guest } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, type Frame, rejected, WireClient } from './testing/wire-client.js';

// Hot REST, protocol page, section 5: the same actor, codes and commandIds as over sockets.

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
});

after(async () => {
  await assertJournalVerified(installation);
  await installation.remove();
  await database.drop();
});

const newKey = (): string => systemRandom.id(12);

interface Asked {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request with a token, and a key of its own unless it is a GET or says otherwise. */
function rest(token: string, method: string, path: string, { key, ...given }: Asked = {}): Promise<Reply> {
  const sent = key === undefined && method !== 'GET' ? newKey() : key;
  return installation.live(method, path, { token, ...given, ...(typeof sent === 'string' ? { key: sent } : {}) });
}

/** A guest with a socket that watches the event. */
async function watching(eventId: string): Promise<{ guest: Guest; client: WireClient; map: WatchedMap }> {
  const guest = await installation.guest();
  const client = await WireClient.connect(installation.liveUrl, guest.token);
  const map = new WatchedMap(eventId);
  await map.watch(client);
  return { guest, client, map };
}

const isHoldFrame = (number: 6 | 9, holdId: string) => (frame: Frame) =>
  frame[0] === number && (number === 6 ? frame[3] : (frame[3] as { holdId: string }).holdId) === holdId;

describe('holds over REST and sockets alike', () => {
  test('hold over REST, frame 9; release over the socket; hold over the socket, release over REST, frame 6', async () => {
    const eventId = await installation.createEvent({ seats: 20 });
    const { guest, client, map } = await watching(eventId);
    const holds = `/v1/events/${eventId}/holds`;

    const made = await rest(guest.token, 'POST', holds, { body: { seats: [3, 4] } });
    const hold = succeeded(made, 201, holdResponseSchema);
    assert.deepEqual([hold.seats, hold.totalMinor, hold.currency], [[3, 4], 2000, 'EUR']);
    const [, , position, changed] = await client.frame(isHoldFrame(9, hold.holdId), 'frame 9');
    assert.deepEqual(position, hold.position);
    assert.deepEqual((changed as { seats: number[] }).seats, [3, 4]);
    await map.reached(hold.position[1]);
    assert.deepEqual(map.states.slice(2, 6), [0, 1, 1, 0]);

    const mine = succeeded(await rest(guest.token, 'GET', holds), 200, myHoldsResponseSchema);
    assert.deepEqual(
      mine.holds.map(({ holdId, seats }) => [holdId, seats]),
      [[hold.holdId, [3, 4]]],
    );
    accepted(await client.release(eventId, newKey(), hold.holdId));
    assert.deepEqual((await rest(guest.token, 'GET', holds)).body, { holds: [] });

    const second = accepted(await client.hold(eventId, newKey(), [7, 8]));
    const { holdId } = second.body;
    const part = await rest(guest.token, 'POST', `${holds}/${holdId}/release`, { body: { seats: [8] } });
    const released = succeeded(part, 200, releaseResponseSchema);
    assert.deepEqual([released.seats, released.remaining], [[8], [7]]);
    const extended = await rest(guest.token, 'PATCH', `${holds}/${holdId}`, { body: { extend: true } });
    assert.deepEqual(succeeded(extended, 200, holdResponseSchema).seats, [7]);
    const gone = succeeded(await rest(guest.token, 'DELETE', `${holds}/${holdId}`), 200, releaseResponseSchema);
    assert.deepEqual([gone.seats, gone.remaining], [[7], []]);
    const ended = await client.frame(isHoldFrame(6, holdId), 'frame 6');
    assert.deepEqual([ended[4], ended[5]], ['released', [7]]);
    await map.reached(gone.position[1]);
    assert.ok(map.states.every((state) => state === 0));
    map.assertSound();
    await client.close();
  });

  test('best seats, and places of an area with a partial release', async () => {
    const eventId = await installation.createEvent({ seats: 30, areas: { floor: 10 } });
    const { token } = await installation.guest();
    const holds = `/v1/events/${eventId}/holds`;
    const best = await rest(token, 'POST', holds, { body: { best: { quantity: 3 } } });
    const { seats } = succeeded(best, 201, holdResponseSchema);
    assert.equal(seats.length, 3);
    const near = await rest(token, 'POST', holds, { body: { best: { quantity: 1, near: 4 } } });
    assert.deepEqual(succeeded(near, 201, holdResponseSchema).seats, [4]);

    const area = await rest(token, 'POST', holds, { body: { area: 'floor', quantity: 4 } });
    const places = succeeded(area, 201, holdResponseSchema);
    assert.deepEqual([places.seats, places.area, places.quantity], [[], 'floor', 4]);
    const part = await rest(token, 'POST', `${holds}/${places.holdId}/release`, { body: { quantity: 1 } });
    const released = succeeded(part, 200, releaseResponseSchema);
    assert.deepEqual([released.quantity, released.remainingQuantity], [1, 3]);
    const seen = await installation.live('GET', `/v1/events/${eventId}/seats`);
    const { areas } = succeeded(seen, 200, seatsResponseSchema);
    assert.deepEqual(
      areas.map(([name]) => name),
      ['floor'],
    );

    refused(await rest(token, 'POST', holds, { body: { area: 'nowhere', quantity: 1 } }), 404, 'unknown_area');
    refused(await rest(token, 'POST', holds, { body: { seats: [30] } }), 404, 'unknown_seat');
  });

  test('a repeat gets its first answer, over REST and over the socket; the key with another payload is 412', async () => {
    const eventId = await installation.createEvent({ seats: 20 });
    const guest = await installation.guest();
    const client = await WireClient.connect(installation.liveUrl, guest.token, 'usher.v1.json');
    const holds = `/v1/events/${eventId}/holds`;
    const key = newKey();
    const body = { seats: [5, 6] };
    const first = succeeded(await rest(guest.token, 'POST', holds, { key, body }), 201, holdResponseSchema);
    const again = succeeded(await rest(guest.token, 'POST', holds, { key, body }), 201, holdResponseSchema);
    assert.deepEqual({ ...again, expiresInMs: 0 }, { ...first, expiresInMs: 0 });
    assert.ok(again.expiresInMs <= first.expiresInMs);
    const overSocket = accepted(await client.hold(eventId, key, [5, 6]));
    assert.deepEqual([overSocket.body.holdId, overSocket.position], [first.holdId, first.position]);
    refused(await rest(guest.token, 'POST', holds, { key, body: { seats: [5] } }), 412, 'idempotency_mismatch');

    const release = newKey();
    const released = accepted(await client.release(eventId, release, first.holdId));
    const repeated = await rest(guest.token, 'DELETE', `${holds}/${first.holdId}`, { key: release });
    assert.deepEqual(succeeded(repeated, 200, releaseResponseSchema).position, released.position);
    await client.close();
  });

  test('refusals have code, number, seats, alternatives and reason as over the socket', async () => {
    const eventId = await installation.createEvent({ seats: 20, limits: { seatsPerHold: 2 } });
    const rival = await installation.guest();
    const { token } = await installation.guest();
    const holds = `/v1/events/${eventId}/holds`;
    const taken = succeeded(await rest(rival.token, 'POST', holds, { body: { seats: [5] } }), 201, holdResponseSchema);
    const { seats, alternatives } = refused(
      await rest(token, 'POST', holds, { body: { seats: [5, 6] } }),
      409,
      'seat_taken',
    );
    assert.deepEqual(seats, [5]);
    assert.ok(Array.isArray(alternatives) && alternatives.length > 0);
    refused(await rest(token, 'POST', holds, { body: { seats: [1, 2, 3] } }), 413, 'limit_exceeded');
    refused(await rest(token, 'DELETE', `${holds}/${taken.holdId}`), 404, 'unknown_hold');
    refused(await rest(token, 'POST', '/v1/events/nothing/holds', { body: { seats: [1] } }), 404, 'unknown_event');
    const own = succeeded(await rest(token, 'POST', holds, { body: { seats: [9] } }), 201, holdResponseSchema);
    assert.equal((await rest(token, 'DELETE', `${holds}/${own.holdId}`)).status, 200);
    const late = await rest(token, 'PATCH', `${holds}/${own.holdId}`, { body: { extend: true } });
    assert.equal(refused(late, 410, 'hold_ended')['reason'], 'released');

    const later = await installation.createEvent({ seats: 4, onSaleAt: '2098-01-01T20:00:00Z' });
    const early = await rest(token, 'POST', `/v1/events/${later}/holds`, { body: { seats: [1] } });
    assert.ok(Number(refused(early, 422, 'not_on_sale')['retryAfterMs']) > 0);
  });
});

describe('confirms and bookings', () => {
  test('a holder confirms, by REST or socket, and finds his bookings, newest first', async () => {
    const eventId = await installation.createEvent({ seats: 20, areas: { floor: 10 } });
    const { guest, client } = await watching(eventId);
    const holds = `/v1/events/${eventId}/holds`;
    const made = await rest(guest.token, 'POST', holds, { body: { seats: [3, 4] } });
    const { holdId } = succeeded(made, 201, holdResponseSchema);
    const key = newKey();
    const body = { orderRef: 'order 1', holderId: guest.holderId };
    const first = await rest(guest.token, 'POST', `${holds}/${holdId}/confirm`, { key, body });
    const booking = succeeded(first, 201, confirmResponseSchema);
    assert.deepEqual([booking.seats, booking.totalMinor], [[3, 4], 2000]);
    assert.equal((await client.frame(isHoldFrame(6, holdId), 'frame 6'))[4], 'confirmed');
    const again = accepted(await client.confirm(eventId, key, holdId, 'order 1'));
    assert.deepEqual([again.body.bookingId, again.position], [booking.bookingId, booking.position]);

    const area = await rest(guest.token, 'POST', holds, { body: { area: 'floor', quantity: 2 } });
    const places = succeeded(area, 201, holdResponseSchema);
    const standing = accepted(await client.confirm(eventId, newKey(), places.holdId, 'order 2'));

    const { bookings } = succeeded(await rest(guest.token, 'GET', '/v1/bookings'), 200, bookingsResponseSchema);
    assert.deepEqual(
      bookings.map(({ bookedAt, ...booked }) => [booked, bookedAt.endsWith('Z')]),
      [
        [
          {
            bookingId: standing.body.bookingId,
            eventId,
            seats: [],
            area: 'floor',
            quantity: 2,
            totalMinor: 2000,
            currency: 'EUR',
            orderRef: 'order 2',
          },
          true,
        ],
        [
          {
            bookingId: booking.bookingId,
            eventId,
            seats: [3, 4],
            totalMinor: 2000,
            currency: 'EUR',
            orderRef: 'order 1',
          },
          true,
        ],
      ],
    );
    const stranger = await installation.guest();
    assert.deepEqual((await rest(stranger.token, 'GET', '/v1/bookings')).body, { bookings: [] });
    refused(await installation.live('GET', '/v1/bookings'), 401, 'unauthorized');
    const otherHold = `${holds}/${holdId}/confirm`;
    refused(
      await rest(stranger.token, 'POST', otherHold, { body: { orderRef: 'x', holderId: guest.holderId } }),
      403,
      'forbidden',
    );
    await client.close();
  });

  test('confirmBy server: only an integrator of the organiser or the admin, naming the holder', async () => {
    const eventId = await installation.createEvent({ seats: 20, confirmBy: 'server' });
    const { guest, client } = await watching(eventId);
    const ours = await createToken('default');
    const foreign = await createToken('circus');
    const confirm = (token: string, holdId: string, body: object): Promise<Reply> =>
      rest(token, 'POST', `/v1/events/${eventId}/holds/${holdId}/confirm`, { body });
    const named = { orderRef: 'order 1', holderId: guest.holderId };

    const first = accepted(await client.hold(eventId, newKey(), [1, 2])).body.holdId;
    rejected(await client.confirm(eventId, newKey(), first, 'order 1'), '403 forbidden');
    refused(await confirm(guest.token, first, { orderRef: 'order 1' }), 403, 'forbidden');
    refused(await confirm(foreign.token, first, named), 403, 'forbidden');
    refused(await confirm(ours.token, first, { orderRef: 'order 1' }), 403, 'forbidden');
    refused(await confirm(`${ours.token}x`, first, named), 401, 'unauthorized');
    refused(await confirm(ours.token, first, { ...named, holderId: 'somebody' }), 404, 'unknown_hold');
    const booked = succeeded(await confirm(ours.token, first, named), 201, confirmResponseSchema);
    assert.deepEqual(booked.seats, [1, 2]);
    assert.equal((await client.frame(isHoldFrame(6, first), 'frame 6'))[4], 'confirmed');

    const second = accepted(await client.hold(eventId, newKey(), [5])).body.holdId;
    succeeded(await confirm(installation.adminToken, second, named), 201, confirmResponseSchema);
    const { bookings } = succeeded(await rest(guest.token, 'GET', '/v1/bookings'), 200, bookingsResponseSchema);
    assert.equal(bookings.length, 2);
    for (const token of [ours.token, installation.adminToken]) {
      refused(await rest(token, 'POST', `/v1/events/${eventId}/holds`, { body: { seats: [9] } }), 403, 'forbidden');
      refused(await rest(token, 'GET', '/v1/bookings'), 403, 'forbidden');
    }
    refused(
      await rest(ours.token, 'POST', `/v1/events/nothing/holds/${first}/confirm`, { body: named }),
      404,
      'unknown_event',
    );
    await client.close();
  });

  test('a revoked token is refused, within seconds; the list shows when it was, and no token', async () => {
    const eventId = await installation.createEvent({ seats: 4, confirmBy: 'server' });
    const { tokenId, token } = await createToken('default');
    const confirm = async (): Promise<number> => {
      const path = `/v1/events/${eventId}/holds/H1-1/confirm`;
      return (await rest(token, 'POST', path, { body: { orderRef: 'x', holderId: 'somebody' } })).status;
    };
    assert.equal(await confirm(), 404, 'it is good, but there is no such hold');
    const revoked = await installation.admin('DELETE', `/v1/integrator-tokens/${tokenId}`, {
      token: installation.adminToken,
      key: newKey(),
    });
    assert.equal(revoked.status, 200);
    while ((await confirm()) === 404) await pauseAwake(systemTimers, 200);
    assert.equal(await confirm(), 401);
    const list = await installation.admin('GET', '/v1/integrator-tokens', { token: installation.adminToken });
    const { tokens } = list.body as { tokens: { tokenId: string; revokedAt?: string }[] };
    assert.ok(tokens.find((one) => one.tokenId === tokenId)?.revokedAt !== undefined);
    assert.ok(!JSON.stringify(list.body).includes('usher_it_'));
  });

  async function createToken(organiserId: string): Promise<{ tokenId: string; token: string }> {
    const key = newKey();
    const create = (): Promise<Reply> =>
      installation.admin('POST', '/v1/integrator-tokens', {
        token: installation.adminToken,
        key,
        body: { name: 'Shop', organiserId },
      });
    const { status, body } = await create();
    assert.equal(status, 201, JSON.stringify(body));
    const repeat = await create();
    const { token: _, ...rests } = body as { tokenId: string; token: string };
    assert.deepEqual([repeat.status, repeat.body], [200, rests], 'no second token, and the first is not shown again');
    return body as { tokenId: string; token: string };
  }
});

describe('as HTTP', () => {
  test('seats have the position as ETag: 304 until something changes, then 200', async () => {
    const eventId = await installation.createEvent({ seats: 8 });
    const { token } = await installation.guest();
    const seats = `/v1/events/${eventId}/seats`;
    const first = await installation.live('GET', seats);
    const { position } = succeeded(first, 200, seatsResponseSchema);
    const etag = first.headers.get('etag') ?? '';
    assert.equal(etag, `"${position.join('-')}"`);
    const same = await installation.live('GET', seats, { headers: { 'if-none-match': etag } });
    assert.deepEqual([same.status, same.body, same.headers.get('etag')], [304, '', etag]);
    const hold = await rest(token, 'POST', `/v1/events/${eventId}/holds`, { body: { seats: [2] } });
    const { position: changed } = succeeded(hold, 201, holdResponseSchema);
    let now = await installation.live('GET', seats, { headers: { 'if-none-match': etag } });
    // The map that watchers see is published a little later than the answer.
    while (now.status === 304) now = await installation.live('GET', seats, { headers: { 'if-none-match': etag } });
    assert.deepEqual(succeeded(now, 200, seatsResponseSchema).position, changed);
  });

  test('CORS: preflights of allowed origins, exposed headers; others are answered without', async () => {
    const origin = 'http://127.0.0.1:3000';
    const preflight = await installation.live('OPTIONS', '/v1/events/e/holds/H1-1/confirm', {
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
    const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').split(', ').sort();
    assert.deepEqual(allowed, ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match']);
    const methods = (preflight.headers.get('access-control-allow-methods') ?? '').split(', ').sort();
    assert.deepEqual(methods, ['DELETE', 'GET', 'PATCH', 'POST']);
    const foreign = 'http://elsewhere.example';
    assert.equal((await installation.live('OPTIONS', '/v1/bookings', { headers: { origin: foreign } })).status, 403);
    const { token } = await installation.guest();
    for (const [from, shared] of [
      [origin, origin],
      [foreign, null],
    ] as const) {
      const { status, headers } = await rest(token, 'GET', '/v1/bookings', { headers: { origin: from } });
      assert.equal(status, 200);
      assert.equal(headers.get('access-control-allow-origin'), shared);
      if (shared !== null) assert.equal(headers.get('access-control-expose-headers'), 'ETag, Retry-After');
    }
  });

  test('problems: no key, bad body, wrong token, unknown address, unknown method', async () => {
    const eventId = await installation.createEvent({ seats: 4 });
    const { token } = await installation.guest();
    const holds = `/v1/events/${eventId}/holds`;
    const noKey = refused(await rest(token, 'POST', holds, { key: null, body: { seats: [1] } }), 400, 'bad_frame');
    assert.match(String(noKey['detail']), /Idempotency-Key/);
    const badSeat = refused(await rest(token, 'POST', holds, { body: { seats: [1, 'x'] } }), 400, 'bad_frame');
    assert.match(String(badSeat['detail']), /seats\[1\]/);
    const filler = 'x'.repeat(20_000);
    refused(await rest(token, 'POST', holds, { body: { seats: [1], filler } }), 413, 'limit_exceeded');
    const stranger = await rest('nobody', 'POST', holds, { body: { seats: [1] } });
    refused(stranger, 401, 'unauthorized');
    assert.equal(stranger.headers.get('www-authenticate'), 'Bearer');
    refused(await rest(token, 'GET', '/v1/nothing'), 404, 'not_found');
    const put = await rest(token, 'PUT', holds, { body: {} });
    refused(put, 405, 'method_not_allowed');
    assert.equal(put.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
    assert.equal((await installation.live('HEAD', `/v1/events/${eventId}/seats`)).status, 200);
    assert.deepEqual((await installation.seats(eventId)).states, [0, 0, 0, 0]);
  });
});
