import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../lib/random.js';
import { UsageError } from '../lib/usage-error.js';

const nodeIdLength = 12;

/**
 * This node's name: as set, or kept in the data folder from the first start on. A node that is killed and started again has
 * the same name, so it supersedes its predecessor at once instead of waiting for its lease to run out.
 * @throws UsageError the data folder cannot be written
 */
export function nodeIdentity(given: string | null, dataDir: string, random: Random): string {
  if (given !== null) return given;
  try {
    mkdirSync(dataDir, { recursive: true });
    return keptIdentity(join(dataDir, 'node-id'), `node-${random.id(nodeIdLength)}`);
  } catch (error) {
    throw new UsageError(
      `Cannot use the data folder ${dataDir} as it cannot be written: ${(error as Error).message}; make it writable or set USHER_DATA_DIR`,
    );
  }
}

/** Of two processes that start at once, the second takes what the first has written. */
function keptIdentity(path: string, fresh: string): string {
  try {
    writeFileSync(path, `${fresh}\n`, { flag: 'wx' });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = readFileSync(path, 'utf8').trim();
  if (kept !== '') return kept;
  // A process that was killed between making the file and writing it.
  writeFileSync(path, `${fresh}\n`);
  return fresh;
}
