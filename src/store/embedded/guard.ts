import { Client } from 'pg';
import { UsageError } from '../../lib/usage-error.js';
import { type Address, urlOf } from './address.js';
import { databaseName } from './cluster.js';

/**
 * One idle connection that serves two ends. It breaks the moment the server is gone, whoever ended it. And it holds a
 * lock for its whole life: the data folder belongs to the process that has it. Unlike a file with a process number, the
 * lock goes with its holder however that ends, and it is seen across containers.
 */
export interface Guard {
  /** Resolves when the connection is gone. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/** How a server met a knock. */
export type Answer =
  | { readonly kind: 'open'; readonly client: Client }
  /** It lives and asks for patience: starting, recovering or shutting down. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'silent' };

const connectTimeoutMs = 5000;

/** "usher" in ASCII. */
const lockKey = 0x7573686572;

/** A process that was just killed leaves its lock when Postgres notices, which takes a moment on a busy machine. */
const lockPatienceMs = 3000;

const sqlState = { cannotConnectNow: '57P03', invalidPassword: '28P01', lockNotAvailable: '55P03' } as const;

/** @throws UsageError it answers, but not to our password */
export async function knock(address: Address, password: string): Promise<Answer> {
  const client = new Client({
    connectionString: urlOf(address, password, 'postgres'),
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'usher guard',
  });
  // Without a listener a broken connection would end the process; `end` tells of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return { kind: 'open', client };
  } catch (error) {
    switch (codeOf(error)) {
      case sqlState.cannotConnectNow:
        return { kind: 'wait' };
      case sqlState.invalidPassword:
        throw new UsageError(
          'Cannot sign in to the embedded Postgres as its password was changed: restore the file usher-password of its data folder',
        );
      default:
        return { kind: 'silent' };
    }
  }
}

/** @throws UsageError another process has the lock */
export async function takeGuard(client: Client, dataFolder: string): Promise<Guard> {
  const lost = new Promise<void>((resolve) => {
    client.once('end', () => resolve());
  });
  try {
    await client.query(`set lock_timeout = ${lockPatienceMs}`);
    await client.query(`select pg_advisory_lock(${lockKey})`);
    await createDatabase(client);
  } catch (error) {
    await client.end();
    if (codeOf(error) !== sqlState.lockNotAvailable) throw error;
    throw new UsageError(
      `Cannot use ${dataFolder} as another Usher runs on it: stop that one, or set USHER_DATA_DIR to another folder`,
    );
  }
  return { lost, release: () => client.end() };
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
  if (rowCount === 0) await client.query(`create database ${databaseName}`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
