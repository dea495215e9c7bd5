import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatabaseError } from 'pg';
import { StatementFailed } from '../journal/port.js';
import { storeError, type Verdict, verdictOf } from './sqlstate.js';

function fromPostgres(code: string, severity = 'ERROR'): DatabaseError {
  const error = new DatabaseError(`message of ${code}`, 0, 'error');
  error.code = code;
  error.severity = severity;
  return error;
}

const verdicts: readonly [code: string, severity: string, verdict: Verdict, why: string][] = [
  ['23505', 'ERROR', 'refused', 'unique_violation'],
  ['23514', 'ERROR', 'refused', 'check_violation'],
  ['22P05', 'ERROR', 'refused', 'untranslatable_character'],
  ['42883', 'ERROR', 'refused', 'undefined_function'],
  ['42501', 'ERROR', 'refused', 'insufficient_privilege'],
  ['54000', 'ERROR', 'refused', 'program_limit_exceeded'],
  ['55000', 'ERROR', 'refused', 'object_not_in_prerequisite_state'],
  ['P0001', 'ERROR', 'refused', 'raise_exception'],
  ['XX000', 'ERROR', 'refused', 'internal_error'],
  ['40002', 'ERROR', 'refused', 'transaction_integrity_constraint_violation'],

  ['26000', 'ERROR', 'refused_for_now', 'invalid_sql_statement_name'],
  ['40001', 'ERROR', 'refused_for_now', 'serialization_failure'],
  ['40P01', 'ERROR', 'refused_for_now', 'deadlock_detected'],
  ['53100', 'ERROR', 'refused_for_now', 'disk_full'],
  ['53200', 'ERROR', 'refused_for_now', 'out_of_memory'],
  ['55P03', 'ERROR', 'refused_for_now', 'lock_not_available'],
  ['57014', 'ERROR', 'refused_for_now', 'query_canceled'],
  ['58030', 'ERROR', 'refused_for_now', 'io_error'],
  ['25006', 'ERROR', 'refused_for_now', 'read_only_sql_transaction'],

  ['08006', 'FATAL', 'unknown', 'connection_failure'],
  ['08007', 'ERROR', 'unknown', 'transaction_resolution_unknown'],
  ['40003', 'ERROR', 'unknown', 'statement_completion_unknown'],
  ['57P01', 'FATAL', 'unknown', 'admin_shutdown, perhaps while the commit waited for a standby'],
  ['57P02', 'WARNING', 'unknown', 'crash_shutdown'],
  ['57P03', 'FATAL', 'unknown', 'cannot_connect_now'],
  ['57P05', 'FATAL', 'unknown', 'idle_session_timeout'],
  ['25P04', 'FATAL', 'unknown', 'transaction_timeout'],
  ['28P01', 'FATAL', 'unknown', 'invalid_password, at a reconnect'],
  ['53300', 'FATAL', 'unknown', 'too_many_connections, at a reconnect'],
  ['53100', 'PANIC', 'unknown', 'disk_full while the commit record was written'],
  ['58030', 'PANIC', 'unknown', 'io_error while the commit record was synced'],
  ['23505', 'FATAL', 'unknown', 'no FATAL leaves a session that could tell'],
  // Servers that speak German, Spanish and Russian: only the code can be read.
  ['23505', 'FEHLER', 'refused', 'unique_violation'],
  ['40P01', 'ОШИБКА', 'refused_for_now', 'deadlock_detected'],
  ['53100', 'PÁNICO', 'unknown', 'disk_full while the commit record was written'],
  ['XX000', 'ВАЖНО', 'unknown', 'internal_error that ends the session'],
];

test('[I7] what each error of Postgres says about the statement', () => {
  for (const [code, severity, verdict, why] of verdicts) {
    assert.equal(verdictOf(fromPostgres(code, severity)), verdict, `${severity} ${code} ${why}`);
  }
});

test('[I7] an error that is not from Postgres leaves the outcome unknown, whatever its code looks like', () => {
  const timeOut = new Error('Query read timeout');
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', severity: 'ERROR' });
  const withoutCode = new DatabaseError('Connection terminated unexpectedly', 0, 'error');
  for (const error of [timeOut, broken, withoutCode, 'a text', undefined]) {
    assert.equal(verdictOf(error), 'unknown');
    assert.equal(storeError(error, 'append to the journal'), error);
  }
});

test('a refusal becomes StatementFailed that tells what was refused and why', () => {
  const cause = fromPostgres('40P01');
  const error = storeError(cause, 'append to the journal');
  assert.ok(error instanceof StatementFailed);
  assert.equal(error.message, 'Cannot append to the journal as Postgres refuses the statement: 40P01 message of 40P01');
  assert.equal(error.transient, true);
  assert.equal(error.cause, cause);
  const forGood = storeError(fromPostgres('23505'), 'append to the journal');
  assert.ok(forGood instanceof StatementFailed && !forGood.transient);
});
