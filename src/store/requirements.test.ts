import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../lib/usage-error.js';
import { judge, type ServerFacts } from './requirements.js';

const good: ServerFacts = {
  versionNumber: 180_004,
  encoding: 'UTF8',
  fsync: 'on',
  fullPageWrites: 'on',
  inRecovery: false,
  standbys: 0,
  synchronousStandbyNames: '',
};

function refused(change: Partial<ServerFacts>, pattern: RegExp): void {
  assert.throws(
    () => judge({ ...good, ...change }),
    (error) => error instanceof UsageError && pattern.test(error.message) && !error.message.includes('\n'),
  );
}

test('Postgres 14 to 18 will do, older and newer ones not', () => {
  for (const versionNumber of [140_000, 150_020, 160_001, 170_000, 180_004]) {
    assert.equal(judge({ ...good, versionNumber }), null);
  }
  refused({ versionNumber: 130_022 }, /Postgres 13: use one of 14 to 18/);
  refused({ versionNumber: 190_000 }, /Postgres 19/);
});

test('[I6] a server that may lose what it committed is refused', () => {
  refused({ fsync: 'off' }, /fsync is off: set fsync = on/);
  refused({ fullPageWrites: 'off' }, /full_page_writes is off/);
});

test('a standby is refused, and so is an encoding that cannot hold every name', () => {
  refused({ inRecovery: true }, /is a standby: point DATABASE_URL at the primary/);
  refused({ encoding: 'SQL_ASCII' }, /SQL_ASCII/);
});

test('[I6] an asynchronous standby is named as a risk of loss, a synchronous one is none', () => {
  assert.match(judge({ ...good, standbys: 1 }) ?? '', /loses the last sales/);
  assert.equal(judge({ ...good, standbys: 1, synchronousStandbyNames: 'first 1 (b)' }), null);
});
