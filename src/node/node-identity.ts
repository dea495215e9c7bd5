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
  const path = join(dataDir, 'node-id');
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(path, `node-${random.id(nodeIdLength)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new UsageError(
        `Cannot use the data folder as it cannot be written: ${(error as Error).message}; make it writable or set USHER_DATA_DIR`,
      );
    }
  }
  return readFileSync(path, 'utf8').trim();
}
