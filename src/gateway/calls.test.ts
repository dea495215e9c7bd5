import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import type { HoldBody } from '../protocol/down.js';
import type { Command } from '../seatmap/command.js';
import type { CommandRequest } from '../shard/port.js';
import { gatewayLimits } from './limits.js';
import { assertProblem, rest, type RestAnswer, type RestRequest } from './testing/rest.js';
import { TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const eventId = 'event-1';
const commandId = 'command-1';
const holds = `/v1/events/${eventId}/holds`;
const held: HoldBody = { holdId: 'H1-1', seats: [3, 1], expiresInMs: 600_000, totalMinor: 10, currency: 'EUR' };

/** As anna, with an Idempotency-Key. */
function asAnna(method: string, path: string, given: RestRequest = {}): Promise<RestAnswer> {
  return rest(server, method, path, { token: server.token('anna'), key: commandId, ...given });
}

/** What the shard is asked, and the answer to come. */
async function asked(
  method: string,
  path: string,
  given: RestRequest = {},
): Promise<{ request: CommandRequest; answer: Promise<RestAnswer> }> {
  const answer = asAnna(method, path, given);
  return { request: await server.shards.commands.take(), answer };
}

describe('[I7] a request without an answer is unknown', () => {
  test('after 5 s it is 503 unavailable with Retry-After, and the late answer goes nowhere', async () => {
    server = new TestGateway();
    const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
    server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
    assertProblem(await answer, 503, 'unavailable');
    server.answer(request.correlation, [4, 0, [1, 2], held]);
    assert.deepEqual([server.gateway.stats().lateAnswers, server.gateway.stats().pendingCommands], [1, 0]);
  });

  test('when its shard is gone it is answered at once, those of other shards are not', async () => {
    server = new TestGateway();
    const lost = await asked('POST', holds, { body: { seats: [3, 1] } });
    const kept = await asked('POST', '/v1/events/other/holds', { body: { seats: [3, 1] } });
    server.shardLost((id) => id === eventId);
    assertProblem(await lost.answer, 503, 'unavailable');
    server.answer(kept.request.correlation, [4, 0, [1, 2], held]);
    assert.equal((await kept.answer).status, 201);
  });

  test('a client that has gone loses its answer, nobody else does', async () => {
    server = new TestGateway();
    const leaving = new AbortController();
    const gone = asAnna('POST', holds, { body: { seats: [3, 1] }, signal: leaving.signal });
    const first = await server.shards.commands.take();
    leaving.abort();
    await assert.rejects(gone);
    const { request, answer } = await asked('POST', holds, { body: { seats: [4] } });
    server.answer(first.correlation, [4, 0, [1, 2], held]);
    server.answer(request.correlation, [4, 0, [1, 3], held]);
    assert.deepEqual((await answer).body['position'], [1, 3]);
    assert.equal(server.gateway.stats().pendingCommands, 0);
  });

  test('a client that goes in the middle of its body asks for nothing', async () => {
    server = new TestGateway();
    const socket = connect(server.gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST ${holds} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token('anna')}\r\n` +
        `Idempotency-Key: ${commandId}\r\nContent-Length: 15\r\n\r\n{"seats"`,
    );
    socket.end();
    await once(socket, 'close');
    await (await server.join('anna')).settle();
    assert.deepEqual([server.shards.commands.size, server.gateway.stats().pendingCommands], [0, 0]);
  });

  test('a body that comes in pieces is one body', async () => {
    server = new TestGateway();
    const socket = connect(server.gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    socket.write(
      `POST ${holds} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token('anna')}\r\n` +
        `Idempotency-Key: ${commandId}\r\nContent-Length: 15\r\n\r\n`,
    );
    for (const piece of ['{"sea', 'ts":[3', ',1]}']) {
      // A frame on another connection, answered, says that the piece before has arrived.
      await (await server.join('anna')).settle();
      socket.write(piece);
    }
    const { command, correlation } = await server.shards.commands.take();
    assert.deepEqual((command as Extract<Command, { kind: 'hold' }>).seats, [3, 1]);
    server.answer(correlation, [4, 0, [1, 2], held]);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1.1 201 /);
    socket.destroy();
  });
});

describe('[I7] over a bound a request is busy, which had no effect', () => {
  const listed = [4, 0, [1, 2], { holds: [] }] as const;

  test('of one holder', async () => {
    const most = gatewayLimits.restPendingPerHolderMax;
    server = new TestGateway({ rateLimit: false });
    const answers = Array.from({ length: most }, () => asAnna('GET', holds));
    const waiting = await Promise.all(answers.map(() => server.shards.myHoldsRequests.take()));
    assertProblem(await asAnna('GET', holds), 503, 'busy');
    assertProblem(await asAnna('POST', holds, { body: { seats: [3, 1] } }), 503, 'busy');
    assert.equal(server.shards.commands.size, 0);
    const other = rest(server, 'GET', holds, { token: server.token('otto') });
    waiting.push(await server.shards.myHoldsRequests.take());
    for (const { correlation } of waiting) server.answer(correlation, listed);
    for (const answer of [...answers, other]) assert.equal((await answer).status, 200);
    const later = asAnna('GET', holds);
    server.answer((await server.shards.myHoldsRequests.take()).correlation, listed);
    assert.equal((await later).status, 200);
  });

  test('of those that wait for Postgres; commands go on', async () => {
    const most = gatewayLimits.restReadsMax;
    server = new TestGateway({ rateLimit: false });
    const bookings = (holder: number): Promise<RestAnswer> =>
      rest(server, 'GET', '/v1/bookings', { token: server.token(`holder-${holder}`) });
    const answers = Array.from({ length: most }, (_, holder) => bookings(holder));
    const waiting = await Promise.all(answers.map(() => server.bookings.take()));
    assertProblem(await bookings(most), 503, 'busy');
    const list = asAnna('GET', holds);
    server.answer((await server.shards.myHoldsRequests.take()).correlation, listed);
    assert.equal((await list).status, 200);
    for (const { resolve } of waiting) resolve([]);
    for (const answer of answers) assert.equal((await answer).status, 200);
    const later = bookings(most);
    (await server.bookings.take()).resolve([]);
    assert.equal((await later).status, 200);
  });
});
