import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { EventDescription, NodeDescription } from '../admin/node-port.js';
import { TestRedis } from '../cluster/testing/test-redis.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { startServer } from '../lib/testing/server-process.js';
import { pause, systemTimers } from '../lib/timers.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified } from './testing/journal-text.js';
import type { Reply } from './testing/rest.js';
import { accepted, WireClient } from './testing/wire-client.js';

// Two nodes on one Postgres and one Redis, and what an operator does with their events.

let database: TestDatabase;
let redis: TestRedis;
let one: Installation;
let two: Installation;
let eventId: string;
let seat = 0;

before(async () => {
  database = await emptyTestDatabase();
  redis = await TestRedis.start();
  const settings = (name: string): { databaseUrl: string; env: Record<string, string> } => {
    return { databaseUrl: database.url, env: { USHER_NODE_ID: name, USHER_LEASE_MS: '1500', REDIS_URL: redis.url } };
  };
  one = await Installation.start(settings('one'));
  two = await Installation.start(settings('two'));
  eventId = await one.createEvent({ seats: 100, limits: { holdsPerHolder: 50, seatsPerHolder: 50 } });
});

after(async () => {
  await one.remove();
  await two.remove();
  await database.drop();
  await redis.remove();
});

function move(by: Installation, nodeId: string, movedId = eventId): Promise<Reply> {
  return by.admin('POST', `/v1/events/${movedId}/move`, {
    token: by.adminToken,
    key: systemRandom.id(12),
    body: { nodeId },
  });
}

async function nodes(by: Installation): Promise<Map<string, NodeDescription>> {
  const { status, body } = await by.admin('GET', '/v1/nodes', { token: by.adminToken });
  assert.equal(status, 200, JSON.stringify(body));
  return new Map((body as { nodes: NodeDescription[] }).nodes.map((node) => [node.nodeId, node]));
}

/** The node's row, once it is so. */
async function nodeWhen(
  by: Installation,
  nodeId: string,
  isSo: (node: NodeDescription | undefined) => boolean,
): Promise<void> {
  while (!isSo((await nodes(by)).get(nodeId))) await pause(systemTimers, 50);
}

async function described(by: Installation): Promise<EventDescription> {
  const { status, body } = await by.admin('GET', `/v1/events/${eventId}`, { token: by.adminToken });
  assert.equal(status, 200, JSON.stringify(body));
  return body as EventDescription;
}

/** Sells on that node. */
async function sellsOn(node: Installation): Promise<void> {
  const client = await WireClient.connect(node.liveUrl, (await node.guest()).token);
  seat += 1;
  accepted(await client.hold(eventId, systemRandom.id(12), [seat]));
  await client.close();
}

test('each node lists both', async () => {
  await nodeWhen(one, 'two', (node) => node !== undefined);
  for (const node of [one, two]) {
    const [first, second] = [...(await nodes(node)).values()];
    assert.deepEqual([first?.nodeId, second?.nodeId], ['one', 'two']);
    assert.deepEqual([first?.draining, first?.url], [false, one.liveUrl]);
    assert.ok((must(second, 'two').leaseExpiresInMs ?? 0) > 0);
  }
});

test('each node tells how busy the other is, as it heard it through Redis', async () => {
  await nodeWhen(one, 'two', (node) => node?.load !== undefined);
  await nodeWhen(two, 'one', (node) => node?.load !== undefined);
});

test('[I8] an event goes where it is moved, sells there, and every move is one epoch', async () => {
  assert.equal((await move(one, 'one')).status, 200);
  await sellsOn(one);
  const first = await described(one);
  assert.deepEqual([first.owner, first.counts.held], ['one', 1]);
  assert.equal((await move(one, 'two')).status, 200);
  await sellsOn(two);
  const moved = await described(two);
  assert.deepEqual([moved.owner, moved.epoch, moved.counts.held], ['two', first.epoch + 1, 2]);
  await nodeWhen(one, 'two', (node) => node?.events === 1);
});

test('what cannot be moved, and why', async () => {
  const text = async (reply: Promise<Reply>, status: number): Promise<string> => {
    const { status: given, body } = await reply;
    assert.equal(given, status, JSON.stringify(body));
    return (body as { detail: string }).detail;
  };
  assert.match(await text(move(one, 'three'), 404), /those that do: one, two/);
  assert.match(await text(move(one, 'two', 'nothing'), 404), /there is none/);
  assert.equal((await move(one, 'one')).status, 200);
  assert.equal((await described(two)).owner, 'one');
  assert.equal((await move(one, 'two')).status, 200);
});

test('a node that is told to drain gives its events away and stays up; started again it takes events', async () => {
  const drain = (by: Installation, nodeId: string): Promise<Reply> =>
    by.admin('POST', `/v1/nodes/${nodeId}/drain`, { token: by.adminToken, key: systemRandom.id(12) });
  const { status, body } = await drain(one, 'two');
  assert.equal(status, 202, JSON.stringify(body));
  assert.deepEqual(body, { nodeId: 'two', events: 1 });
  await nodeWhen(two, 'two', (node) => node?.draining === true && node.events === 0);
  await sellsOn(one);
  assert.equal((await described(one)).owner, 'one');
  assert.equal((await move(one, 'two')).status, 400);
  assert.equal((await drain(one, 'one')).status, 409, 'nobody else takes events');
  assert.equal((await two.admin('GET', '/health/ready')).status, 200);

  assert.equal(await two.stop('SIGTERM'), 0);
  await two.startAgain();
  await nodeWhen(one, 'two', (node) => node?.draining === false);
});

test('told to end, a node gives its events to those who stay, and nothing is lost', async () => {
  assert.equal((await move(one, 'two')).status, 200);
  await sellsOn(two);
  const { seq, epoch } = await described(two);
  assert.equal(await two.stop('SIGTERM'), 0);
  await sellsOn(one);
  const { owner, epoch: raised, seq: sold, counts } = await described(one);
  assert.deepEqual([owner, raised, sold, counts.held], ['one', epoch + 1, seq + 1, seat]);
  assert.deepEqual([...(await nodes(one)).keys()], ['one']);
  await assertJournalVerified(one);
});

test('a client of another node is served through Redis, and told where the owner is once that is gone', async () => {
  await two.startAgain();
  assert.equal((await move(one, 'one')).status, 200);
  const client = await WireClient.connect(two.liveUrl, (await two.guest()).token);
  accepted(await client.hold(eventId, systemRandom.id(12), [90]));
  await redis.stop();
  // What was under way when Redis went is unknown; from then on nothing is.
  const refused = async (): Promise<string | null> => {
    const reply = await client.hold(eventId, systemRandom.id(12), [91]);
    return reply.kind === 'rejected' ? reply.code : null;
  };
  let code = await refused();
  while (code === '503 unavailable') code = await refused();
  assert.equal(code, '503 busy');
  const goAway = await client.frame((frame) => frame[0] === 7, 'go away');
  assert.deepEqual(goAway[2], { retryAfterMs: 0, url: one.liveUrl, eventId });
  await client.close();
});

test('a node whose port the system chose is listed where it can be reached', async () => {
  const settings = { USHER_NODE_ID: 'three', USHER_LEASE_MS: '1500', REDIS_URL: redis.url, USHER_DEMO: 'off' };
  const ports = { web: 0, live: 0, admin: 0 };
  const three = await startServer({ databaseUrl: database.url, adminToken: one.adminToken, ports, env: settings });
  await nodeWhen(one, 'three', (node) => node?.url === three.liveUrl);
  await three.kill('SIGKILL');
});
