import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { must } from '../lib/must.js';
import {
  assertUnharmed,
  eventId,
  installation,
  long,
  neighbour,
  newClient,
  newCommandId,
  reqId,
  silent,
} from './testing/neighbourhood.js';
import type { Guest } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, readAnswer, rejected, subprotocols, WireClient } from './testing/wire-client.js';

// How sockets begin, what they may do, and how they end: each rule of the protocol page, and none of it harms a neighbour.

const commandId = 'command-1';

test('4004: after ten bad frames, each of them answered', async () => {
  const client = await newClient();
  for (let bad = 0; bad < 12; bad += 1) client.send([99, bad]);
  assert.equal(await client.closed, 4004);
  assert.deepEqual(
    client.frames.slice(1).map((frame) => frame.slice(0, 3)),
    Array.from({ length: 10 }, (_, bad) => [5, bad, '400 bad_frame']),
  );
  await assertUnharmed();
});

test('401, then 4001: the first frame is no hello, or its token is not good', async () => {
  const { token } = await installation.guest();
  const tampered = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  const frames: unknown[][] = [
    [4, reqId],
    [2, reqId, eventId, null],
    [10, reqId, eventId, commandId, [5]],
    ...[tampered, '', 'x', 'a.b.c', `${token}x`, 'x'.repeat(3000)].map((bad) => [1, reqId, { token: bad }]),
  ];
  for (const [at, frame] of frames.entries()) {
    const client = await WireClient.open(installation.liveUrl, subprotocols[at % 2] ?? 'usher.v1.json');
    client.send(frame);
    client.send([10, 8, eventId, newCommandId(), [5]]);
    assert.equal(await client.closed, 4001, JSON.stringify(frame));
    assert.deepEqual(
      client.frames.map((answer) => answer.slice(0, 3)),
      [[5, reqId, '401 unauthorized']],
    );
  }
  await assertUnharmed();
});

test('frames may follow the hello at once and are handled in order', async () => {
  const { token } = await installation.guest();
  const client = await WireClient.open(installation.liveUrl, 'usher.v1.msgpack');
  client.send([1, 1, { token }]);
  client.send([4, 2]);
  client.send([2, 3, eventId, null]);
  await client.frame((frame) => frame[0] === 2, 'the snapshot');
  assert.deepEqual(
    client.frames.map((frame) => frame[0]),
    [1, 8, 4, 2],
  );
  await client.close();
});

test('a later hello renews; of another holder it is 403, of a bad token 401, and the socket goes on', async () => {
  const guest = await installation.guest();
  const client = await newClient('usher.v1.msgpack', guest);
  const renewed = await installation.live('POST', '/v1/sessions', { token: guest.token, body: {} });
  const { token, holderId } = renewed.body as Guest;
  assert.deepEqual([renewed.status, holderId], [201, guest.holderId]);
  const welcome = await client.hello(token);
  assert.deepEqual([welcome[0], (welcome[2] as Guest).holderId], [1, guest.holderId]);
  rejected(readAnswer(await client.hello((await installation.guest()).token)), '403 forbidden');
  rejected(readAnswer(await client.hello('bad')), '401 unauthorized');
  assert.deepEqual(accepted(await client.myHolds(eventId)).body, { holds: [] });
  await client.close();
});

test('4009: a holder’s ninth socket closes the oldest', async () => {
  const guest = await installation.guest();
  const clients: WireClient[] = [];
  for (let at = 0; at < 8; at += 1) clients.push(await newClient(subprotocols[at % 2], guest));
  const ninth = await newClient('usher.v1.msgpack', guest);
  assert.equal(await clients[0]?.closed, 4009);
  for (const client of [...clients.slice(1), ninth]) {
    assert.equal((await client.ping())[0], 8);
    await client.close();
  }
  await assertUnharmed();
});

test('429 over the message rate, without effect and with when to come again; 4029 after a hundred in a row', async () => {
  const client = await newClient();
  const flood = 60;
  const pings = Promise.all(Array.from({ length: flood }, () => client.ping()));
  rejected(await client.hold(eventId, newCommandId(), [50]), '429 slow_down');
  const answers = await pings;
  const pongs = answers.filter((frame) => frame[0] === 8).length;
  assert.ok(pongs >= 40 && pongs < flood, `${pongs} of ${flood} passed`);
  for (const frame of answers) {
    if (frame[0] === 8) continue;
    const { details } = rejected(readAnswer(frame), '429 slow_down');
    assert.ok(must(details.retryAfterMs, 'retryAfterMs') > 0);
  }
  assert.equal(client.isClosed, false);

  const flooder = await newClient();
  for (let message = 0; message < 300; message += 1) flooder.send([4, message]);
  assert.equal(await flooder.closed, 4029);
  const codes = flooder.frames.map((frame) => (frame[0] === 5 ? frame[2] : frame[0]));
  assert.deepEqual(new Set(codes), new Set([1, 8, '429 slow_down']));
  assert.ok(codes.slice(-100).every((code) => code === '429 slow_down'));

  await assertUnharmed();
  await client.close();
});

test('a position that is not resumable is answered with a snapshot', async () => {
  const client = await newClient();
  const { position } = await installation.seats(eventId);
  for (const asked of [
    [position[0] + 1, position[1]],
    [position[0], position[1] + 1000],
    [0, 0],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ]) {
    const framesBefore = client.frames.length;
    assert.deepEqual((await client.ask(2, eventId, asked)).slice(2), [position, {}]);
    const map = await client.frame((frame) => client.frames.indexOf(frame) > framesBefore, 'the map');
    assert.deepEqual([map[0], map[2]], [2, position], `for ${asked.join()}`);
    await client.ask(3, eventId);
  }
  await client.close();
});

test('413 and 422: limits of holders and holds, events not yet and no longer on sale, 403 where only a server confirms', async () => {
  const client = await newClient();
  const small = await installation.createEvent({
    seats: 40,
    limits: { seatsPerHold: 3, holdsPerHolder: 2, seatsPerHolder: 5 },
  });
  rejected(await client.hold(small, newCommandId(), [0, 1, 2, 3]), '413 limit_exceeded');
  const first = accepted(await client.hold(small, newCommandId(), [0, 1, 2])).body;
  rejected(await client.hold(small, newCommandId(), [3, 4, 5]), '413 limit_exceeded');
  accepted(await client.hold(small, newCommandId(), [3]));
  rejected(await client.hold(small, newCommandId(), [4]), '413 limit_exceeded');
  for (let extension = 0; extension < 2; extension += 1) {
    accepted(await client.extend(small, newCommandId(), first.holdId));
  }
  rejected(await client.extend(small, newCommandId(), first.holdId), '413 limit_exceeded');
  rejected(await client.release(small, newCommandId(), first.holdId, [0, 3]), '404 unknown_hold');
  assert.deepEqual(accepted(await client.release(small, newCommandId(), first.holdId, [0])).body.remaining, [1, 2]);
  rejected(await client.release(small, newCommandId(), first.holdId, [0]), '404 unknown_hold');

  const early = await installation.createEvent({ seats: 4, onSaleAt: '2098-01-01T00:00:00Z' });
  const notYet = rejected(await client.hold(early, newCommandId(), [0]), '422 not_on_sale');
  assert.ok(must(notYet.details.retryAfterMs, 'retryAfterMs') > 0);
  const late = await installation.createEvent({ seats: 4, closesAt: '2020-01-01T00:00:00Z' });
  rejected(await client.hold(late, newCommandId(), [0]), '422 not_on_sale');

  const served = await installation.createEvent({ seats: 4, confirmBy: 'server' });
  const { holdId } = accepted(await client.hold(served, newCommandId(), [0])).body;
  rejected(await client.confirm(served, newCommandId(), holdId, 'o'), '403 forbidden');
  await client.close();
});

test('HTTP 400 without a known subprotocol, 403 from a page of elsewhere', async () => {
  const url = installation.liveUrl;
  assert.equal(await upgradeStatus(url, []), 400);
  assert.equal(await upgradeStatus(url, ['usher.v2.msgpack', 'chat']), 400);
  assert.equal(await upgradeStatus(url, ['chat', 'usher.v1.json']), 101);
  const origins = [
    ['http://127.0.0.1:1234', 101],
    ['https://127.0.0.1', 101],
    ['http://evil.example', 403],
    ['http://127.0.0.1.evil.example', 403],
    ['null', 403],
    ['garbage', 403],
  ] as const;
  for (const [origin, status] of origins) {
    assert.equal(await upgradeStatus(url, ['usher.v1.msgpack'], { origin }), status, origin);
  }
  await assertUnharmed();
});

test('HTTP: what is not offered, or no request at all, is a problem with a code', async () => {
  const { token } = await installation.guest();
  const key = newCommandId();
  const replies = await Promise.all([
    installation.live('GET', '/v1/events/nowhere/seats'),
    installation.live('GET', `/v1/events/${long}/seats`),
    installation.live('GET', '/v1/events/%00/seats'),
    installation.live('POST', `/v1/events/${eventId}/holds`, { token, body: { seats: [5] } }),
    installation.live('POST', `/v1/events/${eventId}/holds`, { key, body: { seats: [5] } }),
    installation.live('PUT', `/v1/events/${eventId}/holds`, { token, key, body: { seats: [5] } }),
    installation.live('GET', `/v1/events/${eventId}/holds`),
    installation.live('GET', '/v1/bookings'),
    installation.live('GET', '/nothing'),
    installation.live('DELETE', '/v1/sessions'),
    installation.live('GET', '/v1/live'),
    installation.live('POST', '/v1/sessions', { body: [] }),
    installation.live('POST', '/v1/sessions', { body: { padding: 'x'.repeat(100_000) } }),
    installation.live('POST', '/v1/sessions', { token: 'bad', body: {} }),
  ]);
  for (const { status, headers, body } of replies) {
    assert.ok(status >= 400 && status < 500, `${status}: ${JSON.stringify(body)}`);
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.match((body as { code: string }).code, /^[a-z_]+$/);
  }
  await assertUnharmed();
});

test('the map has been the same for everybody all the time', async () => {
  const map = new WatchedMap(eventId);
  await map.watch(neighbour);
  const { body, position } = accepted(await neighbour.hold(eventId, newCommandId(), [2]));
  assert.equal(position[1], 3, 'the event was opened, the neighbour held twice: nobody else has changed anything');
  await map.reached(position[1]);
  assert.deepEqual(map.states.slice(0, 4), [1, 1, 1, 0]);
  accepted(await neighbour.release(eventId, newCommandId(), body.holdId));
  map.assertSound();
});

test('4001: no hello within 5 s', async () => {
  assert.equal(await silent.closed, 4001);
  assert.deepEqual(silent.frames, []);
});

async function upgradeStatus(url: string, protocols: string[], headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, protocols, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.close();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
}
