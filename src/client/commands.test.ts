import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectedDetails } from '../protocol/down.js';
import { connectUsher, type UsherClient } from './client.js';
import { FakeServer, type FakeSocket } from './testing/fake-server.js';
import { UsherError } from './usher-error.js';

const held = { holdId: 'H1', seats: [7], expiresInMs: 600_000, totalMinor: 4500, currency: 'EUR' };

interface Scene {
  readonly server: FakeServer;
  readonly client: UsherClient;
  readonly socket: FakeSocket;
}

async function connectLive(): Promise<Scene> {
  const server = new FakeServer();
  const client = connectUsher({
    liveUrl: 'ws://live.test/v1/live',
    sessionsUrl: 'http://web.test/v1/sessions',
    ...server.platform,
    subprotocol: 'usher.v1.json',
  });
  return { server, client, socket: await server.welcomeClient() };
}

function refuse(socket: FakeSocket, code: string, details: RejectedDetails = {}): void {
  socket.deliver([5, socket.reqIdOf('hold'), code, 'Cannot hold', details]);
}

test('each command is its frame of the protocol, with a commandId of its own', async () => {
  const { client, socket } = await connectLive();
  const outcomes = [
    client.hold('event', [7, 8]),
    client.holdBest('event', { quantity: 2 }),
    client.holdBest('event', {
      quantity: 3,
      categories: ['a'],
      sections: ['s', 't'],
      together: false,
      accessible: 1,
      near: 17,
    }),
    client.holdArea('event', 'floor', 4),
    client.extend('event', 'H1'),
    client.release('event', 'H1', [8]),
    client.release('event', 'H1'),
    client.release('event', 'H2', { quantity: 3 }),
    client.confirm('event', 'H1', 'order 1'),
    client.myHolds('event'),
  ];
  const sent = socket.received.slice(1).map((frame) => frame.toSpliced(1, 1));
  const ids = sent.slice(0, 9).map((frame) => frame[2]);
  assert.equal(new Set(ids).size, 9);
  for (const id of ids) assert.match(String(id), /^[A-Za-z0-9_-]{22}$/);
  assert.deepEqual(sent, [
    [10, 'event', ids[0], [7, 8]],
    [11, 'event', ids[1], { quantity: 2 }],
    [
      11,
      'event',
      ids[2],
      { quantity: 3, categories: ['a'], sections: ['s', 't'], together: false, accessible: 1, near: 17 },
    ],
    [15, 'event', ids[3], { area: 'floor', quantity: 4 }],
    [12, 'event', ids[4], 'H1'],
    [13, 'event', ids[5], 'H1', [8]],
    [13, 'event', ids[6], 'H1', null],
    [13, 'event', ids[7], 'H2', null, 3],
    [14, 'event', ids[8], 'H1', { orderRef: 'order 1' }],
    [16, 'event'],
  ]);
  client.close();
  const settled = await Promise.allSettled(outcomes);
  assert.ok(settled.every(({ status }) => status === 'rejected'));
});

test('an accepted command resolves with its body', async () => {
  const { client, socket } = await connectLive();
  const outcome = client.hold('event', [7]);
  socket.deliver([4, socket.reqIdOf('hold'), [1, 5], held]);
  assert.deepEqual(await outcome, held);
});

test('a refusal is a typed error that names the seats', async () => {
  const { client, socket } = await connectLive();
  const outcome = client.hold('event', [7]);
  refuse(socket, '409 seat_taken', { seats: [7] });
  await assert.rejects(outcome, (error: unknown) => {
    assert.ok(error instanceof UsherError);
    assert.equal(error.code, 'seat_taken');
    assert.equal(error.number, 409);
    assert.deepEqual(error.seats, [7]);
    assert.equal(error.message, 'Cannot hold');
    return true;
  });
});

test('a refusal of a later protocol is read by its number', async () => {
  const { client, socket } = await connectLive();
  const outcome = client.hold('event', [7]);
  refuse(socket, '413 too_many_wheelchairs');
  await assert.rejects(outcome, { code: 'limit_exceeded' });
});

test('[I7] a command whose connection broke is repeated with the same commandId on the next one', async () => {
  const { server, client, socket } = await connectLive();
  const outcome = client.hold('event', [7]);
  socket.end(1006);
  await server.time.run(0);
  const next = await server.welcomeClient();
  assert.deepEqual(next.lastOf('hold').slice(2), socket.lastOf('hold').slice(2));
  next.deliver([4, next.reqIdOf('hold'), [2, 5], held]);
  assert.deepEqual(await outcome, held);
});

for (const code of ['503 unavailable', '503 busy', '429 slow_down']) {
  test(`[I7] after ${code} the same commandId is sent again, not before retryAfterMs plus jitter`, async () => {
    const { server, client, socket } = await connectLive();
    const outcome = client.hold('event', [7]);
    server.chance = 1;
    refuse(socket, code, { retryAfterMs: 1_000 });
    await server.time.run(1_199);
    assert.equal(socket.framesOf('hold').length, 1);
    await server.time.run(1);
    const [first, second] = socket.framesOf('hold');
    assert.deepEqual(second?.slice(2), first?.slice(2));
    assert.notEqual(second?.[1], first?.[1]);
    socket.deliver([4, socket.reqIdOf('hold'), [1, 5], held]);
    assert.deepEqual(await outcome, held);
  });
}

test('other refusals are final, also those that may change later', async () => {
  const { server, client, socket } = await connectLive();
  const outcome = client.hold('event', [7]);
  refuse(socket, '422 not_on_sale', { retryAfterMs: 1_000 });
  await assert.rejects(outcome, { code: 'not_on_sale', retryAfterMs: 1_000 });
  await server.time.run(60_000);
  assert.equal(socket.framesOf('hold').length, 1);
});

function holdMany(client: UsherClient, count: number): Promise<unknown>[] {
  return Array.from({ length: count }, (_, seat) => client.hold('event', [seat]).catch((error: unknown) => error));
}

function seatsSent(socket: FakeSocket): unknown[] {
  return socket.framesOf('hold').flatMap((frame) => frame[4]);
}

test('of many commands 32 are on the link at a time, on the next link too, oldest first', async () => {
  const { server, client, socket } = await connectLive();
  const outcomes = holdMany(client, 40);
  assert.deepEqual(
    seatsSent(socket),
    Array.from({ length: 32 }, (_, seat) => seat),
  );
  socket.deliver([4, Number(socket.framesOf('hold')[0]?.[1]), [1, 5], held]);
  assert.deepEqual(await outcomes[0], held);
  assert.deepEqual(seatsSent(socket).slice(32), [32]);
  socket.end(1006);
  await server.time.run(0);
  const next = await server.welcomeClient();
  assert.deepEqual(
    seatsSent(next),
    Array.from({ length: 32 }, (_, at) => at + 1),
  );
  client.close();
  await Promise.all(outcomes);
});

test('commands whose time is over make no room on the link before their answers come', async () => {
  const { server, client, socket } = await connectLive();
  const outcomes = holdMany(client, 40);
  await server.time.run(30_000);
  await Promise.all(outcomes);
  assert.equal(seatsSent(socket).length, 32);
});

test('after slow_down no command is sent before the server takes messages again', async () => {
  const { server, client, socket } = await connectLive();
  const outcomes = holdMany(client, 1);
  refuse(socket, '429 slow_down', { retryAfterMs: 1_000 });
  outcomes.push(client.extend('event', 'H1').catch((error: unknown) => error));
  await server.time.run(999);
  assert.equal(socket.framesOf('extend').length, 0);
  await server.time.run(1);
  assert.equal(socket.framesOf('extend').length, 1);
  client.close();
  await Promise.all(outcomes);
});

test('a command made while there is no connection is sent when there is one', async () => {
  const { server, client, socket } = await connectLive();
  socket.end(1006);
  const outcome = client.hold('event', [7]);
  await server.time.run(0);
  const next = await server.welcomeClient();
  next.deliver([4, next.reqIdOf('hold'), [2, 5], held]);
  assert.deepEqual(await outcome, held);
});

test('when its time is over while the outcome is unknown, the error says so', async () => {
  const { server, client, socket } = await connectLive();
  const rejected = assert.rejects(client.hold('event', [7]), {
    code: 'unavailable',
    message: /outcome is still unknown/,
  });
  socket.end(1006);
  await server.time.run(30_000);
  await rejected;
});

test('when its time is over and it was only ever refused, the error is the last refusal', async () => {
  const { server, client, socket } = await connectLive();
  const rejected = assert.rejects(client.hold('event', [7]), { code: 'busy' });
  refuse(socket, '503 busy', { retryAfterMs: 60_000 });
  await server.time.run(30_000);
  await rejected;
});

test('a command whose time is over is not sent again', async () => {
  const { server, client, socket } = await connectLive();
  const rejected = assert.rejects(client.hold('event', [7]), { code: 'busy' });
  await server.time.run(9_000);
  refuse(socket, '503 busy', { retryAfterMs: 25_000 });
  await server.time.run(60_000);
  await rejected;
  assert.equal(socket.framesOf('hold').length, 1);
});

test('when its time is over before it was ever sent, the error says that there was no connection', async () => {
  const { server, client, socket } = await connectLive();
  socket.end(4009);
  const rejected = assert.rejects(client.hold('event', [7]), { code: 'unavailable', message: /no connection/ });
  await server.time.run(30_000);
  await rejected;
});

test('a refused hold offers alternatives', async () => {
  const { client, socket } = await connectLive();
  const outcome = client.holdBest('event', { quantity: 2 });
  const alternatives = [
    [1, 2],
    [5, 6],
  ];
  socket.deliver([5, socket.reqIdOf('holdBest'), '409 not_available', 'Cannot hold', { alternatives }]);
  await assert.rejects(outcome, { code: 'not_available', alternatives });
});

test('a commandId of the caller is sent, so that another program can repeat the command', async () => {
  const { client, socket } = await connectLive();
  const outcome = client.hold('event', [7], { commandId: 'order-4711' });
  assert.equal(socket.lastOf('hold')[3], 'order-4711');
  socket.deliver([4, socket.reqIdOf('hold'), [1, 5], held]);
  assert.deepEqual(await outcome, held);
});

test('a command that is given up rejects with the reason of its signal, and is not sent again', async () => {
  const { server, client, socket } = await connectLive();
  const giveUp = new AbortController();
  const rejected = assert.rejects(client.hold('event', [7], { signal: giveUp.signal }), { message: 'too late' });
  refuse(socket, '503 busy', { retryAfterMs: 1_000 });
  giveUp.abort(new Error('too late'));
  await rejected;
  await server.time.run(60_000);
  assert.equal(socket.framesOf('hold').length, 1);
});

test('a command whose signal was aborted before is never sent', async () => {
  const { client, socket } = await connectLive();
  const signal = AbortSignal.abort(new Error('never'));
  await assert.rejects(client.hold('event', [7], { signal }), { message: 'never' });
  assert.equal(socket.framesOf('hold').length, 0);
});

for (const [what, command] of [
  ['no seat', (client) => client.hold('event', [])],
  ['a seat twice', (client) => client.hold('event', [7, 7])],
  ['no event id', (client) => client.hold('a/b', [7])],
  ['more wheelchair places than seats', (client) => client.holdBest('event', { quantity: 1, accessible: 2 })],
  ['more sections than a list may have', (client) => client.holdBest('event', { quantity: 1, sections: manyKeys(65) })],
  ['more than a message may have', (client) => client.holdBest('event', { quantity: 1, sections: manyKeys(64) })],
  ['no place', (client) => client.holdArea('event', 'floor', 0)],
  ['half a place', (client) => client.release('event', 'H1', { quantity: 0.5 })],
  ['an order of two lines', (client) => client.confirm('event', 'H1', 'a\nb')],
  ['a short commandId', (client) => client.hold('event', [7], { commandId: 'x' })],
] satisfies [string, (client: UsherClient) => Promise<unknown>][]) {
  test(`what no server could read is refused before it is sent: ${what}`, async () => {
    const { client, socket } = await connectLive();
    await assert.rejects(command(client), { name: 'UsherError', code: 'bad_frame' });
    assert.equal(socket.received.length, 1, 'only hello was sent');
  });
}

function manyKeys(count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(at).padStart(64, 'k'));
}

test('own bookings are read from the live port with the holder’s token', async () => {
  const { server, client } = await connectLive();
  const booking = {
    bookingId: 'B1',
    eventId: 'event',
    seats: [],
    area: 'floor',
    quantity: 2,
    totalMinor: 9000,
    currency: 'EUR',
    orderRef: 'order 1',
    bookedAt: '2026-11-20T20:00:00.000Z',
  };
  const url = 'http://live.test/v1/bookings';
  server.pages.set(url, { status: 200, body: { bookings: [booking] } });
  assert.deepEqual(await client.myBookings(), [booking]);
  assert.equal(server.reads.at(-1)?.['authorization'], 'Bearer token-1');
  server.pages.set(url, { status: 200, body: { bookings: [{ ...booking, seats: ['A1'] }] } });
  await assert.rejects(client.myBookings(), { code: 'unavailable' });
});
