import { Client } from 'pg';
import { must } from '../lib/must.js';
import { UsageError } from '../lib/usage-error.js';
import { cannotReach } from './cannot-reach.js';
import { connectTimeoutMs } from './session.js';

const versionMin = 14;
const versionMax = 18;

/** What Usher asks of a server before it trusts it. */
export interface ServerFacts {
  /** 180004: 18.4 */
  readonly versionNumber: number;
  readonly encoding: string;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly inRecovery: boolean;
  readonly standbys: number;
  readonly synchronousStandbyNames: string;
}

/**
 * Whether this server keeps what it commits, and gives each connection a session of its own. Asked at every start, as
 * settings change. docs/OPERATING.md, "Requirements of Postgres".
 * @returns a warning for the operator, or null
 * @throws UsageError
 */
export async function checkRequirements(url: string): Promise<string | null> {
  const one = newClient(url);
  const other = newClient(url);
  try {
    await one.connect();
    await other.connect();
  } catch (error) {
    await Promise.all([one.end(), other.end()]);
    throw cannotReach(url, error);
  }
  try {
    if (await shareSessions(one, other)) {
      throw new UsageError(
        'Cannot use Postgres through a pooler that shares sessions: set pool_mode = session in PgBouncer, or connect directly',
      );
    }
    return judge(await readFacts(one));
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

/** @throws UsageError */
export function judge(facts: ServerFacts): string | null {
  const major = Math.floor(facts.versionNumber / 10_000);
  if (major < versionMin || major > versionMax) {
    throw new UsageError(`Cannot use Postgres ${major}: use one of ${versionMin} to ${versionMax}`);
  }
  if (facts.inRecovery)
    throw new UsageError('Cannot use this Postgres as it is a standby: point DATABASE_URL at the primary');
  if (facts.encoding !== 'UTF8') {
    throw new UsageError(
      `Cannot use this database as its encoding is ${facts.encoding}: create one with encoding UTF8`,
    );
  }
  refuseOff('fsync', facts.fsync);
  refuseOff('full_page_writes', facts.fullPageWrites);
  if (facts.standbys === 0 || facts.synchronousStandbyNames !== '') return null;
  return (
    'The standby of this Postgres is asynchronous: a failover to it loses the last sales that buyers were told of. ' +
    'Name it in synchronous_standby_names to lose none.'
  );
}

function refuseOff(name: string, value: string): void {
  if (value !== 'off') return;
  throw new UsageError(
    `Cannot use this Postgres as it would lose sales in a power cut, ${name} is off: set ${name} = on in postgresql.conf and reload`,
  );
}

/** A server that needs longer for the simplest of questions is of no use. */
const answerTimeoutMs = 5000;

function newClient(url: string): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'usher check',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
  });
  client.on('error', () => undefined);
  return client;
}

/**
 * A pooler that hands out sessions for a transaction at a time forgets settings, advisory locks and prepared statements
 * in between. It shows when a second client takes a session while the first is idle:
 *
 *     one    who am I?                        who am I now?
 *     other              begin; who am I?                     rollback
 *
 * Sessions of their own are two, and stay the same.
 */
async function shareSessions(one: Client, other: Client): Promise<boolean> {
  const before = await sessionOf(one);
  try {
    await other.query('begin');
    const meanwhile = await sessionOf(other);
    const after = await sessionOf(one);
    await other.query('rollback');
    return meanwhile === before || after !== before;
  } catch {
    // There is but one session, which the other has; or the pooler allows no transactions at all.
    return true;
  }
}

async function sessionOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return must(rows[0], 'a row').pid;
}

async function readFacts(client: Client): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(`
    select
      current_setting('server_version_num')::integer as "versionNumber",
      current_setting('server_encoding') as encoding,
      current_setting('fsync') as fsync,
      current_setting('full_page_writes') as "fullPageWrites",
      pg_is_in_recovery() as "inRecovery",
      (select count(*)::integer from pg_stat_replication) as standbys,
      current_setting('synchronous_standby_names') as "synchronousStandbyNames"`);
  return must(rows[0], 'a row');
}
