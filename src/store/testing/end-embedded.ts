import { existsSync, rmSync } from 'node:fs';
import { systemClock } from '../../lib/clock.js';
import { systemTimers } from '../../lib/timers.js';
import { dataFolderIn, homeOf } from '../embedded/home.js';
import { endPostmaster, readPostmasterFile } from '../embedded/postmaster.js';

/** Ends the Postgres that a killed Usher left running on this data folder, and deletes the database wherever it lives. */
export async function endEmbeddedPostgres(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const home = homeOf(dataDir);
  const dataFolder = dataFolderIn(home);
  const file = readPostmasterFile(dataFolder);
  if (file !== null) await endPostmaster(dataFolder, file.pid, systemClock, systemTimers);
  rmSync(home, { recursive: true });
}
