import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../src/lib/usage-error.js';
import { databaseUrlOf } from './server-database.js';

test('the database that was named is taken', async () => {
  const database = 'postgres://127.0.0.1:1/usher';
  assert.equal(await databaseUrlOf({ database, 'data-dir': '/there/is/none' }), database);
});

test('where no database runs, one line says what to do, before any load is made', async () => {
  await assert.rejects(
    databaseUrlOf({ database: '', 'data-dir': '/there/is/none' }),
    (error) =>
      error instanceof UsageError &&
      /^Cannot check the run .* no database runs on \/there\/is\/none: .*--no-check$/.test(error.message),
  );
});
