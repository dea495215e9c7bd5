import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { loadConfiguration } from '../config/load.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { freePorts } from '../lib/testing/server-process.js';
import { type RunningNode, startNode } from '../node/node.js';
import { shardOf } from '../shard/placement.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { checkIndependently } from './testing/independent-check.js';
import { newFolder } from './testing/new-folder.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { Sale, saleLimits, seatsOf } from './testing/sale.js';
import { Venue } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import { WireClient } from './testing/wire-client.js';

// A whole node in this process, as no switch of the product ends a shard's thread and none should: here Node itself hands us
// every thread that is started, and ends it as a crash would. Clients come over real sockets as always.

const shards = 2;
const losses = 3;
const plan = { buyers: 8, lanes: 2, seatsPerLane: 40, contestedSeats: 6 };

/** In the order of their start: those of the shards come first, and after the start only shards are started anew. */
const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

let database: TestDatabase;
const dataDir = newFolder('usher-data-');
let node: RunningNode;
let venue: Venue;

before(async () => {
  database = await emptyTestDatabase();
  const ports = await freePorts();
  const adminToken = systemRandom.id(32);
  const environment = { DATABASE_URL: database.url, USHER_DATA_DIR: dataDir };
  const configuration = loadConfiguration([], {
    ...environment,
    USHER_WEB_PORT: String(ports.web),
    USHER_LIVE_PORT: String(ports.live),
    USHER_ADMIN_PORT: String(ports.admin),
    USHER_ADMIN_TOKEN: adminToken,
    USHER_SHARDS: String(shards),
    USHER_RATE_LIMIT: 'off',
    USHER_LOG_LEVEL: 'silent',
  });
  node = await startNode(configuration, quietLog);
  venue = new Venue({ ...node, adminToken, environment });
});

after(async () => {
  try {
    await checkIndependently(database.url);
  } finally {
    await node.drain();
    await database.drop();
    rmSync(dataDir, { recursive: true });
  }
});

/** An event of this shard, with a sale in it and somebody who watches. */
async function openSale(shard: number) {
  let eventId = systemRandom.id(12);
  while (shardOf(eventId, shards) !== shard) eventId = systemRandom.id(12);
  await venue.createEvent({ eventId, seats: seatsOf(plan), limits: saleLimits });
  const guests = await Promise.all(Array.from({ length: plan.buyers }, () => venue.guest()));
  const watcher = await WireClient.connect(venue.liveUrl, (await venue.guest()).token);
  const map = new WatchedMap(eventId);
  await map.watch(watcher);
  return { eventId, map, watcher, sale: new Sale(eventId, () => venue.liveUrl, guests, plan) };
}

test('[I6] [I7] [I14] a shard’s thread dies under load: pending is unknown, watchers go on from a snapshot, sales go on', async () => {
  const struck = await openSale(0);
  const neighbour = await openSale(1);
  const both = [struck, neighbour];
  for (const { sale } of both) sale.start();

  let thread = must(threads[0], "the first shard's thread");
  for (let loss = 1; loss <= losses; loss += 1) {
    await Promise.all(both.map(({ sale }) => sale.accepts(200)));
    const started = threads.length;
    const { snapshots } = struck.map;
    await thread.terminate();
    await struck.watcher.frame(() => struck.map.snapshots > snapshots, 'a fresh snapshot');
    thread = must(threads[started], 'the thread that took its place');
  }
  await Promise.all(both.map(({ sale }) => sale.accepts(200)));
  for (const { sale } of both) await sale.stop();

  assert.ok(struck.sale.unknowns > 0, 'what was pending is unknown');
  assert.equal(neighbour.sale.unknowns, 0, 'the other shard never noticed');
  assert.equal(neighbour.map.snapshots, 1);
  await assertJournalVerified(venue);
  for (const { eventId, sale, map, watcher } of both) {
    const journal = await readJournal(venue, eventId);
    await map.reached(must(journal.at(-1), 'the last change').seq);
    map.assertSound();
    const { states } = await venue.seats(eventId);
    assert.deepEqual(map.states, states);
    sale.ledger.assertEquals(journal, states);
    assert.equal(watcher.isClosed, false, 'its socket stayed open');
    await watcher.close();
  }
  const metrics = String((await venue.admin('GET', '/metrics')).body);
  assert.match(metrics, new RegExp(`^usher_shard_restarts_total\\{shard="0"\\} ${losses}$`, 'm'));
  assert.match(metrics, /^usher_shard_restarts_total\{shard="1"\} 0$/m);
});
