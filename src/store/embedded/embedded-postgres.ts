import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.js';
import type { Timers } from '../../lib/timers.js';
import type { Log } from '../../observability/log.js';
import { UsageError } from '../../lib/usage-error.js';
import { addressOf, urlOf } from './address.js';
import { type Binaries, findBinaries } from './binaries.js';
import { createCluster, databaseName, readPassword } from './cluster.js';
import { knock } from './guard.js';
import { dataFolderIn, findHome, type Home, homeOf, systemFolder } from './home.js';
import { readPostmasterFile } from './postmaster.js';
import { Supervisor } from './supervisor.js';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** A port on the loopback address; 0: a socket in the data folder, or any free port where it can have none. */
  readonly port?: number;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** What the operator should know, or null. */
  readonly notice: string | null;
  /** Ends the server in order; everything is on disk when it resolves. */
  stop(): Promise<void>;
}

/**
 * Runs a Postgres in the data folder: makes it at the first start, takes over the one that a killed predecessor left, and
 * starts it again whenever it is gone. docs/decisions/0002-embedded-postgres.md says why it is done like this.
 * @throws UsageError it cannot run here, or another process has the data folder
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, port = 0, ...ports } = options;
  try {
    const home = findHome(dataDir);
    const binaries = findBinaries(home.account, systemFolder);
    await createCluster(home.dataFolder, home.account, binaries);
    const supervisor = new Supervisor({ ...ports, ...home, port, binaries, password: readPassword(home.dataFolder) });
    const address = await supervisor.start();
    return {
      url: urlOf(address, readPassword(home.dataFolder), databaseName),
      notice: noticeOf(dataDir, home, binaries),
      stop: () => supervisor.stop(),
    };
  } catch (error) {
    throw explain(error);
  }
}

/** The address of the server that runs on this data folder, for a tool beside it; null where none answers. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  try {
    if (!existsSync(dataDir)) return null;
    const dataFolder = dataFolderIn(homeOf(dataDir));
    const file = existsSync(dataFolder) ? readPostmasterFile(dataFolder) : null;
    const address = file === null ? null : addressOf(file);
    if (address === null) return null;
    const password = readPassword(dataFolder);
    const answer = await knock(address, password);
    if (answer.kind !== 'open') return null;
    await answer.client.end();
    return urlOf(address, password, databaseName);
  } catch (error) {
    throw explain(error);
  }
}

function noticeOf(dataDir: string, home: Home, binaries: Binaries): string | null {
  const notices: string[] = [];
  if (home.elsewhere)
    notices.push(
      `The database is in ${home.folder}, as Postgres' user may not enter ${dataDir}; ${join(dataDir, 'LOCATION')} keeps the place.`,
    );
  if (binaries.copiedTo !== null)
    notices.push(
      `Postgres' programs were copied to ${binaries.copiedTo}, as its user may not enter the folder they came in.`,
    );
  return notices.length === 0 ? null : notices.join(' ');
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'is not permitted: run as its owner, or set USHER_DATA_DIR to another folder',
  EPERM: 'is not permitted: run as its owner, or set USHER_DATA_DIR to another folder',
  EROFS: 'is on a file system that is read-only: set USHER_DATA_DIR to another folder',
  ENOSPC: 'failed, the disk is full: make room',
  EDQUOT: 'failed, the quota is used up: make room',
  ENOTDIR: 'is no folder: set USHER_DATA_DIR to another one',
  EEXIST: 'is no folder: set USHER_DATA_DIR to another one',
};

/** One line for the operator where the system refused; any other error is a fault of ours and stays as it is. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return error;
  const reason = reasons[String(error.code)];
  return reason === undefined
    ? error
    : new UsageError(`Cannot keep the database as ${String(error.path)} ${reason}`, { cause: error });
}
