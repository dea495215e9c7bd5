import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { systemRandom } from '../lib/random.js';
import { Integrators } from './integrators.js';
import { createPools, type Pools } from './pool.js';
import { quietLog } from './testing/quiet-log.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';

const wanted = { organiserId: 'opera', name: 'Box office' };

describe('integrators', () => {
  let database: TestDatabase;
  let pools: Pools;
  let integrators: Integrators;
  let client: Client;

  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    integrators = new Integrators(pools.read, systemRandom);
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await pools.close();
    await database.drop();
  });

  async function created(key: string, of = wanted): Promise<{ tokenId: string; text: string }> {
    const creation = await integrators.create(of, key);
    assert.ok(creation.kind === 'created', creation.kind);
    return { tokenId: creation.token.tokenId, text: creation.text };
  }

  test('a token is told once, of at least 192 bits, and only its SHA-256 is in the database', async () => {
    const { tokenId, text } = await created('key-told-once');
    assert.match(text, /^usher_it_[A-Za-z0-9_-]{32,}$/);
    const { rows } = await client.query<{ row: string; token_hash: Buffer }>(
      'select t::text as row, token_hash from integrator_token t where token_id = $1',
      [tokenId],
    );
    assert.deepEqual(rows[0]?.token_hash, createHash('sha256').update(text).digest());
    assert.equal(rows[0]?.row.includes(text.slice('usher_it_'.length)), false);
  });

  test('says whose token it is, until it is revoked, and so of no other text', async () => {
    const { tokenId, text } = await created('key-revoked');
    assert.deepEqual(await integrators.integratorOf(text), { organiserId: 'opera' });
    for (const other of ['', 'usher_it_', `${text}x`, text.slice(0, -1), tokenId]) {
      assert.equal(await integrators.integratorOf(other), null);
    }
    const revoked = await integrators.revoke(tokenId);
    assert.ok(revoked !== null && revoked.revokedAtMs !== null && revoked.revokedAtMs >= revoked.createdAtMs);
    assert.equal(await integrators.integratorOf(text), null);
    assert.deepEqual(await integrators.revoke(tokenId), revoked, 'once is for good');
    assert.equal(await integrators.revoke('nothing'), null);
  });

  test('a repeat of the key makes no second token, with another request it is told apart', async () => {
    const { tokenId, text } = await created('key-repeated');
    const repeat = await integrators.create(wanted, 'key-repeated');
    assert.ok(repeat.kind === 'repeated');
    assert.equal(repeat.token.tokenId, tokenId);
    assert.equal(JSON.stringify(repeat).includes(text), false);
    for (const other of [{ organiserId: 'circus' }, { name: 'Another' }]) {
      assert.deepEqual(await integrators.create({ ...wanted, ...other }, 'key-repeated'), { kind: 'mismatch' });
    }
  });

  test('of rivals with one key one makes the token', async () => {
    const creations = await Promise.all(Array.from({ length: 8 }, () => integrators.create(wanted, 'key-of-rivals')));
    assert.equal(creations.filter(({ kind }) => kind === 'created').length, 1);
    assert.equal(creations.filter(({ kind }) => kind === 'repeated').length, 7);
    const { rows } = await client.query("select from integrator_token where creation_key = 'key-of-rivals'");
    assert.equal(rows.length, 1);
  });

  test('lists all, revoked ones too, newest first, up to the limit', async () => {
    await client.query('delete from integrator_token');
    const ids: string[] = [];
    for (const key of ['key-list-1', 'key-list-2', 'key-list-3']) ids.unshift((await created(key)).tokenId);
    const revoked = await integrators.revoke(ids[1] ?? '');
    const listed = await integrators.list(10);
    assert.deepEqual(
      listed.map(({ tokenId }) => tokenId),
      ids,
    );
    assert.deepEqual(listed[1], revoked);
    assert.deepEqual([listed[0]?.organiserId, listed[0]?.name, listed[0]?.revokedAtMs], ['opera', 'Box office', null]);
    assert.equal((await integrators.list(2)).length, 2);
  });

  test('says whose event it is', async () => {
    await client.query(
      `insert into chart (chart_id, chart_version, name, seat_count, area_count, body) values ('hall', 1, 'Hall', 1, 0, '{}')`,
    );
    await client.query(
      `insert into event (event_id, name, starts_at, chart_id, chart_version, configuration, organiser_id)
       values ('tosca', 'Tosca', now(), 'hall', 1, '{}', 'opera')`,
    );
    await client.query(
      `insert into event (event_id, name, starts_at, chart_id, chart_version, configuration)
       values ('gala', 'Gala', now(), 'hall', 1, '{}')`,
    );
    assert.equal(await integrators.organiserOf('tosca'), 'opera');
    assert.equal(await integrators.organiserOf('gala'), 'default');
    assert.equal(await integrators.organiserOf('nothing'), null);
  });
});
