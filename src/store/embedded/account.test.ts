import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../lib/usage-error.js';
import { accountForNewDatabase } from './account.js';

const root = 'root:x:0:0:root:/root:/bin/bash';
const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
const postgres = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash';
const usher = 'usher:x:998:997::/home/usher:/usr/sbin/nologin';

const neverAdd = (): void => assert.fail('no user should be added');
const addInVain = (): void => undefined;

test('an ordinary user runs Postgres as himself', () => {
  assert.equal(
    accountForNewDatabase(false, () => [root, postgres].join('\n'), neverAdd),
    null,
  );
});

test('root runs it as postgres where there is one, else as usher', () => {
  const all = [root, usher, postgres, nobody].join('\n');
  assert.deepEqual(
    accountForNewDatabase(true, () => all, neverAdd),
    { name: 'postgres', uid: 101, gid: 104 },
  );
  const some = [root, nobody, usher].join('\n');
  assert.deepEqual(
    accountForNewDatabase(true, () => some, neverAdd),
    { name: 'usher', uid: 998, gid: 997 },
  );
});

test('root adds a user where there is none', () => {
  let users = [root, nobody].join('\n');
  const add = (name: string): void => {
    assert.equal(name, 'usher');
    users += `\n${usher}\n`;
  };
  assert.deepEqual(
    accountForNewDatabase(true, () => users, add),
    { name: 'usher', uid: 998, gid: 997 },
  );
});

test('where no user can be added it is nobody, and never root by another name', () => {
  const users = [root, nobody, 'postgres:x:0:0::/root:/bin/sh'].join('\n');
  assert.deepEqual(
    accountForNewDatabase(true, () => users, addInVain),
    { name: 'nobody', uid: 65534, gid: 65534 },
  );
  assert.throws(() => accountForNewDatabase(true, () => root, addInVain), UsageError);
});
