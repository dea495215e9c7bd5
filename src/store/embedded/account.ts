import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../../lib/usage-error.js';

/** The user that Postgres runs as where it cannot be our own: Postgres refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Made where the system has no user for Postgres. */
const ownAccountName = 'usher';

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Whoever made the database goes on to run it. Needs no name: the server never asks for one. Null: our own user. */
export function ownerOf(dataFolder: string): Account | null {
  if (!runsAsRoot()) return null;
  const { uid, gid } = statSync(dataFolder);
  if (uid === 0) {
    throw new UsageError(
      `Cannot start Postgres as it refuses to run as root, which owns its data: chown -R ${dataFolder} to another user`,
    );
  }
  return { name: `user ${uid}`, uid, gid };
}

/**
 * The user for a new database, best first: `postgres`, `usher`, a new `usher`, `nobody`. It must have a name, as `initdb`
 * looks its own up and gives up without one. Null: our own user.
 */
export function accountForNewDatabase(
  asRoot = runsAsRoot(),
  readUsers = readPasswd,
  addUser = addSystemUser,
): Account | null {
  if (!asRoot) return null;
  const users = readUsers();
  const present = find(users, 'postgres') ?? find(users, ownAccountName);
  if (present !== null) return present;
  addUser(ownAccountName);
  const account = find(readUsers(), ownAccountName) ?? find(users, 'nobody');
  if (account === null) {
    throw new UsageError(
      'Cannot start Postgres as it refuses to run as root and there is no other user: create one named postgres, or set DATABASE_URL',
    );
  }
  return account;
}

/** Whether the kernel lets this user work in the folder: every folder above counts too, and so do access lists and mounts. */
export function canWorkIn(account: Account, folder: string): boolean {
  const probe = 'cd -- "$1" && : > .usher-probe && rm .usher-probe';
  return (
    spawnSync('/bin/sh', ['-c', probe, 'sh', folder], { ...identity(account), cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/** What `spawn` takes to run as this user. */
export function identity(account: Account | null): { uid?: number; gid?: number } {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}

function readPasswd(): string {
  return readFileSync('/etc/passwd', 'utf8');
}

function find(passwd: string, name: string): Account | null {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[0] === name);
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return uid > 0 && gid >= 0 ? { name, uid, gid } : null;
}

/** By shadow's `useradd`, or by BusyBox' `adduser`. Where neither works the user stays missing. */
function addSystemUser(name: string): void {
  const made = spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name], {
    stdio: 'ignore',
  });
  if (made.status !== 0) spawnSync('adduser', ['-S', '-D', '-H', name], { stdio: 'ignore' });
}
