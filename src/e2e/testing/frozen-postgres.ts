import { spawnSync } from 'node:child_process';
import { must } from '../../lib/must.js';
import { dataFolderIn, homeOf } from '../../store/embedded/home.js';
import { readPostmasterFile } from '../../store/embedded/postmaster.js';

/** The process of the embedded Postgres that all its others come from. */
export function postmasterOf(dataDir: string): number {
  return must(readPostmasterFile(dataFolderIn(homeOf(dataDir))), 'postmaster.pid').pid;
}

export interface FrozenPostgres {
  thaw(): void;
  kill(): void;
}

/** Stops every process of the embedded Postgres where it stands: what was sent to it is neither done nor refused. */
export function freezePostgres(dataDir: string): FrozenPostgres {
  return freezeAllOf(postmasterOf(dataDir));
}

/** The same of any Postgres, by the process that all its others come from. */
export function freezeAllOf(postmaster: number): FrozenPostgres {
  process.kill(postmaster, 'SIGSTOP');
  // It makes no more children from here on.
  const processes = [postmaster, ...childrenOf(postmaster)];
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of processes) process.kill(pid, name);
  };
  const thaw = (): void => {
    process.removeListener('exit', thaw);
    signal('SIGCONT');
  };
  signal('SIGSTOP');
  // Whoever stops the tests must not leave it standing for ever.
  process.once('exit', thaw);
  const kill = (): void => {
    process.removeListener('exit', thaw);
    signal('SIGKILL');
  };
  return { thaw, kill };
}

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []));
}
