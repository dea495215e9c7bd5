import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified } from './testing/journal-text.js';
import type { Reply } from './testing/rest.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, type Position, rejected, WireClient } from './testing/wire-client.js';

// What an operator does over the admin port, and what buyers see of it.

let database: TestDatabase;
let installation: Installation;
let eventId: string;
let buyer: WireClient;
let map: WatchedMap;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url, env: { USHER_SHARDS: '1' } });
  eventId = await installation.createEvent({ seats: 12 });
  buyer = await WireClient.connect(installation.liveUrl, (await installation.guest()).token);
  map = new WatchedMap(eventId);
  await map.watch(buyer);
});

after(async () => {
  await installation.remove();
  await database.drop();
});

const newKey = (): string => systemRandom.id(12);

function operate(kind: 'block' | 'unblock', seats: readonly number[], key = newKey()): Promise<Reply> {
  return installation.admin('POST', `/v1/events/${eventId}/${kind}`, {
    token: installation.adminToken,
    key,
    body: { seats, reason: 'camera' },
  });
}

/** Once everybody sees the change that the reply tells of. */
async function seen({ status, body }: Reply): Promise<number[]> {
  assert.equal(status, 200, JSON.stringify(body));
  await map.reached((body as { position: Position }).position[1]);
  return map.states;
}

async function description(): Promise<{ counts: object; seq: number; epoch: number; owner: string; eventId: string }> {
  const { status, body } = await installation.admin('GET', `/v1/events/${eventId}`, { token: installation.adminToken });
  assert.equal(status, 200);
  return body as Awaited<ReturnType<typeof description>>;
}

test('blocked seats show at once and cannot be held; unblocked, they can', async () => {
  const states = await seen(await operate('block', [3, 4]));
  assert.deepEqual(states, [0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0]);
  const refusal = rejected(await buyer.hold(eventId, newKey(), [2, 3]), '409 seat_taken');
  assert.deepEqual(refusal.details.seats, [3]);
  assert.deepEqual(await seen(await operate('unblock', [3])), [0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
  const { position } = accepted(await buyer.hold(eventId, newKey(), [2, 3]));
  await map.reached(position[1]);
});

test('[I9] held seats cannot be blocked, nor free ones unblocked: 409 with the seats, and nothing happens', async () => {
  const block = await operate('block', [1, 2, 3]);
  assert.equal(block.status, 409);
  assert.deepEqual((block.body as { seats: number[] }).seats, [2, 3]);
  assert.equal((await operate('unblock', [4, 5])).status, 409);
  assert.deepEqual((await installation.seats(eventId)).states, [0, 0, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0]);
});

test('a repeat under the same Idempotency-Key is the same answer, another request 412', async () => {
  const key = newKey();
  const first = await operate('block', [8], key);
  assert.deepEqual((await operate('block', [8], key)).body, first.body);
  assert.equal((await operate('block', [9], key)).status, 412);
  assert.equal((await operate('unblock', [8], key)).status, 412);
  assert.deepEqual((await seen(first)).slice(8), [3, 0, 0, 0]);
});

test('[I11] counts add up to the capacity', async () => {
  const { counts, seq, epoch, owner } = await description();
  assert.deepEqual(counts, { free: 8, held: 2, booked: 0, blocked: 2 });
  assert.deepEqual([epoch, seq], map.position);
  const nodes = await installation.admin('GET', '/v1/nodes', { token: installation.adminToken });
  const [node] = (nodes.body as { nodes: { nodeId: string; url: string; leaseExpiresInMs: number; events: number }[] })
    .nodes;
  assert.equal(node?.nodeId, owner);
  assert.equal(node?.url, installation.liveUrl);
  assert.ok(node.leaseExpiresInMs > 0 && node.events >= 1);
});

test('404 where there is no such event or seat, 400 for bad bodies and without a key', async () => {
  const token = installation.adminToken;
  const post = (path: string, body: unknown, key: string | null = newKey()): Promise<Reply> =>
    installation.admin('POST', path, { token, body, ...(key === null ? {} : { key }) });
  const good = { seats: [5], reason: 'camera' };
  assert.equal((await installation.admin('GET', '/v1/events/nowhere', { token })).status, 404);
  assert.equal((await post('/v1/events/nowhere/block', good)).status, 404);
  assert.equal((await operate('block', [12])).status, 404);
  for (const body of [{}, { seats: [], reason: 'r' }, { seats: [1, 1], reason: 'r' }, { seats: ['1'], reason: 'r' }]) {
    assert.equal((await post(`/v1/events/${eventId}/block`, body)).status, 400);
  }
  assert.equal((await post(`/v1/events/${eventId}/block`, good, null)).status, 400);
});

test('401 without the admin token or with another, on the admin port and for writes to the catalogue', async () => {
  const guest = await installation.guest();
  for (const token of [undefined, 'another', guest.token, `${installation.adminToken}x`]) {
    const given = { ...(token === undefined ? {} : { token }), key: newKey(), body: { seats: [5], reason: 'r' } };
    const { body: _, ...read } = given;
    const statuses = await Promise.all([
      installation.admin('GET', '/v1/nodes', read),
      installation.admin('GET', `/v1/events/${eventId}`, read),
      installation.admin('POST', `/v1/events/${eventId}/block`, given),
      installation.admin('POST', `/v1/events/${eventId}/unblock`, given),
      installation.web('POST', '/v1/charts', given),
      installation.web('POST', '/v1/events', given),
    ]);
    for (const { status, body, headers } of statuses) {
      assert.deepEqual([status, (body as { code: string }).code], [401, 'unauthorized']);
      assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    }
  }
});

test('health is open and names each dependency', async () => {
  for (const probe of ['live', 'ready', 'startup']) {
    const { status, body } = await installation.admin('GET', `/health/${probe}`);
    assert.equal(status, 200, probe);
    const { dependencies } = body as { dependencies: { name: string; state: string }[] };
    assert.deepEqual(
      dependencies.map(({ name, state }) => [name, state]),
      [
        ['main-thread', 'up'],
        ['postgres', 'up'],
        ['lease', 'up'],
        ['shards', 'up'],
      ],
    );
  }
});

test('metrics are Prometheus text and count what has happened', async () => {
  const { status, headers, body } = await installation.admin('GET', '/metrics');
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = String(body).trimEnd().split('\n');
  for (const line of lines) assert.match(line, /^($|# (HELP|TYPE) \w+ .*|\w+(\{.*\})? (-?[\d.e+-]+|NaN)$)/);
  const value = (name: string): number =>
    Number(
      must(
        lines.find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`)),
        name,
      )
        .split(' ')
        .at(-1),
    );
  assert.equal(value('usher_sockets'), 1);
  assert.equal(value('usher_subscriptions'), 1);
  assert.equal(value('usher_commands_accepted_total'), 1);
  assert.equal(value('usher_commands_rejected_total{code="seat_taken"}'), 1);
  assert.equal(value('usher_changes_committed_total'), 4);
  assert.ok(!String(body).includes(eventId), 'labels are bounded');
});

test('the journal has it all', async () => {
  map.assertSound();
  await assertJournalVerified(installation);
});
