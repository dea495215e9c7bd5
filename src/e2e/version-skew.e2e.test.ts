import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { TestRedis } from '../cluster/testing/test-redis.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { systemTimers } from '../lib/timers.js';
import { pauseAwake } from '../store/embedded/pause-awake.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Buyer } from './testing/buyer.js';
import { Installation } from './testing/installation.js';
import { accepted, type Answer, type HoldBody } from './testing/wire-client.js';

// Two nodes, of which one is made to say that it reads journals of format 2, and an event that says that it is in it: what
// lies between the two is a claim in Postgres, whatever the builds are.

const older = 'node-a';
const newer = 'node-b';
const nodes = new Map<string, Installation>();
let database: TestDatabase;
let redis: TestRedis;
let postgres: Client;

before(async () => {
  database = await emptyTestDatabase();
  redis = await TestRedis.start();
  const adminToken = systemRandom.id(32);
  for (const name of [older, newer]) {
    const env = {
      REDIS_URL: redis.url,
      USHER_NODE_ID: name,
      USHER_LEASE_MS: '2000',
      USHER_SHARDS: '1',
      USHER_LOG_LEVEL: 'error',
    };
    nodes.set(name, await Installation.start({ databaseUrl: database.url, adminToken, env }));
  }
  postgres = new Client({ connectionString: database.url });
  await postgres.connect();
});

after(async () => {
  await postgres.end();
  for (const one of nodes.values()) await one.remove();
  await redis.remove();
  await database.drop();
});

function node(name: string): Installation {
  return must(nodes.get(name), name);
}

const readFormat2 = (): Promise<unknown> =>
  postgres.query('update node_lease set journal_format = 2 where node_id = $1', [newer]);

async function ownerOf(eventId: string): Promise<string> {
  const { rows } = await postgres.query<{ owner: string }>('select owner from event_head where event_id = $1', [
    eventId,
  ]);
  return must(rows[0], 'the head').owner;
}

test('[I8] a node never owns what it cannot read: its clients are served by one that can, and by nobody without it', async () => {
  await readFormat2();
  const eventIds: string[] = [];
  for (let n = 0; n < 4; n += 1) eventIds.push(await node(older).createEvent({ seats: 10 }));
  await postgres.query('update event_head set journal_format = 2');
  const buyer = new Buyer(() => node(older).liveUrl, await node(older).guest(), 'usher.v1.msgpack');
  const hold = (eventId: string, seat: number): Promise<Answer<HoldBody>> => {
    const commandId = systemRandom.id(12);
    return buyer.settle((client) => client.hold(eventId, commandId, [seat]));
  };
  for (const eventId of eventIds) {
    accepted(await hold(eventId, 0));
    assert.match(await ownerOf(eventId), /^node-b\./);
  }
  const [first] = eventIds;
  const eventId = must(first, 'an event');

  const reply = await node(older).admin('POST', `/v1/events/${eventId}/move`, {
    token: node(older).adminToken,
    key: systemRandom.id(12),
    body: { nodeId: older },
  });
  assert.equal(reply.status, 409, JSON.stringify(reply.body));
  assert.match(JSON.stringify(reply.body), /node-a reads: upgrade that node/);

  await node(newer).stop('SIGKILL');
  const askedMeanwhile = hold(eventId, 1);
  const refused = /a newer Usher wrote its journal and no node that is up reads it: start that/;
  while (!refused.test(node(older).server.log())) await pauseAwake(systemTimers, 50);
  assert.match(await ownerOf(eventId), /^node-b\./, 'nobody has taken it over');

  await node(newer).startAgain();
  await readFormat2();
  accepted(await askedMeanwhile);
  assert.match(await ownerOf(eventId), /^node-b\./);
  await buyer.leave();
});
