import assert from 'node:assert/strict';
import type { Reply } from '../../src/e2e/testing/rest.js';
import { unpackStates } from '../../src/e2e/testing/watched-map.js';
import { accepted } from '../../src/e2e/testing/wire-client.js';
import { floorCapacity, hall, seatCount } from '../hall.js';
import { httpRule, type Rule } from '../rule.js';
import { newKey, type Scene } from '../scene.js';

/** Section 5: REST on the live port and on the web port. */

interface HoldReply {
  readonly holdId: string;
  readonly seats: readonly number[];
  readonly position: readonly [number, number];
  readonly expiresInMs: number;
  readonly totalMinor: number;
}

/** The body, taken for what the page says it is: what is wrong with it the assertions after this one tell. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function bodyOf<Body>({ status, body }: Reply, expected: number): Body {
  assert.equal(status, expected, JSON.stringify(body));
  return body as Body;
}

interface Problem {
  readonly code: string;
  readonly seats?: readonly number[];
  readonly alternatives?: readonly (readonly number[])[];
  readonly reason?: string;
}

function problemOf(reply: Reply, status: number, code: string): Problem {
  assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const problem = bodyOf<Problem>(reply, status);
  assert.equal(problem.code, code, JSON.stringify(problem));
  if (status === 429 || status === 503) assert.ok(Number(reply.headers.get('retry-after')) > 0, 'Retry-After');
  return problem;
}

async function wholeWay(scene: Scene): Promise<void> {
  const eventId = await scene.event();
  const { token } = await scene.guest();
  const path = `/v1/events/${eventId}/holds`;
  const key = newKey();
  const held = bodyOf<HoldReply>(await scene.live('POST', path, { token, key, body: { seats: [3, 4, 5] } }), 201);
  assert.deepEqual([held.seats, held.totalMinor], [[3, 4, 5], 15_000]);
  const again = bodyOf<HoldReply>(await scene.live('POST', path, { token, key, body: { seats: [3, 4, 5] } }), 201);
  assert.deepEqual([again.holdId, again.position], [held.holdId, held.position]);
  problemOf(await scene.live('POST', path, { token, key, body: { seats: [6] } }), 412, 'idempotency_mismatch');

  const one = `${path}/${held.holdId}`;
  const extended = bodyOf<HoldReply>(
    await scene.live('PATCH', one, { token, key: newKey(), body: { extend: true } }),
    200,
  );
  assert.ok(extended.expiresInMs > 590_000);
  const some = await scene.live('POST', `${one}/release`, { token, key: newKey(), body: { seats: [4] } });
  assert.deepEqual(bodyOf<{ remaining: number[] }>(some, 200).remaining, [3, 5]);
  const mine = bodyOf<{ holds: HoldReply[] }>(await scene.live('GET', path, { token }), 200);
  assert.deepEqual(
    mine.holds.map(({ holdId, seats }) => [holdId, seats]),
    [[held.holdId, [3, 5]]],
  );
  const confirmed = await scene.live('POST', `${one}/confirm`, { token, key: newKey(), body: { orderRef: 'order 1' } });
  const { bookingId } = bodyOf<{ bookingId: string }>(confirmed, 201);
  const own = bodyOf<{ bookings: Record<string, unknown>[] }>(await scene.live('GET', '/v1/bookings', { token }), 200);
  const [booking] = own.bookings;
  const { bookedAt, ...rest } = booking ?? {};
  assert.deepEqual(rest, {
    bookingId,
    eventId,
    seats: [3, 5],
    totalMinor: 10_000,
    currency: 'EUR',
    orderRef: 'order 1',
  });
  assert.ok(Date.parse(String(bookedAt)) > 0);

  const other = bodyOf<HoldReply>(await scene.live('POST', path, { token, key: newKey(), body: { seats: [9] } }), 201);
  const deleted = await scene.live('DELETE', `${path}/${other.holdId}`, { token, key: newKey() });
  assert.deepEqual(bodyOf<HoldReply>(deleted, 200).seats, [9]);
  const gone = await scene.live('DELETE', `${path}/${other.holdId}`, { token, key: newKey() });
  assert.equal(problemOf(gone, 410, 'hold_ended').reason, 'released');
}

async function bestAndAreas(scene: Scene): Promise<void> {
  const eventId = await scene.event();
  const { token } = await scene.guest();
  const path = `/v1/events/${eventId}/holds`;
  const hold = (body: object): Promise<Reply> => scene.live('POST', path, { token, key: newKey(), body });
  assert.equal(bodyOf<HoldReply>(await hold({ best: { quantity: 2, sections: ['circle'] } }), 201).seats.length, 2);
  const places = bodyOf<HoldReply & { area: string; quantity: number }>(
    await hold({ area: 'floor', quantity: 4 }),
    201,
  );
  assert.deepEqual([places.seats, places.area, places.quantity], [[], 'floor', 4]);
  const release = await scene.live('POST', `${path}/${places.holdId}/release`, {
    token,
    key: newKey(),
    body: { quantity: 1 },
  });
  assert.equal(release.status, 200, JSON.stringify(release.body));
  const seats = bodyOf<{ areas: unknown }>(await scene.live('GET', `/v1/events/${eventId}/seats`), 200);
  assert.ok(Array.isArray(seats.areas));
}

async function socketAndRestAreOne(scene: Scene): Promise<void> {
  const eventId = await scene.event();
  const guest = await scene.guest();
  const buyer = await scene.buyer('usher.v1.json', guest);
  await scene.watch(buyer, eventId);
  const key = newKey();
  const reply = await scene.live('POST', `/v1/events/${eventId}/holds`, {
    token: guest.token,
    key,
    body: { seats: [3] },
  });
  const held = bodyOf<HoldReply>(reply, 201);
  const again = accepted(await buyer.hold(eventId, key, [3]));
  assert.deepEqual([again.position, again.body.holdId], [held.position, held.holdId]);
  const told = await buyer.frame((frame) => frame[0] === 9, 'frame 9');
  assert.deepEqual(told[2], held.position);
}

async function refusals(scene: Scene): Promise<void> {
  const eventId = await scene.event();
  const [ann, bob] = [await scene.guest(), await scene.guest()];
  const path = `/v1/events/${eventId}/holds`;
  const post = (token: string, body: unknown): Promise<Reply> =>
    scene.live('POST', path, { token, key: newKey(), body });
  const { holdId } = bodyOf<HoldReply>(await post(ann.token, { seats: [3] }), 201);
  assert.deepEqual(problemOf(await post(bob.token, { seats: [3, 4] }), 409, 'seat_taken').seats, [3]);
  problemOf(await post(bob.token, { seats: [seatCount] }), 404, 'unknown_seat');
  problemOf(await post(bob.token, { area: 'roof', quantity: 1 }), 404, 'unknown_area');
  problemOf(await post(bob.token, { seats: [0, 1, 2, 6, 7, 8, 9, 10, 11] }), 413, 'limit_exceeded');
  for (const body of [{}, { seats: [] }, { seats: [1, 1] }, { best: {} }, { area: 'floor' }, []]) {
    problemOf(await post(bob.token, body), 400, 'bad_frame');
  }
  const { token } = bob;
  problemOf(await scene.live('DELETE', `${path}/${holdId}`, { token, key: newKey() }), 404, 'unknown_hold');
  problemOf(await scene.live('POST', path, { token, body: { seats: [4] } }), 400, 'bad_frame');
  problemOf(await scene.live('POST', path, { key: newKey(), body: { seats: [4] } }), 401, 'unauthorized');
  problemOf(
    await scene.live('POST', path, { token: 'nobody', key: newKey(), body: { seats: [4] } }),
    401,
    'unauthorized',
  );
  problemOf(await scene.live('GET', path), 401, 'unauthorized');
  problemOf(await scene.live('GET', '/v1/bookings'), 401, 'unauthorized');
  const nowhere = `/v1/events/none-${newKey()}/holds`;
  problemOf(await scene.live('POST', nowhere, { token, key: newKey(), body: { seats: [4] } }), 404, 'unknown_event');
}

async function confirmByServer(scene: Scene): Promise<void> {
  const eventId = await scene.event({ confirmBy: 'server' });
  const guest = await scene.guest();
  const path = `/v1/events/${eventId}/holds`;
  const held = await scene.live('POST', path, { token: guest.token, key: newKey(), body: { seats: [3] } });
  const { holdId } = bodyOf<HoldReply>(held, 201);
  const confirm = (token: string, body: object): Promise<Reply> =>
    scene.live('POST', `${path}/${holdId}/confirm`, { token, key: newKey(), body: { orderRef: 'o', ...body } });
  problemOf(await confirm(guest.token, {}), 403, 'forbidden');
  const { adminToken } = scene.addresses;
  assert.ok(adminToken !== null);
  problemOf(await confirm(adminToken, {}), 403, 'forbidden');
  const other = await scene.guest();
  problemOf(await confirm(adminToken, { holderId: other.holderId }), 404, 'unknown_hold');
  const booked = bodyOf<HoldReply>(await confirm(adminToken, { holderId: guest.holderId }), 201);
  assert.deepEqual(booked.seats, [3]);
}

async function seatsRead(scene: Scene): Promise<void> {
  const eventId = await scene.event();
  const path = `/v1/events/${eventId}/seats`;
  const reply = await scene.live('GET', path);
  const body = bodyOf<{ position: number[]; seatCount: number; states: string; areas: unknown }>(reply, 200);
  assert.deepEqual([body.seatCount, body.areas], [seatCount, [['floor', floorCapacity, 0, 0, 0]]]);
  assert.ok(unpackStates(Buffer.from(body.states, 'base64'), seatCount).every((state) => state === 0));
  const etag = reply.headers.get('etag') ?? '';
  assert.equal(etag, `"${body.position.join('-')}"`);
  const unchanged = await scene.live('GET', path, { headers: { 'if-none-match': etag } });
  assert.deepEqual([unchanged.status, unchanged.body], [304, '']);
  problemOf(await scene.live('GET', `/v1/events/none-${newKey()}/seats`), 404, 'unknown_event');
}

async function sharing(scene: Scene): Promise<void> {
  const { hostname } = new URL(scene.liveHttpUrl);
  const origin = `http://${hostname}:1`;
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,idempotency-key,content-type,if-none-match',
  };
  const preflight = await scene.live('OPTIONS', '/v1/events/e/holds', { headers });
  assert.equal(Math.floor(preflight.status / 100), 2);
  assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
  const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').toLowerCase();
  for (const name of ['authorization', 'idempotency-key', 'content-type', 'if-none-match']) {
    assert.ok(allowed.includes(name), name);
  }
  const session = await scene.live('POST', '/v1/sessions', { headers: { origin }, body: {} });
  const exposed = (session.headers.get('access-control-expose-headers') ?? '').toLowerCase();
  for (const name of ['etag', 'retry-after']) assert.ok(exposed.includes(name), name);
}

async function sessions(scene: Scene): Promise<void> {
  for (const port of ['live', 'web'] as const) {
    const guest = await scene.session(port);
    assert.ok(guest.expiresInMs > 0);
    const renewed = await scene.session(port, guest.token);
    assert.equal(renewed.holderId, guest.holderId);
  }
}

async function catalogue(scene: Scene): Promise<void> {
  const eventId = await scene.event();
  const listed = bodyOf<{ events: { eventId: string }[] }>(await scene.web('GET', '/v1/events'), 200);
  assert.ok(listed.events.some((event) => event.eventId === eventId));
  const event = bodyOf<Record<string, unknown>>(await scene.web('GET', `/v1/events/${eventId}`), 200);
  for (const name of ['name', 'startsAt', 'chartId', 'chartVersion', 'currency', 'holdTtlMs', 'confirmBy', 'liveUrl']) {
    assert.ok(event[name] !== undefined, name);
  }
  assert.deepEqual([event['seatCount'], event['prices']], [seatCount, { dear: 5000, cheap: 2000 }]);
  assert.deepEqual(event['limits'], { seatsPerHold: 8, holdsPerHolder: 4, seatsPerHolder: 16, extensionsPerHold: 2 });
  const chart = bodyOf<typeof hall & { chartVersion: number }>(
    await scene.web('GET', `/v1/events/${eventId}/chart`),
    200,
  );
  const { chartVersion, sections, ...rest } = chart;
  assert.ok(chartVersion >= 1);
  const { sections: given, ...expected } = hall;
  assert.deepEqual(rest, expected);
  assert.equal(sections.length, given.length);
  const seats = sections.flatMap(({ rows }) => rows).flatMap((row) => (row as { seats: { index: number }[] }).seats);
  assert.deepEqual(
    seats.map(({ index }) => index),
    Array.from({ length: seatCount }, (_, index) => index),
  );
  problemOf(await scene.web('GET', `/v1/events/none-${newKey()}`), 404, 'unknown_event');
}

async function writesNeedAdmin(scene: Scene): Promise<void> {
  const body = { format: 'usher', chart: hall };
  problemOf(await scene.web('POST', '/v1/charts', { key: newKey(), body }), 401, 'unauthorized');
  problemOf(await scene.web('POST', '/v1/events', { key: newKey(), token: 'nobody', body: {} }), 401, 'unauthorized');
}

export const restRules: readonly Rule[] = [
  httpRule('§5', 'sessions: a guest, or the same holder renewed, on both ports', sessions, []),
  httpRule('§5', 'holds over REST: hold, repeat, extend, release, my holds, confirm, bookings', wholeWay),
  httpRule('§5', 'best seats and areas over REST', bestAndAreas),
  httpRule('§5', 'sockets and REST share commandIds and news', socketAndRestAreOne),
  httpRule('§5', 'refusals are application/problem+json with code and status', refusals),
  httpRule('§5', 'confirmBy server: only with the admin’s or an integrator’s token, naming holderId', confirmByServer),
  httpRule('§5', 'seats: the map under an ETag of its position, 304 where it is known', seatsRead),
  httpRule('§5', 'allowed origins may use the live port', sharing, []),
  httpRule('§5', 'events and their charts', catalogue),
  httpRule('§5', 'charts and events are written with the admin token only', writesNeedAdmin, []),
];
