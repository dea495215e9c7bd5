import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import type { DownFrame, HoldBody } from '../protocol/down.js';
import { payloadHash } from '../protocol/payload-hash.js';
import type { Confirm, Extend, Hold, HoldArea, HoldBest, Release } from '../protocol/up.js';
import type { Identity } from '../seatmap/command.js';
import { gatewayLimits } from './limits.js';
import type { CommandFrame } from './to-command.js';
import { bothSubprotocols, bytesOf, TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const eventId = 'event-1';
const hold: Hold = { kind: 'hold', reqId: 11, eventId, commandId: 'command-1', seats: [3, 1] };
const extend: Extend = { kind: 'extend', reqId: 12, eventId, commandId: 'command-2', holdId: 'H1-1' };
const release: Release = { kind: 'release', reqId: 13, eventId, commandId: 'command-3', holdId: 'H1-1', seats: null };
const confirm: Confirm = {
  kind: 'confirm',
  reqId: 14,
  eventId,
  commandId: 'command-4',
  holdId: 'H1-1',
  orderRef: 'order 1',
};
const held: HoldBody = { holdId: 'H1-1', seats: [3, 1], expiresInMs: 600_000, totalMinor: 10, currency: 'EUR' };
const unavailable = '503 unavailable';

function identity(frame: CommandFrame): Identity {
  return { holderId: 'anna', commandId: frame.commandId, payloadHash: payloadHash(frame) };
}

function codeOf(frame: DownFrame): string {
  return frame[0] === 5 ? frame[2] : `frame ${frame[0]}`;
}

describe('a command', () => {
  for (const subprotocol of bothSubprotocols) {
    test(`${subprotocol}: reaches its shard with identity and hash, and the answer goes back with its reqId`, async () => {
      server = new TestGateway();
      const client = await server.join('anna', subprotocol);
      client.send(hold, extend, release, confirm);
      const asked = [];
      for (let i = 0; i < 4; i += 1) asked.push(await server.shards.commands.take());
      assert.deepEqual(
        asked.map(({ command }) => command),
        [
          { kind: 'hold', identity: identity(hold), seats: [3, 1] },
          { kind: 'extend', identity: identity(extend), holdId: 'H1-1' },
          { kind: 'release', identity: identity(release), holdId: 'H1-1', seats: null, quantity: null },
          { kind: 'confirm', identity: identity(confirm), holdId: 'H1-1', orderRef: 'order 1', by: 'holder' },
        ],
      );
      assert.deepEqual(
        asked.map((request) => [request.reqId, request.eventId, request.othersListen]),
        [11, 12, 13, 14].map((reqId) => [reqId, eventId, false]),
      );
      for (const { correlation, reqId } of asked) server.answer(correlation, [4, reqId, [1, 2], held]);
      for (const reqId of [11, 12, 13, 14]) assert.deepEqual(await client.next(), [4, reqId, [1, 2], held]);
    });
  }

  test('my holds asks for the holder', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ kind: 'myHolds', reqId: 5, eventId });
    const { correlation, ...request } = await server.shards.myHoldsRequests.take();
    assert.deepEqual(request, { reqId: 5, eventId, holderId: 'anna' });
    server.answer(correlation, [4, 5, [1, 2], { holds: [] }]);
    assert.deepEqual(await client.next(), [4, 5, [1, 2], { holds: [] }]);
  });

  test('answers of one turn come in order, whoever they are for', async () => {
    server = new TestGateway({ rateLimit: false });
    const anna = await server.join('anna');
    const otto = await server.join('otto', 'usher.v1.json');
    for (let reqId = 100; reqId < 200; reqId += 1) {
      anna.send({ ...hold, reqId });
      otto.send({ ...hold, reqId });
    }
    const { gateway, shards } = server;
    const asked = [];
    for (let i = 0; i < 200; i += 1) asked.push(await shards.commands.take());

    for (const { correlation, reqId } of asked)
      gateway.sockets.onAnswer(correlation, bytesOf([4, reqId, [1, 2], held]));
    gateway.sockets.onTurnEnd();
    for (const client of [anna, otto]) {
      for (let reqId = 100; reqId < 200; reqId += 1) assert.deepEqual((await client.next()).slice(0, 2), [4, reqId]);
    }
  });

  test('says whether the holder has other sockets, and which socket asks', async () => {
    server = new TestGateway();
    const first = await server.join('anna');
    const second = await server.join('anna');
    await server.join('otto');
    first.send(hold);
    second.send(hold);
    const [asFirst, asSecond] = [await server.shards.commands.take(), await server.shards.commands.take()];
    assert.deepEqual([asFirst.othersListen, asSecond.othersListen], [true, true]);
    assert.notEqual(asFirst.sessionId, asSecond.sessionId);
    assert.ok(asFirst.sessionId > 0);
    second.socket.close();
    await second.closed;
    first.send(hold);
    assert.equal((await server.shards.commands.take()).othersListen, false);
  });

  test('best seats, places of an area and partial releases are commands like any other', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    const wish: HoldBest = { kind: 'holdBest', reqId: 1, eventId, commandId: 'command-1', quantity: 2, together: true };
    const filtered: HoldBest = { ...wish, categories: ['a'], sections: ['b'], together: false, accessible: 1, near: 7 };
    const places: HoldArea = {
      kind: 'holdArea',
      reqId: 2,
      eventId,
      commandId: 'command-1',
      area: 'floor',
      quantity: 3,
    };
    const some: Release = { ...release, reqId: 3, quantity: 1 };
    client.send(wish, filtered, places, some);
    const asked = [];
    for (let i = 0; i < 4; i += 1) asked.push((await server.shards.commands.take()).command);
    const any = { quantity: 2, categories: null, sections: null, together: true, accessible: 0, near: null };
    const few = { quantity: 2, categories: ['a'], sections: ['b'], together: false, accessible: 1, near: 7 };
    assert.deepEqual(asked, [
      { kind: 'holdBest', identity: identity(wish), wish: any },
      { kind: 'holdBest', identity: identity(filtered), wish: few },
      { kind: 'holdArea', identity: identity(places), places: { area: 'floor', quantity: 3 } },
      { kind: 'release', identity: identity(some), holdId: 'H1-1', seats: null, quantity: 1 },
    ]);
  });
});

describe('[I7] a command without an answer is unknown', () => {
  test('after 5 s it is answered unavailable with retryAfterMs, and the late answer goes nowhere', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send(hold);
    const { correlation } = await server.shards.commands.take();
    server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
    const answer = await client.next();
    assert.ok(answer[0] === 5);
    assert.deepEqual([answer[1], answer[2]], [11, unavailable]);
    assert.ok(Number(answer[4].retryAfterMs) > 0);
    server.answer(correlation, [4, 11, [1, 2], held]);
    await client.settle();
    assert.equal(server.gateway.stats().lateAnswers, 1);
  });

  test('when its shard is gone it is answered at once, those of other shards are not', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send(hold, { ...hold, reqId: 21, eventId: 'other' }, { kind: 'myHolds', reqId: 22, eventId });
    const [lost, kept] = [await server.shards.commands.take(), await server.shards.commands.take()];
    await server.shards.myHoldsRequests.take();
    server.shardLost((id) => id === eventId);
    assert.deepEqual([codeOf(await client.next()), codeOf(await client.next())], [unavailable, unavailable]);
    server.answer(lost.correlation, [4, 11, [1, 2], held]);
    server.answer(kept.correlation, [4, 21, [1, 2], held]);
    assert.deepEqual((await client.next()).slice(0, 2), [4, 21]);
    assert.equal(server.gateway.stats().pendingCommands, 0);
  });

  test('an answer for a socket that has gone reaches nobody else', async () => {
    server = new TestGateway();
    const gone = await server.join('anna');
    gone.send(hold);
    const { correlation } = await server.shards.commands.take();
    gone.socket.terminate();
    await gone.closed;
    const next = await server.join('anna');
    while (server.gateway.stats().sockets > 1) await next.settle();
    server.answer(correlation, [4, 11, [1, 2], held]);
    await next.settle();
    assert.equal(server.gateway.stats().lateAnswers, 1);
  });
});

test('[I7] over the bound of unanswered commands a socket gets busy, which had no effect', async () => {
  server = new TestGateway({ rateLimit: false });
  const client = await server.join('anna');
  for (let reqId = 0; reqId <= limits.pendingPerSocketMax; reqId += 1) client.send({ ...hold, reqId });
  const answer = await client.next();
  assert.deepEqual([codeOf(answer), answer[1]], ['503 busy', limits.pendingPerSocketMax]);
  assert.equal(server.shards.commands.size, limits.pendingPerSocketMax);
  server.answer((await server.shards.commands.take()).correlation, [4, 0, [1, 2], held]);
  await client.next();
  client.send(hold);
  await client.settle();
  assert.equal(server.shards.commands.size, limits.pendingPerSocketMax);
});
