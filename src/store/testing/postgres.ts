import { Client } from 'pg';
import { systemRandom } from '../../lib/random.js';
import { migrate } from '../migrate.js';

export interface TestDatabase {
  readonly url: string;
  /** Also where connections to it are still open. */
  drop(): Promise<void>;
}

/** A new database of this program's version on the server that the test run has started. */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await emptyTestDatabase();
  await migrate(database.url);
  return database;
}

/** A new database without tables. */
export async function emptyTestDatabase(): Promise<TestDatabase> {
  const serverUrl = testServerUrl();
  const name = `usher_test_${systemRandom.below(2 ** 47).toString(36)}`;
  await run(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => run(serverUrl, `drop database ${name} with (force)`),
  };
}

function testServerUrl(): string {
  const url = process.env['USHER_TEST_DATABASE_URL'];
  if (url !== undefined && url !== '') return url;
  throw new Error(
    'Cannot make a test database as USHER_TEST_DATABASE_URL is not set: run npm test, or node dist/scripts/test.js <file>',
  );
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
