import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { systemRandom } from '../lib/random.js';
import { createPools, type Pools } from './pool.js';
import { Settings } from './settings.js';
import { quietLog } from './testing/quiet-log.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('settings', () => {
  let database: TestDatabase;
  let pools: Pools;

  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
  });
  after(async () => {
    await pools.close();
    await database.drop();
  });

  test('processes that start at once agree on the token keys, and later starts find them', async () => {
    const starts = Array.from({ length: 8 }, () => new Settings(pools.read, systemRandom).tokenKeys());
    const [first, ...others] = await Promise.all(starts);
    assert.equal(first?.length, 1);
    assert.equal(first?.[0]?.secret.length, 32);
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual(await new Settings(pools.read, systemRandom).tokenKeys(), first);
  });

  test('of processes that start at once one tells the generated admin token, and all go by its hash', async () => {
    const starts = Array.from({ length: 8 }, () => new Settings(pools.read, systemRandom).adminToken(null));
    const tokens = await Promise.all(starts);
    const told = tokens.flatMap(({ generated }) => (generated === null ? [] : [generated]));
    assert.equal(told.length, 1);
    for (const { hash } of tokens) assert.deepEqual(Buffer.from(hash), sha256(told[0] ?? ''));

    const later = await new Settings(pools.read, systemRandom).adminToken(null);
    assert.equal(later.generated, null);
    assert.deepEqual(Buffer.from(later.hash), sha256(told[0] ?? ''));
  });

  test('an admin token that the operator sets counts, and leaves no trace', async () => {
    const settings = new Settings(pools.read, systemRandom);
    const { hash, generated } = await settings.adminToken('set-by-the-operator');
    assert.equal(generated, null);
    assert.deepEqual(Buffer.from(hash), sha256('set-by-the-operator'));
    assert.notDeepEqual((await settings.adminToken(null)).hash, hash);
  });

  test('the token itself is nowhere in the database', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('delete from setting');
    const { generated } = await new Settings(pools.read, systemRandom).adminToken(null);
    const { rows } = await client.query<{ name: string; value: Buffer }>('select name, value from setting');
    await client.end();
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['admin_token_hash'],
    );
    for (const { value } of rows) assert.equal(value.includes(generated ?? ''), false);
  });
});
