import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { HoldBody } from '../protocol/down.js';
import { payloadHash } from '../protocol/payload-hash.js';
import type { CommandRequest } from '../shard/port.js';
import { gatewayLimits } from './limits.js';
import { assertProblem, rest, type RestAnswer, type RestRequest } from './testing/rest.js';
import { bytesOf, TestGateway } from './testing/test-gateway.js';
import type { CommandFrame } from './to-command.js';

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

const ids = { reqId: 0, eventId, commandId };
/** Each command of the table in section 5, and the frame that asks for the same. */
const commands: readonly [method: string, path: string, body: unknown, status: number, frame: CommandFrame][] = [
  ['POST', holds, { seats: [3, 1] }, 201, { kind: 'hold', ...ids, seats: [3, 1] }],
  [
    'POST',
    holds,
    { best: { quantity: 2, categories: ['a'], sections: ['s'], together: false, accessible: 1, near: 7 } },
    201,
    {
      kind: 'holdBest',
      ...ids,
      quantity: 2,
      categories: ['a'],
      sections: ['s'],
      together: false,
      accessible: 1,
      near: 7,
    },
  ],
  ['POST', holds, { best: { quantity: 2 } }, 201, { kind: 'holdBest', ...ids, quantity: 2, together: true }],
  ['POST', holds, { area: 'floor', quantity: 4 }, 201, { kind: 'holdArea', ...ids, area: 'floor', quantity: 4 }],
  ['PATCH', `${holds}/H1-1`, { extend: true }, 200, { kind: 'extend', ...ids, holdId: 'H1-1' }],
  ['DELETE', `${holds}/H1-1`, undefined, 200, { kind: 'release', ...ids, holdId: 'H1-1', seats: null }],
  ['POST', `${holds}/H1-1/release`, {}, 200, { kind: 'release', ...ids, holdId: 'H1-1', seats: null }],
  ['POST', `${holds}/H1-1/release`, undefined, 200, { kind: 'release', ...ids, holdId: 'H1-1', seats: null }],
  ['POST', `${holds}/H1-1/release`, { seats: [3] }, 200, { kind: 'release', ...ids, holdId: 'H1-1', seats: [3] }],
  [
    'POST',
    `${holds}/H1-1/release`,
    { quantity: 2 },
    200,
    { kind: 'release', ...ids, holdId: 'H1-1', seats: null, quantity: 2 },
  ],
  [
    'POST',
    `${holds}/H1-1/confirm`,
    { orderRef: 'order 1' },
    201,
    { kind: 'confirm', ...ids, holdId: 'H1-1', orderRef: 'order 1' },
  ],
];

describe('a command over REST', () => {
  for (const [method, path, body, status, frame] of commands) {
    const name = `${method} ${path.slice(holds.length - 'holds'.length)} ${JSON.stringify(body) ?? 'without a body'}`;
    test(`${name}: asks as frame ${frame.kind} does, with its payload hash; ${status} with body and position`, async () => {
      server = new TestGateway();
      const { request, answer } = await asked(method, path, { body });
      const { identity, kind } = request.command;
      assert.equal(kind, frame.kind);
      assert.deepEqual(identity, { holderId: 'anna', commandId, payloadHash: payloadHash(frame) });
      assert.deepEqual([request.eventId, request.sessionId, request.othersListen], [eventId, 0, false]);

      // The same over a socket is the same command.
      const client = await server.join('anna');
      client.send(frame);
      assert.deepEqual((await server.shards.commands.take()).command, request.command);

      server.answer(request.correlation, [4, 0, [3, 17], held]);
      const { status: answered, headers, body: answerBody } = await answer;
      assert.equal(answered, status);
      assert.equal(headers.get('content-type'), 'application/json');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.deepEqual(answerBody, { ...held, position: [3, 17] });
    });
  }

  test('correlations never meet those of sockets, and each finds its own', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ kind: 'hold', ...ids, reqId: 9, seats: [5] });
    const overSocket = await server.shards.commands.take();
    const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
    assert.ok(overSocket.correlation < 2 ** 30);
    assert.ok(request.correlation >= 2 ** 30 && request.correlation < 2 ** 31);
    server.answer(request.correlation, [4, 0, [1, 2], held]);
    server.answer(overSocket.correlation, [4, 9, [1, 3], held]);
    assert.deepEqual((await answer).body['position'], [1, 2]);
    assert.deepEqual(await client.next(), [4, 9, [1, 3], held]);
  });

  test("says that the holder's sockets listen, and they get frames 6 and 9", async () => {
    server = new TestGateway();
    const client = await server.watch('anna', eventId);
    const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
    assert.deepEqual([request.othersListen, request.sessionId], [true, 0]);
    const { totalMinor: _, currency: __, ...live } = held;
    server.gateway.sockets.onNotify(eventId, 'anna', request.sessionId, bytesOfHoldChanged(live));
    server.answer(request.correlation, [4, 0, [1, 11], held]);
    assert.deepEqual(await client.next(), [9, eventId, [1, 11], live]);
    assert.equal((await answer).status, 201);
  });

  test('counts as a command of this node, and its refusal as a refusal', async () => {
    server = new TestGateway();
    const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
    assert.equal(server.gateway.stats().pendingCommands, 1);
    server.answer(request.correlation, [4, 0, [1, 2], held]);
    await answer;
    const { request: second, answer: refused } = await asked('POST', holds, { body: { seats: [3, 1] } });
    server.answer(second.correlation, [5, 0, '409 seat_taken', 'Cannot', { seats: [3] }]);
    await refused;
    const { pendingCommands, commandsAccepted, commandsRejected } = server.gateway.stats();
    assert.deepEqual([pendingCommands, commandsAccepted, commandsRejected], [0, 1, { seat_taken: 1 }]);
  });
});

test('GET …/holds is as my holds: 200 without a key', async () => {
  server = new TestGateway();
  const answer = rest(server, 'GET', holds, { token: server.token('anna') });
  const { correlation, ...request } = await server.shards.myHoldsRequests.take();
  assert.deepEqual(request, { reqId: 0, eventId, holderId: 'anna' });
  const body = { holds: [{ holdId: 'H1-1', seats: [], area: 'floor', quantity: 2, expiresInMs: 5 }] };
  server.answer(correlation, [4, 0, [1, 2], body]);
  assert.deepEqual([(await answer).status, (await answer).body], [200, body]);
});

describe("a shard's refusal", () => {
  test('is a problem with its number, its name, and what it says besides', async () => {
    server = new TestGateway({ rateLimit: false });
    const refusals = [
      ['403 forbidden', {}],
      ['404 unknown_hold', {}],
      ['409 seat_taken', { seats: [3], alternatives: [[4, 5]] }],
      ['410 hold_ended', { reason: 'expired' }],
      ['412 idempotency_mismatch', {}],
      ['413 limit_exceeded', {}],
      ['422 not_on_sale', { retryAfterMs: 90_500 }],
      ['503 busy', { retryAfterMs: 700 }],
      ['503 unavailable', {}],
    ] as const;
    for (const [wireCode, details] of refusals) {
      const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
      server.answer(request.correlation, [5, 0, wireCode, `Cannot as ${wireCode}`, details]);
      const [status = '', code = ''] = wireCode.split(' ');
      assertProblem(await answer, Number(status), code);
      const { type: _, title: __, status: ___, code: ____, detail, ...rests } = (await answer).body;
      assert.equal(detail, `Cannot as ${wireCode}`);
      assert.deepEqual(rests, details);
      const retryAfter = { '422': '91', '503': '1' }[status] ?? null;
      assert.equal((await answer).headers.get('retry-after'), retryAfter);
    }
  });
});

describe('what is refused before it reaches an event', () => {
  const everyRequest = [...commands.map(([method, path, body]) => ({ method, path, body })), get(holds)];

  function get(path: string): { method: string; path: string; body: unknown } {
    return { method: 'GET', path, body: undefined };
  }

  test('401 unauthorized: no token, or none that is good now', async () => {
    server = new TestGateway();
    const headers = [
      {},
      ...['Bearer', 'Bearer v1.k1.anna.1.x', 'Basic abc', `Bearer ${server.token('anna', -1000)}`].map((value) => ({
        Authorization: value,
      })),
    ];
    for (const { method, path, body } of [...everyRequest, get('/v1/bookings')]) {
      for (const header of headers) {
        const answer = await rest(server, method, path, { key: commandId, body, headers: header });
        assertProblem(answer, 401, 'unauthorized');
      }
    }
  });

  test('400 bad_frame, naming the header: no Idempotency-Key, or one that is no commandId', async () => {
    server = new TestGateway({ rateLimit: false });
    for (const [method, path, body] of commands) {
      for (const key of [undefined, '1234567', 'x'.repeat(65), 'has space']) {
        const token = server.token('anna');
        const answer = await rest(server, method, path, { token, body, ...(key === undefined ? {} : { key }) });
        assertProblem(answer, 400, 'bad_frame');
        assert.match(String(answer.body['detail']), /Idempotency-Key/);
      }
    }
    assert.equal(server.shards.commands.size, 0);
  });

  test('404: the address names what can be no event or no hold', async () => {
    server = new TestGateway({ rateLimit: false });
    const long = 'x'.repeat(65);
    for (const id of ['no%20id', long]) {
      assertProblem(await asAnna('GET', `/v1/events/${id}/holds`), 404, 'unknown_event');
      assertProblem(await asAnna('POST', `/v1/events/${id}/holds`, { body: { seats: [1] } }), 404, 'unknown_event');
      assertProblem(await asAnna('PATCH', `${holds}/${id}`, { body: { extend: true } }), 404, 'unknown_hold');
      assertProblem(await asAnna('DELETE', `${holds}/${id}`), 404, 'unknown_hold');
      assertProblem(await asAnna('POST', `${holds}/${id}/release`, { body: {} }), 404, 'unknown_hold');
      assertProblem(await asAnna('POST', `${holds}/${id}/confirm`, { body: { orderRef: 'x' } }), 404, 'unknown_hold');
    }
  });

  test('400 bad_frame, naming the field: a body of another shape', async () => {
    server = new TestGateway({ rateLimit: false });
    const hold = ['POST', holds] as const;
    const release = ['POST', `${holds}/H1-1/release`] as const;
    const confirm = ['POST', `${holds}/H1-1/confirm`] as const;
    const faults: [method: string, path: string, body: unknown, named: string][] = [
      [...hold, [], 'body: expected an object'],
      [...hold, {}, 'body: expected one of seats, best, and area'],
      [...hold, { seats: [1], best: { quantity: 1 } }, 'body: expected one of'],
      [...hold, { seats: [1], area: 'floor', quantity: 1 }, 'body: expected one of'],
      [...hold, { seats: [] }, 'seats: '],
      [...hold, { seats: 1 }, 'seats: '],
      [...hold, { seats: [1, 1] }, 'seats: a seat is named twice'],
      [...hold, { seats: [0, -1] }, 'seats[1]: '],
      [...hold, { seats: [1.5] }, 'seats[0]: '],
      [...hold, { seats: [2 ** 53] }, 'seats[0]: '],
      [...hold, { seats: Array.from({ length: 65 }, (_, seat) => seat) }, 'seats: '],
      [...hold, { best: 2 }, 'best: '],
      [...hold, { best: {} }, 'best.quantity: '],
      [...hold, { best: { quantity: 0 } }, 'best.quantity: '],
      [...hold, { best: { quantity: 2, categories: ['a', 1] } }, 'best.categories[1]: '],
      [...hold, { best: { quantity: 2, sections: 's' } }, 'best.sections: '],
      [...hold, { best: { quantity: 2, together: 1 } }, 'best.together: '],
      [...hold, { best: { quantity: 2, accessible: 3 } }, 'best.accessible: '],
      [...hold, { best: { quantity: 2, near: -1 } }, 'best.near: '],
      [...hold, { area: 'no id', quantity: 1 }, 'area: '],
      [...hold, { area: 'floor' }, 'quantity: '],
      [...hold, { area: 'floor', quantity: 0 }, 'quantity: '],
      ['PATCH', `${holds}/H1-1`, {}, 'extend: '],
      ['PATCH', `${holds}/H1-1`, { extend: false }, 'extend: '],
      [...release, { seats: [] }, 'seats: '],
      [...release, { seats: null }, 'seats: '],
      [...release, { quantity: 1.5 }, 'quantity: '],
      [...confirm, {}, 'orderRef: '],
      [...confirm, { orderRef: '' }, 'orderRef: '],
      [...confirm, { orderRef: 'ä' }, 'orderRef: '],
      [...confirm, { orderRef: 'x'.repeat(65) }, 'orderRef: '],
      [...confirm, { orderRef: 'x', holderId: 'no id' }, 'holderId: '],
    ];
    for (const [method, path, body, named] of faults) {
      const answer = await asAnna(method, path, { body });
      assertProblem(answer, 400, 'bad_frame');
      const detail = String(answer.body['detail']);
      assert.ok(detail.startsWith('Cannot ') && detail.includes(`: ${named}`), `${JSON.stringify(body)}: ${detail}`);
    }
    for (const text of ['{', 'nonsense', '"text"', 'null', '\u0000']) {
      assertProblem(await asAnna('POST', holds, { text }), 400, 'bad_frame');
    }
    assert.equal(server.shards.commands.size, 0);
  });

  test('413 limit_exceeded: a body over the bound; one at the bound is read', async () => {
    server = new TestGateway();
    const body = (length: number): string => {
      const start = '{"seats":[3,1],"filler":"';
      return `${start}${'x'.repeat(length - start.length - 2)}"}`;
    };
    const most = gatewayLimits.commandBodyBytesMax;
    assertProblem(await asAnna('POST', holds, { text: body(most + 1) }), 413, 'limit_exceeded');
    assertProblem(await asAnna('POST', holds, { text: body(most * 20) }), 413, 'limit_exceeded');
    const { request, answer } = await asked('POST', holds, { text: body(most) });
    server.answer(request.correlation, [4, 0, [1, 2], held]);
    assert.equal((await answer).status, 201);
  });

  test('429 slow_down: over the messages a second of a holder, with burst twice that; others go on', async () => {
    server = new TestGateway({ messagesPerSecond: 2 });
    for (let i = 0; i < 4; i += 1) {
      const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
      server.answer(request.correlation, [4, 0, [1, 2], held]);
      assert.equal((await answer).status, 201);
    }
    const refused = await asAnna('POST', holds, { body: { seats: [3, 1] } });
    assertProblem(refused, 429, 'slow_down');
    assert.equal(refused.body['retryAfterMs'], 500);
    assertProblem(await asAnna('GET', '/v1/bookings'), 429, 'slow_down');
    const other = rest(server, 'GET', holds, { token: server.token('otto') });
    server.answer((await server.shards.myHoldsRequests.take()).correlation, [4, 0, [1, 2], { holds: [] }]);
    assert.equal((await other).status, 200);
    server.time.advance(500);
    const { request, answer } = await asked('POST', holds, { body: { seats: [3, 1] } });
    server.answer(request.correlation, [4, 0, [1, 2], held]);
    assert.equal((await answer).status, 201);
  });
});

function bytesOfHoldChanged(live: Omit<HoldBody, 'totalMinor' | 'currency'>): Uint8Array {
  return bytesOf([9, eventId, [1, 11], live]);
}
