import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../lib/usage-error.js';
import { type Account, accountForNewDatabase, canWorkIn, ownerOf } from './account.js';
import { syncFolder } from './sync-folder.js';

/** Where root keeps what Postgres' user must reach: home folders and checkouts are often closed to it. */
export const systemFolder = '/var/lib/usher';

const locationName = 'LOCATION';

/** Where the embedded Postgres lives, and as whom. */
export interface Home {
  readonly folder: string;
  /** Postgres' own folder within; missing before the first start. */
  readonly dataFolder: string;
  /** The user that Postgres runs as; null: our own. */
  readonly account: Account | null;
  /** The home is not the operator's data folder. */
  readonly elsewhere: boolean;
}

/**
 * The home is the data folder, unless Postgres' user cannot work there: then it is a folder of its own, named in the file
 * `LOCATION` of the data folder. That file is written before anything is stored and counts from then on, so that a changed
 * mode never makes a start begin with an empty database.
 */
export function findHome(dataDir: string, parentElsewhere = systemFolder): Home {
  mkdirSync(dataDir, { recursive: true });
  const folder = homeOf(dataDir);
  const elsewhere = folder !== realpathSync(dataDir);
  const dataFolder = dataFolderIn(folder);

  if (existsSync(dataFolder)) {
    const account = ownerOf(dataFolder);
    if (account !== null && !canWorkIn(account, dataFolder)) throw closedTo(account, dataFolder);
    return { folder, dataFolder, account, elsewhere };
  }
  const account = accountForNewDatabase();
  if (account === null || canKeepDataIn(account, folder)) return { folder, dataFolder, account, elsewhere };
  if (elsewhere) throw closedTo(account, folder);
  const made = makeLocation(join(folder, locationName), parentElsewhere);
  return { folder: made, dataFolder: dataFolderIn(made), account, elsewhere: true };
}

/** Where the database of this data folder is, or will be. */
export function homeOf(dataDir: string): string {
  const locationFile = join(realpathSync(dataDir), locationName);
  if (!existsSync(locationFile)) return realpathSync(dataDir);
  const folder = readFileSync(locationFile, 'utf8').trim();
  if (existsSync(folder)) return folder;
  throw new UsageError(
    `Cannot find the database as ${locationFile} names a folder that is gone: restore ${folder}, or delete that file to begin with an empty database`,
  );
}

export function dataFolderIn(home: string): string {
  return join(home, 'postgres');
}

function closedTo(account: Account, folder: string): UsageError {
  return new UsageError(
    `Cannot start Postgres as ${account.name} may not work in ${folder}: give it search permission (chmod a+x) on every folder above`,
  );
}

/** Tries it with a folder like the one that will hold the data: some mounts do not let a folder be given away. */
function canKeepDataIn(account: Account, folder: string): boolean {
  const trial = mkdtempSync(join(folder, '.trial-'));
  try {
    chownSync(trial, account.uid, account.gid);
    return canWorkIn(account, trial);
  } catch {
    return false;
  } finally {
    rmSync(trial, { recursive: true });
  }
}

function makeLocation(locationFile: string, parent: string): string {
  mkdirSync(parent, { recursive: true });
  chmodSync(parent, 0o755);
  const folder = mkdtempSync(join(parent, 'data-'));
  chmodSync(folder, 0o755);
  syncFolder(parent);
  writeFileSync(locationFile, `${folder}\n`, { flush: true });
  syncFolder(join(locationFile, '..'));
  return folder;
}
