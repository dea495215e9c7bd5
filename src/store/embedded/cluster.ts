import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { systemRandom } from '../../lib/random.js';
import { UsageError } from '../../lib/usage-error.js';
import { type Account, identity } from './account.js';
import type { Binaries } from './binaries.js';
import { childEnvironment } from './postmaster.js';
import { syncFolder } from './sync-folder.js';

/** Owns the cluster and everything in it. */
export const superuser = 'usher';

/** The database that Usher keeps its tables in. */
export const databaseName = 'usher';

const passwordFileName = 'usher-password';

/**
 * Makes the data folder: checksums, UTF-8, an order of text that does not change with the system's libraries, and a
 * password for every connection. It is made beside and appears whole, its password inside, or not at all: a start that is
 * killed half-way, or two starts at once, leave no half cluster. Does nothing where there is one.
 */
export async function createCluster(dataFolder: string, account: Account | null, binaries: Binaries): Promise<void> {
  if (existsSync(dataFolder)) return;
  const fresh = mkdtempSync(`${dataFolder}.new-`);
  const passwordFile = `${fresh}.password`;
  try {
    writeFileSync(passwordFile, `${systemRandom.id(32)}\n`, { mode: 0o600, flag: 'wx' });
    if (account !== null) {
      chownSync(fresh, account.uid, account.gid);
      chownSync(passwordFile, account.uid, account.gid);
    }
    await runInitdb(fresh, passwordFile, account, binaries);
    renameSync(passwordFile, join(fresh, passwordFileName));
    syncFolder(fresh);
    renameSync(fresh, dataFolder);
    syncFolder(dirname(dataFolder));
  } catch (error) {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(dataFolder)) throw error;
  }
}

export function readPassword(dataFolder: string): string {
  const file = join(dataFolder, passwordFileName);
  // Throws where the folder is not ours.
  if (readdirSync(dataFolder).includes(passwordFileName)) return readFileSync(file, 'utf8').trim();
  throw new UsageError(`Cannot sign in to the embedded Postgres as ${file} is gone: restore it from a backup`);
}

async function runInitdb(
  folder: string,
  passwordFile: string,
  account: Account | null,
  binaries: Binaries,
): Promise<void> {
  const options = [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ];
  const child = spawn(binaries.initdb, options, {
    ...identity(account),
    cwd: '/',
    env: childEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new UsageError(whyNot(folder, complaint));
}

function whyNot(folder: string, complaint: string): string {
  const parent = dirname(folder);
  if (complaint.includes('No space left on device')) {
    return `Cannot create the database as the disk is full: make room in ${parent}`;
  }
  const reason = complaint.trim().split('\n')[0] ?? '';
  if (reason.includes('could not look up effective user ID')) {
    return `Cannot create the database as user ${process.getuid?.()} has no name: add it to /etc/passwd, run as another user, or set DATABASE_URL`;
  }
  return `Cannot create the database in ${parent} as initdb failed: ${reason}`;
}
