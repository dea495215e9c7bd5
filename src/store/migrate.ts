import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { must } from '../lib/must.js';
import { UsageError } from '../lib/usage-error.js';
import { cannotReach, hasKnownCause } from './cannot-reach.js';
import { connectTimeoutMs } from './session.js';

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));
const migrationsTable = 'migration';

/** "usher" in ASCII, and "m": no other program waits for it. */
const lockKey = 0x75736865726d;

/** Another node that migrates makes us wait, but a lock that nobody gives up must not hang the start for ever. */
const lockPatienceMs = 5 * 60_000;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Brings the database up to this program's version, all or nothing. A node that comes second waits and finds it done; one of the
 * release before that is started again between newer ones finds more than it knows, and goes on where those allow it.
 * @returns the names of what was applied, in order
 * @throws UsageError the database cannot be used, or is too new for this program
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const client = new Client({
    connectionString: url,
    application_name: 'usher migrate',
    connectionTimeoutMillis: connectTimeoutMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end();
    throw cannotReach(url, error);
  }
  try {
    await client.query(`set lock_timeout = ${lockPatienceMs}`);
    await client.query(`select pg_advisory_lock(${lockKey})`);
    await refuseWithoutRights(client);
    if (await isNewer(client)) return [];
    const applied = await runner({
      dbClient: client,
      dir: migrationsFolder,
      direction: 'up',
      migrationsTable,
      singleTransaction: true,
      noLock: true,
      logger: quiet,
    });
    return applied.map(({ name }) => name);
  } catch (error) {
    throw hasKnownCause(error) ? cannotReach(url, error) : error;
  } finally {
    // The lock goes with the session.
    await client.end();
  }
}

async function refuseWithoutRights(client: Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean | null }>(
    "select has_schema_privilege(current_schema(), 'create') as may",
  );
  if (rows[0]?.may === true) return;
  throw new UsageError('Cannot use this database as its user may not create tables: make that user its owner');
}

/**
 * Whether a newer program has changed the database, in ways that this one can live with.
 * @throws UsageError it cannot
 */
async function isNewer(client: Client): Promise<boolean> {
  const present = await client.query('select to_regclass($1) as name', [migrationsTable]);
  if (present.rows[0].name === null) return false;
  const known = (await readdir(migrationsFolder)).map((file) => file.replace(/\.sql$/, '')).toSorted();
  const { rows } = await client.query<{ name: string }>(`select name from ${migrationsTable} order by id`);
  const unknown = rows.find(({ name }) => !known.includes(name));
  if (unknown === undefined) return false;
  const oldest = await client.query<{ value: Buffer }>("select value from setting where name = 'oldest_migration'");
  const newestKnown = must(known.at(-1), 'a migration');
  if (oldest.rows.some(({ value }) => newestKnown >= value.toString())) return true;
  throw new UsageError(
    `Cannot use this database as a newer Usher has changed it (${unknown.name}): start that version or a later one`,
  );
}
