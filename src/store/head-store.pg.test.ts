import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { seatsHeld } from '../journal/testing/changes.js';
import { sampleConfiguration } from '../journal/testing/configuration.js';
import { EventScript } from '../journal/testing/event-script.js';
import { Catalogue } from './catalogue.js';
import { HeadStore } from './head-store.js';
import { PostgresJournalStore } from './journal-store.js';
import { LeaseStore } from './lease-store.js';
import { createPools, type Pools } from './pool.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';
import { quietLog } from './testing/quiet-log.js';

describe('heads of events', () => {
  let database: TestDatabase;
  let pools: Pools;

  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    const catalogue = new Catalogue(pools.read);
    const { chartId, chartVersion, seatCount } = sampleConfiguration;
    await catalogue.insertChart({ chartId, chartVersion, name: 'Hall', seatCount, areaCount: 0, body: '{}' }, null);
    const event = { eventId: 'event-1', name: 'Event', startsAtMs: 4e12, configuration: sampleConfiguration };
    assert.ok(await catalogue.insertEvent(event, null));
    const script = { nodeId: 'script', incarnation: 'script', url: '', version: '', shards: 1 };
    await new LeaseStore(pools.append).register(script, 600_000);
  });

  after(async () => {
    await pools.close();
    await database.drop();
  });

  test('an event tells who owns it, and how far its journal goes', async () => {
    const heads = new HeadStore(pools.read);
    assert.deepEqual(await heads.read('event-1'), { epoch: 1, seq: 1, owner: '' });
    const store = new PostgresJournalStore(pools.append, pools.read);
    const event = await EventScript.activate(store, 'event-1');
    assert.deepEqual(await heads.read('event-1'), { epoch: 2, seq: 1, owner: 'script' });
    await event.commit([seatsHeld({ seats: [1] }), seatsHeld({ seats: [2] })]);
    assert.deepEqual(await heads.read('event-1'), { epoch: 2, seq: 3, owner: 'script' });
  });

  test('there is none of an event that does not exist', async () => {
    assert.equal(await new HeadStore(pools.read).read('event-9'), null);
  });
});
