import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { UsageError } from '../lib/usage-error.js';
import { freePort } from './embedded/address.js';
import { migrate } from './migrate.js';
import { eventColumns } from './sql/event-columns.js';
import { emptyTestDatabase, type TestDatabase } from './testing/postgres.js';

const migrations = readdirSync(fileURLToPath(new URL('migrations', import.meta.url)))
  .map((file) => file.replace(/\.sql$/, ''))
  .sort();

let database: TestDatabase;

beforeEach(async () => {
  database = await emptyTestDatabase();
});

afterEach(async () => {
  await database.drop();
});

async function query(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** The database's address with one part changed. */
function at(change: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string {
  return Object.assign(new URL(database.url), change).href;
}

/** One line, and the password is not in it. */
function tells(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, pattern);
    assert.ok(!error.message.includes('\n'));
    assert.ok(!error.message.includes(new URL(database.url).password));
    return true;
  };
}

test('applies all migrations in order, and nothing the second time', async () => {
  assert.deepEqual(await migrate(database.url), migrations);
  assert.deepEqual(await migrate(database.url), []);
});

test('of many nodes that start at once one migrates, and all go on when it is done', async () => {
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url)));
  assert.deepEqual(applied.flat(), migrations);
});

test('a migration that fails leaves nothing of those before it', async () => {
  // Stands in the way of the first migration's last tables.
  await query('create table node_lease (of_somebody_else integer)');
  await assert.rejects(migrate(database.url), /node_lease/);
  assert.deepEqual(await query("select tablename from pg_tables where schemaname = 'public' order by 1"), [
    { tablename: 'migration' },
    { tablename: 'node_lease' },
  ]);
  await query('drop table node_lease');
  assert.deepEqual(await migrate(database.url), migrations);
});

test('[I13] what the release before general admission wrote stands, and its statements still work', async () => {
  const before = migrations.filter((name) => name < '0004');
  await query('create table migration (id serial primary key, name varchar(255) not null, run_on timestamp not null)');
  for (const name of before) {
    await query(readFileSync(fileURLToPath(new URL(`migrations/${name}.sql`, import.meta.url)), 'utf8'));
    await query(`insert into migration (name, run_on) values ('${name}', now())`);
  }
  await query("insert into chart values ('hall', 1, 'Hall', 3, 0, '{}')");
  const insertEvent = (eventId: string): string => `
    insert into event (event_id, name, starts_at, chart_id, chart_version, configuration)
    values ('${eventId}', 'Opening', now(), 'hall', 1, '{"seatCount": 3, "seatCategories": [[0, 3]]}')`;
  const append = (firstSeq: number, seat: number): string => `
    select appended from append_batches_v1(
      '{old}', '{2}', '{${firstSeq}}', '{${firstSeq}}', '{null}', '{1}', 'x',
      '[{"event_id": "old", "booking_seq": ${firstSeq}, "epoch": 2, "hold_epoch": 2, "hold_seq": ${seat},
         "holder_id": "ann", "command_id": "command-${seat}", "seats": [${seat}], "total_minor": 1, "currency": "EUR",
         "order_ref": "", "booked_at_ms": 1, "cancelled_at_ms": null}]', null)`;
  await query(insertEvent('old'));
  await query("insert into event_head values ('old', 2, 1, '', false, null)");
  assert.deepEqual(await query(append(2, 1)), [{ appended: true }]);

  assert.deepEqual(await migrate(database.url), migrations.slice(before.length));

  await query(insertEvent('later'));
  assert.deepEqual(await query(append(3, 2)), [{ appended: true }]);
  const read = `select event_id, organiser_id, configuration from (select ${eventColumns} from event) e order by event_id`;
  const configuration = { areas: [], seatCount: 3 };
  assert.deepEqual(await query(read), [
    { event_id: 'later', organiser_id: 'default', configuration },
    { event_id: 'old', organiser_id: 'default', configuration },
  ]);
  assert.deepEqual(await query('select booking_seq::int, seats, area, quantity from booking order by booking_seq'), [
    { booking_seq: 2, seats: [1], area: null, quantity: null },
    { booking_seq: 3, seats: [2], area: null, quantity: null },
  ]);
});

test('a database that a newer version has changed is used for as long as that one allows it, and refused then', async () => {
  await migrate(database.url);
  await query("insert into migration (name, run_on) values ('9998_adds_something', now())");
  assert.deepEqual(await migrate(database.url), [], 'by the release before, while nodes are replaced');
  await query("insert into migration (name, run_on) values ('9999_takes_something', now())");
  await query("update setting set value = '9998_adds_something' where name = 'oldest_migration'");
  await assert.rejects(migrate(database.url), tells(/newer Usher has changed it \(9998_adds_something\)/));
});

test('[I8] the release before the versions claims and registers as before, and is kept from what it cannot read', async () => {
  await migrate(database.url);
  const register = (node: string, more: string, values: string): string => `
    insert into node_lease (node_id, incarnation, url, version, expires_at, shards, draining${more})
    values ('${node}', '${node}', '', '', now() + interval '1 hour', 1, false${values})`;
  await query(register('old', '', ''));
  await query(`insert into event_head (event_id, epoch, seq, owner, rested) values ('event', 1, 1, '', true)`);
  const claim = "select outcome, owner, epoch::int from claim_event_v1('event', 'old', true)";
  assert.deepEqual(await query(claim), [{ outcome: 'granted', owner: 'old', epoch: 2 }]);
  await query(`update event_head set owner = '', rested = true, journal_format = 2`);
  assert.deepEqual(await query(claim), [{ outcome: 'run_out', owner: null, epoch: null }], 'nobody can read it');
  await query(register('new', ', journal_format', ', 2'));
  assert.deepEqual(await query(claim), [{ outcome: 'owned', owner: 'new', epoch: null }], 'it is asked there');
});

test('an unreachable database is named with what to do', async () => {
  const closedPort = await freePort();
  await assert.rejects(
    migrate(`postgres://somebody:s3cret@127.0.0.1:${closedPort}/shop`),
    tells(new RegExp(`^Cannot use Postgres at 127\\.0\\.0\\.1:${closedPort}/shop as nothing listens there`)),
  );
  await assert.rejects(migrate('postgres://nowhere.invalid/shop'), tells(/correct DATABASE_URL|looked up/));
  await assert.rejects(migrate(at({ pathname: '/missing' })), tells(/has no such database: create it/));
  await assert.rejects(migrate(at({ password: 'wrong' })), tells(/user or password is wrong/));
});

test('a user who may not create tables is told so', async () => {
  await query("create role visitor login password 'visitor'");
  try {
    await assert.rejects(
      migrate(at({ username: 'visitor', password: 'visitor' })),
      tells(/may not create tables: make that user its owner/),
    );
  } finally {
    await query('drop role visitor');
  }
});
