import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../lib/usage-error.js';
import { assertAnswerKept, DataFolder, keepAnswer, refusalOf, urlOf } from '../testing/data-folder.js';
import { runsAsRoot } from './account.js';
import { homeOf } from './home.js';

const rootOnly = runsAsRoot() ? false : 'only root can set this up';

/** `nobody`, for what an ordinary user meets. */
const ordinary = { uid: 65_534, gid: 65_534 };

/** In a checkout that is closed to others there is nothing that an ordinary user could run. */
const ordinaryOnly =
  canRead(fileURLToPath(import.meta.url)) && canRead(process.execPath) ? rootOnly : 'the checkout is closed to others';

function canRead(file: string): boolean {
  return (
    runsAsRoot() && spawnSync('/bin/sh', ['-c', 'test -r "$1"', 'sh', file], { ...ordinary, cwd: '/' }).status === 0
  );
}

let folder: DataFolder;

beforeEach(() => {
  folder = new DataFolder();
});

afterEach(async () => {
  await folder.remove();
});

describe('a data folder that will not do', () => {
  test('root in a folder that only root may enter: the database has a place of its own', {
    skip: rootOnly,
  }, async () => {
    chmodSync(folder.parent, 0o700);
    const first = await folder.start();
    const home = readFileSync(join(folder.path, 'LOCATION'), 'utf8').trim();
    assert.equal(dirname(home), '/var/lib/usher');
    assert.ok(first.notice?.includes(home));
    await keepAnswer(first.url);
    await first.stop();

    // The modes have changed since: the database is where it was.
    chmodSync(folder.parent, 0o755);
    const second = await folder.start();
    await assertAnswerKept(second.url);
    assert.equal(homeOf(folder.path), home);
    assert.ok(!existsSync(join(folder.path, 'postgres')));
    await second.stop();

    rmSync(home, { recursive: true });
    await assert.rejects(
      folder.start(),
      (error) => error instanceof UsageError && error.message.includes(`restore ${home}`),
    );
    rmSync(join(folder.path, 'LOCATION'));
  });

  test('root in a folder that was closed later: refused in one line, never an empty database', {
    skip: rootOnly,
  }, async () => {
    const first = await folder.start();
    await keepAnswer(first.url);
    await first.stop();
    chmodSync(folder.parent, 0o700);
    await assert.rejects(folder.start(), (error) => error instanceof UsageError && /chmod a\+x/.test(error.message));
    assert.ok(!existsSync(join(folder.path, 'LOCATION')));
  });

  test('root goes on as whoever made the database', { skip: ordinaryOnly }, async () => {
    mkdirSync(folder.path);
    chownSync(folder.path, ordinary.uid, ordinary.gid);
    const theirs = await folder.startChild(ordinary);
    await keepAnswer(urlOf(theirs));
    await theirs.kill('SIGTERM');

    const ours = await folder.start();
    await assertAnswerKept(ours.url);
    assert.equal(statSync(`/proc/${folder.postmasterPid()}`).uid, ordinary.uid);
    await ours.stop();
  });

  test('an ordinary user runs Postgres as himself, and takes over after kill -9', { skip: ordinaryOnly }, async () => {
    mkdirSync(folder.path);
    chownSync(folder.path, ordinary.uid, ordinary.gid);
    const first = await folder.startChild(ordinary);
    await keepAnswer(urlOf(first));
    const pid = folder.postmasterPid();
    assert.equal(statSync(`/proc/${pid}`).uid, ordinary.uid);
    await first.kill('SIGKILL');
    const second = await folder.startChild(ordinary);
    await assertAnswerKept(urlOf(second));
    assert.equal(folder.postmasterPid(), pid);
    await second.kill('SIGTERM');
  });

  test("an ordinary user in somebody else's folder is refused in one line", { skip: ordinaryOnly }, async () => {
    mkdirSync(folder.path);
    const empty = await folder.startChild(ordinary);
    assert.match(
      refusalOf(empty),
      /^Cannot keep the database as [^\n]* is not permitted: [^\n]* USHER_DATA_DIR [^\n]*$/,
    );

    const owner = await folder.start();
    await owner.stop();
    const used = await folder.startChild(ordinary);
    assert.match(refusalOf(used), /is not permitted/);
  });

  test('a user without a name is refused in one line', { skip: ordinaryOnly }, async () => {
    mkdirSync(folder.path);
    chownSync(folder.path, 54_321, 54_321);
    const child = await folder.startChild({ uid: 54_321, gid: 54_321 });
    assert.match(refusalOf(child), /^Cannot create the database as user 54321 has no name: [^\n]*$/);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  test('a path that is a file is refused in one line', async () => {
    writeFileSync(folder.path, '');
    await assert.rejects(folder.start(), (error) => error instanceof UsageError && /is no folder/.test(error.message));
    rmSync(folder.path);
  });

  test('a full disk is refused in one line and leaves nothing behind', async (t) => {
    mkdirSync(folder.path);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=755', 'tmpfs', folder.path]);
    if (mounted.status !== 0) return t.skip('mounts are not allowed here');
    try {
      await assert.rejects(
        folder.start(),
        (error) => error instanceof UsageError && /the disk is full/.test(error.message),
      );
      assert.deepEqual(readdirSync(folder.path), []);
    } finally {
      spawnSync('umount', [folder.path]);
    }
    return undefined;
  });

  test('a password that was replaced is named', async () => {
    const server = await folder.start();
    await server.stop();
    writeFileSync(join(folder.postgres, 'usher-password'), 'another\n');
    await assert.rejects(
      folder.start(),
      (error) => error instanceof UsageError && /usher-password/.test(error.message),
    );
    rmSync(join(folder.postgres, 'usher-password'));
    await assert.rejects(folder.start(), (error) => error instanceof UsageError && /restore it/.test(error.message));
  });
});
