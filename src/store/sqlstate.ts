import { DatabaseError } from 'pg';
import { StatementFailed } from '../journal/port.js';

/**
 * What an error says about the statement that met it.
 *
 * - `refused`: nothing was committed, and the same statement would be refused again.
 * - `refused_for_now`: nothing was committed, and the fault lies with the moment: the same statement may succeed later.
 * - `unknown`: it may have been committed, it may still be.
 */
export type Verdict = 'refused' | 'refused_for_now' | 'unknown';

/**
 * The rule behind the table: Postgres reports severity ERROR only while it can still roll back, so an ERROR means that
 * nothing was committed. FATAL and PANIC end the session or the server at any point, also after the commit record was
 * written and before the answer left; then only the next append can tell. When in doubt the verdict is `unknown`, which costs a
 * repeat; a wrong `refused` would let a committed batch be taken for lost.
 *
 * Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const verdictOfCode: Readonly<Record<string, Verdict>> = {
  // The connection broke, or a server in between reports so.
  '08': 'unknown',
  // read_only_sql_transaction: we reached a standby, as happens in the middle of a failover.
  '25006': 'refused_for_now',
  // idle_in_transaction_session_timeout, transaction_timeout: FATAL.
  '25P03': 'unknown',
  '25P04': 'unknown',
  // invalid_sql_statement_name: somebody dropped our prepared statement; it is prepared anew on the next connection.
  '26000': 'refused_for_now',
  // Raised at login, FATAL: the statement was not even sent on this connection, but may have been on one before.
  '28': 'unknown',
  '3D': 'unknown',
  // Rolled back: serialization failure, deadlock.
  '40': 'refused_for_now',
  // transaction_integrity_constraint_violation: the data's own fault.
  '40002': 'refused',
  // statement_completion_unknown: says so itself.
  '40003': 'unknown',
  // Disk full, out of memory, too many connections. Disk full under the log is a PANIC: see `mayBePanic`.
  '53': 'refused_for_now',
  // object_in_use, lock_not_available (lock_timeout).
  '55006': 'refused_for_now',
  '55P03': 'refused_for_now',
  // operator_intervention.
  '57': 'refused_for_now',
  // query_canceled: by statement_timeout or by an operator; once the commit has begun, Postgres no longer cancels.
  '57014': 'refused_for_now',
  // admin_shutdown can interrupt the wait for a synchronous standby, when the commit stands already.
  '57P01': 'unknown',
  // crash_shutdown: another backend fell, and this one was ended wherever it was.
  '57P02': 'unknown',
  // cannot_connect_now: starting up or shutting down.
  '57P03': 'unknown',
  // database_dropped, idle_session_timeout: FATAL.
  '57P04': 'unknown',
  '57P05': 'unknown',
  // System error: input and output.
  '58': 'refused_for_now',
  // Configuration file error: FATAL.
  F0: 'unknown',
};

/** Classes that come with every severity. Its name is in the server's language, so only a plain ERROR is taken at its word. */
const mayBePanic: ReadonlySet<string> = new Set(['53', '58', 'XX']);

export function verdictOf(error: unknown): Verdict {
  // An error of the socket or a time-out of ours has no SQLSTATE. Its `code` may look like one: EPIPE.
  if (!(error instanceof DatabaseError) || error.code === undefined) return 'unknown';
  const { code, severity } = error;
  const codeClass = code.slice(0, 2);
  if (severity === 'FATAL' || severity === 'PANIC') return 'unknown';
  if (mayBePanic.has(codeClass) && severity !== 'ERROR') return 'unknown';
  return verdictOfCode[code] ?? verdictOfCode[codeClass] ?? 'refused';
}

/** The port's error: `StatementFailed` where nothing was committed, else the error as it came. `doing`: "append to the journal". */
export function storeError(error: unknown, doing: string): unknown {
  const verdict = verdictOf(error);
  if (verdict === 'unknown' || !(error instanceof DatabaseError)) return error;
  const message = `Cannot ${doing} as Postgres refuses the statement: ${error.code} ${error.message}`;
  return new StatementFailed(message, verdict === 'refused_for_now', { cause: error });
}
