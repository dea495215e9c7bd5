import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { UsageError } from '../lib/usage-error.js';
import { freePort } from './embedded/address.js';
import { migrate } from './migrate.js';
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

test('a database that a newer version has changed is refused', async () => {
  await migrate(database.url);
  await query("insert into migration (name, run_on) values ('9999_from_the_future', now())");
  await assert.rejects(migrate(database.url), tells(/newer Usher has changed it \(9999_from_the_future\)/));
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
