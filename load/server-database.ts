import { loadConfiguration } from '../src/config/load.js';
import { UsageError } from '../src/lib/usage-error.js';
import { findEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.js';
import type { OptionTable, Values } from './options.js';

/** Where a server that runs already has its database. */
export const databaseOptions = {
  database: { kind: 'text', prose: "the server's Postgres, for the check; else from DATABASE_URL", default: '' },
  'data-dir': {
    kind: 'text',
    prose: "the server's data folder, where its Postgres is the embedded one; else from USHER_DATA_DIR",
    default: '',
  },
} as const satisfies OptionTable;

/** @throws UsageError where no database is found */
export async function databaseUrlOf(given: Values<typeof databaseOptions>): Promise<string> {
  const configuration = loadConfiguration([], process.env);
  const dataDir = given['data-dir'] || configuration.dataDir;
  const url =
    given.database ||
    (given['data-dir'] === '' ? configuration.databaseUrl : null) ||
    (await findEmbeddedPostgres(dataDir));
  if (url !== null) return url;
  throw new UsageError(
    `Cannot check the run at its end as no database runs on ${dataDir}: take --database, --data-dir or --no-check`,
  );
}
