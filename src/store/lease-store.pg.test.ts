import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { LeaseStore } from './lease-store.js';
import { createPools, type Pools } from './pool.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';
import { quietLog } from './testing/quiet-log.js';

const minuteMs = 60_000;
const nodeOne = {
  nodeId: 'node-1',
  incarnation: 'node-1.a',
  url: 'ws://one/',
  version: '1.2.3',
  shards: 1,
  journalFormat: 1,
  linkVersion: 1,
};

describe('leases', () => {
  let database: TestDatabase;
  let pools: Pools;
  let leases: LeaseStore;

  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    leases = new LeaseStore(pools.append);
  });

  after(async () => {
    await pools.close();
    await database.drop();
  });

  beforeEach(() => pools.read.query({ text: 'delete from node_lease' }));

  async function postgresMs(): Promise<number> {
    const text = 'select extract(epoch from clock_timestamp())::double precision * 1000 as now_ms';
    const { rows } = await pools.read.query<{ now_ms: number }>({ text });
    return rows[0]?.now_ms ?? 0;
  }

  test("registering and renewing give Postgres' time, in milliseconds", async () => {
    const beforeMs = await postgresMs();
    const registeredMs = await leases.register(nodeOne, minuteMs);
    const renewedMs = (await leases.renew('node-1', 'node-1.a', minuteMs)) ?? 0;
    const afterMs = await postgresMs();
    // Postgres counts microseconds, and a double has room for a few of them here.
    assert.ok(beforeMs - 0.01 <= registeredMs && registeredMs <= renewedMs && renewedMs <= afterMs + 0.01);
  });

  test('a node that registered lives until its lease has run out', async () => {
    await leases.register(nodeOne, minuteMs);
    await leases.register({ ...nodeOne, nodeId: 'node-0', incarnation: 'node-0.a' }, 2 * minuteMs);
    const [zero, one, ...others] = await leases.living();
    assert.deepEqual(others, []);
    assert.equal(zero?.nodeId, 'node-0');
    assert.ok(zero.expiresInMs > minuteMs && zero.expiresInMs <= 2 * minuteMs);
    assert.ok(one !== undefined && one.expiresInMs > 0 && one.expiresInMs <= minuteMs);
    assert.deepEqual({ ...one, expiresInMs: 0 }, { ...nodeOne, draining: false, expiresInMs: 0 });

    await leases.renew('node-1', 'node-1.a', 0);
    assert.deepEqual(
      (await leases.living()).map(({ nodeId }) => nodeId),
      ['node-0'],
    );
  });

  test('one whose lease has run out has it again by renewing, where nobody has taken its place', async () => {
    await leases.register(nodeOne, 0);
    assert.deepEqual(await leases.living(), []);
    assert.notEqual(await leases.renew('node-1', 'node-1.a', minuteMs), null);
    assert.equal((await leases.living()).length, 1);
  });

  test('a restarted node supersedes its predecessor at once, though the lease of that one runs', async () => {
    await leases.register(nodeOne, minuteMs);
    await leases.register(
      {
        ...nodeOne,
        incarnation: 'node-1.b',
        url: 'ws://other/',
        version: '2',
        shards: 1,
        journalFormat: 1,
        linkVersion: 1,
      },
      minuteMs,
    );
    assert.equal(await leases.renew('node-1', 'node-1.a', minuteMs), null);
    assert.notEqual(await leases.renew('node-1', 'node-1.b', minuteMs), null);
    const [living, ...others] = await leases.living();
    assert.deepEqual(others, []);
    assert.deepEqual([living?.incarnation, living?.url, living?.version], ['node-1.b', 'ws://other/', '2']);
  });

  test('one that drains says so until it is started again; a predecessor cannot say so for its successor', async () => {
    const isDraining = async (): Promise<boolean | undefined> => (await leases.living())[0]?.draining;
    await leases.register(nodeOne, minuteMs);
    await leases.startDraining('node-1', 'node-1.a');
    assert.equal(await isDraining(), true);
    await leases.renew('node-1', 'node-1.a', minuteMs);
    assert.equal(await isDraining(), true);
    await leases.register({ ...nodeOne, incarnation: 'node-1.b' }, minuteMs);
    assert.equal(await isDraining(), false);
    await leases.startDraining('node-1', 'node-1.a');
    assert.equal(await isDraining(), false);
  });

  test('what a node understands stands in its row, and changes with its incarnation', async () => {
    await leases.register({ ...nodeOne, journalFormat: 2, linkVersion: 3 }, minuteMs);
    const [newer] = await leases.living();
    assert.deepEqual([newer?.journalFormat, newer?.linkVersion], [2, 3]);
    await leases.register({ ...nodeOne, incarnation: 'node-1.b' }, minuteMs);
    const [older] = await leases.living();
    assert.deepEqual([older?.journalFormat, older?.linkVersion], [1, 1]);
  });

  test('where it is reached can be said later; a predecessor cannot say so for its successor', async () => {
    await leases.register({ ...nodeOne, incarnation: 'node-1.b' }, minuteMs);
    await leases.announce('node-1', 'node-1.a', 'ws://elsewhere/v1/live');
    assert.equal((await leases.living())[0]?.url, nodeOne.url);
    await leases.announce('node-1', 'node-1.b', 'ws://elsewhere/v1/live');
    assert.equal((await leases.living())[0]?.url, 'ws://elsewhere/v1/live');
  });

  test('a node that never registered has nothing to renew', async () => {
    assert.equal(await leases.renew('node-9', 'node-9.a', minuteMs), null);
  });

  test('who resigns is gone at once; a predecessor cannot resign for its successor', async () => {
    await leases.register({ ...nodeOne, incarnation: 'node-1.b' }, minuteMs);
    await leases.resign('node-1', 'node-1.a');
    assert.equal((await leases.living()).length, 1);
    await leases.resign('node-1', 'node-1.b');
    assert.deepEqual(await leases.living(), []);
    assert.equal(await leases.renew('node-1', 'node-1.b', minuteMs), null);
  });
});
