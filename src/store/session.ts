import type { ClientBase, ClientConfig } from 'pg';

/** Making a connection, with sign-in. */
export const connectTimeoutMs = 5000;

/** The server gives up on a statement after this long … */
const statementTimeoutMs = 10_000;

/** … and we on the server, somewhat later: then the link is dead, and nobody knows what became of the statement. */
const answerTimeoutMs = 15_000;

/** A session that keeps a transaction open, and so its locks, while we say nothing. */
const idleInTransactionTimeoutMs = 10_000;

/** An idle connection asks the other machine for a sign of life after this long. */
const keepAliveDelayMs = 10_000;

export function clientConfig(url: string, applicationName: string): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
  };
}

/**
 * What every session needs, whatever the server, the database or the role say. As statements, as PgBouncer refuses such
 * settings while connecting.
 */
export async function prepareSession(client: ClientBase): Promise<void> {
  await client.query(`
    set synchronous_commit = on;
    set default_transaction_isolation = 'read committed';
    set statement_timeout = ${statementTimeoutMs};
    set idle_in_transaction_session_timeout = ${idleInTransactionTimeoutMs}`);
}
