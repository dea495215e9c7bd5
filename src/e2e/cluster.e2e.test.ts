import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestRedis } from '../cluster/testing/test-redis.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { systemTimers } from '../lib/timers.js';
import { pauseAwake } from '../store/embedded/pause-awake.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import type { Reply, Request } from './testing/rest.js';
import { Sale, saleLimits, seatsOf } from './testing/sale.js';
import { WatchedMap } from './testing/watched-map.js';
import { WireClient } from './testing/wire-client.js';

// Three nodes, one Postgres, one Redis, two events on sale at all nodes alike, and one disaster after the other. Buyers come back
// at whatever node answers, and ask again under the same commandIds for what had no answer.

const plan = { buyers: 9, lanes: 2, seatsPerLane: 30, contestedSeats: 6 };
const leaseMs = 2_000;
const askAgainMs = 200;
const nodeNames = ['node-a', 'node-b', 'node-c'];

let database: TestDatabase;
let redis: TestRedis;
const nodes: Installation[] = [];
/** Those that buyers may come to. */
const open = new Set<Installation>();

before(async () => {
  database = await emptyTestDatabase();
  redis = await TestRedis.start();
  const adminToken = systemRandom.id(32);
  for (const name of nodeNames) {
    const env = {
      REDIS_URL: redis.url,
      USHER_NODE_ID: name,
      USHER_LEASE_MS: String(leaseMs),
      USHER_SHARDS: '1',
      USHER_LOG_LEVEL: 'silent',
    };
    const node = await Installation.start({ databaseUrl: database.url, adminToken, env });
    nodes.push(node);
    open.add(node);
  }
});

after(async () => {
  for (const node of nodes) await node.remove();
  await redis.remove();
  await database.drop();
});

function anyNode(): Installation {
  return must([...open][systemRandom.below(open.size)], 'a node that is open');
}

/** Asks any node until one answers: what was on its way when something broke is to be asked again. */
async function ask(method: string, path: string, given: Request = {}): Promise<Reply> {
  for (;;) {
    const node = anyNode();
    const reply = await node.admin(method, path, { ...given, token: node.adminToken });
    if (reply.status !== 503) return reply;
    await pauseAwake(systemTimers, askAgainMs);
  }
}

/** The node that has the event. */
async function ownerOf(eventId: string): Promise<Installation> {
  const { body } = await ask('GET', `/v1/events/${eventId}`);
  const { owner } = body as { owner: string };
  return must(nodes[nodeNames.indexOf(owner)], `the owner of the event: ${JSON.stringify(body)}`);
}

/** Nobody comes to the node, while something happens to it. */
async function without(node: Installation, happens: () => Promise<void>): Promise<void> {
  open.delete(node);
  await happens();
  open.add(node);
}

const disasters: Readonly<Record<string, (eventId: string) => Promise<void>>> = {
  'kill -9 of an owner': async (eventId) => {
    const owner = await ownerOf(eventId);
    await without(owner, async () => {
      await owner.stop('SIGKILL');
      await owner.startAgain();
    });
  },
  'an owner is lost for longer than its lease': async (eventId) => {
    const owner = await ownerOf(eventId);
    await without(owner, async () => {
      await owner.stop('SIGKILL');
      // Another has the event: it answers who.
      for (let other = owner; other === owner; ) other = await ownerOf(eventId).catch(() => owner);
      await owner.startAgain();
    });
  },
  'an owner is suspended for twice its lease, and goes on': async (eventId) => {
    const owner = await ownerOf(eventId);
    await without(owner, async () => {
      owner.server.process.kill('SIGSTOP');
      await pauseAwake(systemTimers, 2 * leaseMs);
      owner.server.process.kill('SIGCONT');
    });
  },
  'Redis forgets everything': () => redis.flush(),
  'Redis is killed and comes back': async () => {
    await redis.kill();
    await redis.start();
  },
  'an event moves to another node': async (eventId) => {
    const owner = await ownerOf(eventId);
    const next = must(nodeNames[(nodes.indexOf(owner) + 1) % nodes.length], 'the next node');
    const reply = await ask('POST', `/v1/events/${eventId}/move`, {
      key: systemRandom.id(12),
      body: { nodeId: next },
    });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    assert.equal(nodes.indexOf(await ownerOf(eventId)), nodeNames.indexOf(next));
  },
  'every node is stopped in order and started again': async () => {
    for (const node of nodes) {
      await without(node, async () => {
        assert.equal(await node.stop('SIGTERM'), 0);
        await node.startAgain();
      });
    }
  },
};

test('[I6] [I7] [I8] [I14] three nodes under load, whatever befalls one of them', async (context) => {
  const sales = await Promise.all(
    [1, 2].map(async () => {
      const guests = await Promise.all(Array.from({ length: plan.buyers }, () => anyNode().guest()));
      const eventId = await anyNode().createEvent({ seats: seatsOf(plan), limits: saleLimits });
      return { eventId, sale: new Sale(eventId, () => anyNode().liveUrl, guests, plan) };
    }),
  );
  const [first] = sales;
  const accept = (commands: number): Promise<unknown> => Promise.all(sales.map(({ sale }) => sale.accepts(commands)));
  for (const { sale } of sales) sale.start();
  await accept(100);
  for (const [name, strike] of Object.entries(disasters)) {
    await context.test(name, async () => {
      await strike(must(first, 'a sale').eventId);
      await accept(100);
    });
  }
  for (const { sale } of sales) await sale.stop();

  const [node] = nodes;
  await assertJournalVerified(must(node, 'a node'));
  for (const { eventId, sale } of sales) {
    const journal = await readJournal(must(node, 'a node'), eventId);
    const { seq } = must(journal.at(-1), 'the last change');
    for (const each of nodes) {
      const map = new WatchedMap(eventId);
      const client = await WireClient.connect(each.liveUrl, (await each.guest()).token);
      await map.watch(client);
      await map.reached(seq);
      map.assertSound();
      // Read where somebody watches: a node answers from the map that it follows.
      assert.deepEqual((await each.seats(eventId)).states, map.states);
      await client.close();
      sale.ledger.assertEquals(journal, map.states);
    }
    assert.ok(sale.ledger.refusedCount > 0, 'there were rivals');
  }
});
