import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { seatsHeld } from '../journal/testing/changes.js';
import { sampleConfiguration } from '../journal/testing/configuration.js';
import { EventScript } from '../journal/testing/event-script.js';
import { must } from '../lib/must.js';
import { Catalogue } from './catalogue.js';
import { HeadStore } from './head-store.js';
import { PostgresJournalStore } from './journal-store.js';
import { LeaseStore } from './lease-store.js';
import { createPools, type Pools } from './pool.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';
import { registeredNode } from './testing/registered-node.js';
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
    await new LeaseStore(pools.append).register(registeredNode('script'), 600_000);
  });

  after(async () => {
    await pools.close();
    await database.drop();
  });

  test('an event tells who owns it, and how far its journal goes', async () => {
    const heads = new HeadStore(pools.read);
    assert.deepEqual(await heads.head('event-1'), { epoch: 1, seq: 1, owner: '', rested: true, journalFormat: 1 });
    const store = new PostgresJournalStore(pools.append, pools.read);
    const event = await EventScript.activate(store, 'event-1');
    assert.deepEqual(await heads.head('event-1'), {
      epoch: 2,
      seq: 1,
      owner: 'script',
      rested: false,
      journalFormat: 1,
    });
    await event.commit([seatsHeld({ seats: [1] }), seatsHeld({ seats: [2] })]);
    assert.deepEqual(await heads.head('event-1'), {
      epoch: 2,
      seq: 3,
      owner: 'script',
      rested: false,
      journalFormat: 1,
    });
  });

  test('one that rests is given to a node, which alone may claim it then; one that is served is not given', async () => {
    const heads = new HeadStore(pools.read);
    const store = new PostgresJournalStore(pools.append, pools.read);
    const leases = new LeaseStore(pools.append);
    await leases.register(registeredNode('other'), 600_000);
    const served = must(await heads.head('event-1'), 'the head');
    assert.equal(await heads.give('event-1', served, 'other'), false);
    assert.deepEqual([...(await heads.countsByOwner())], [['script', 1]]);
    assert.ok(await store.rest('event-1', served.epoch, served.seq, null));
    assert.deepEqual([...(await heads.countsByOwner())], []);

    const rested = must(await heads.head('event-1'), 'the head');
    assert.ok(await heads.give('event-1', rested, 'other'));
    assert.deepEqual(await store.claim('event-1', 'script', true), { kind: 'owned', owner: 'other' });
    const claim = await store.claim('event-1', 'other', false);
    assert.equal(claim.kind, 'granted');
    // What was read before the claim gives nothing away.
    assert.equal(await heads.give('event-1', { ...rested, owner: 'other' }, 'script'), false);
    assert.equal((await heads.head('event-1'))?.owner, 'other');
  });

  test('there is none of an event that does not exist', async () => {
    assert.equal(await new HeadStore(pools.read).head('event-9'), null);
  });
});
