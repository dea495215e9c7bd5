import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../lib/clock.js';
import { systemTimers } from '../../lib/timers.js';
import { accountForNewDatabase } from '../embedded/account.js';
import { type Address, addressSettings, chooseAddress, freePort, urlOf } from '../embedded/address.js';
import { findBinaries } from '../embedded/binaries.js';
import { createCluster, readPassword } from '../embedded/cluster.js';
import { systemFolder } from '../embedded/home.js';
import { hasEnded, launch } from '../embedded/launch.js';
import { LogFile } from '../embedded/log-file.js';
import { pauseAwake } from '../embedded/pause-awake.js';
import { reach } from '../embedded/reach.js';
import { settings } from '../embedded/settings.js';

/** How a server ends: in order; at once, as in `pg_ctl stop -m immediate`; by SIGKILL, which leaves its children behind. */
export type Ending = 'fast' | 'immediate' | 'kill';

const signalOf = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** A Postgres for one test to break. Everything of it is in one folder below the system's temporary one. */
export interface TestServer {
  /** The same before and after every restart. */
  readonly url: string;
  /** Of the process that all its others come from; null: it does not run. */
  pid(): number | null;
  /** Resolves when the server's process is gone. */
  stop(ending: Ending): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and deletes its folder. */
  remove(): Promise<void>;
}

const startAttemptsMax = 50;
const betweenAttemptsMs = 100;

/** A port of the loopback address, for whoever stands between a server and its clients. */
export async function loopbackAddress(): Promise<Address> {
  return { kind: 'loopback', port: await freePort() };
}

/** @param given where it listens, if not where it would choose itself */
export async function startTestServer(
  extraSettings: Readonly<Record<string, string>> = {},
  given: Address | null = null,
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'usher-postgres-'));
  chmodSync(folder, 0o755);
  const dataFolder = join(folder, 'postgres');
  const account = accountForNewDatabase();
  const binaries = findBinaries(account, systemFolder);
  await createCluster(dataFolder, account, binaries);
  const password = readPassword(dataFolder);
  const address = given ?? (await chooseAddress(dataFolder));
  const options = {
    dataFolder,
    account,
    binaries,
    settings: { ...settings, ...addressSettings(address), ...extraSettings },
    logFile: new LogFile(join(folder, 'postgres.log')),
    // Ctrl-C ends it together with the tests.
    detached: false,
  };
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    // After SIGKILL the old server's children hold its memory until they notice.
    for (let attempt = 1; attempt <= startAttemptsMax; attempt++) {
      const started = launch(options);
      const client = await reach({
        dataFolder,
        password,
        clock: systemClock,
        timers: systemTimers,
        goOn: () => !hasEnded(started),
      });
      if (client !== null) {
        child = started;
        await client.end();
        return;
      }
      await pauseAwake(systemTimers, betweenAttemptsMs);
    }
    throw new Error(`Cannot start the test server: ${options.logFile.complaint(0)}`);
  }

  async function stop(ending: Ending): Promise<void> {
    if (child === null || hasEnded(child)) return;
    child.ref();
    const exit = once(child, 'exit');
    child.kill(signalOf[ending]);
    await exit;
  }

  // A test process that dies must not leave it running.
  const endWithUs = (): void => {
    if (child !== null && !hasEnded(child)) child.kill('SIGQUIT');
  };
  process.once('exit', endWithUs);

  await start();
  return {
    url: urlOf(address, password, 'postgres'),
    pid: () => (child === null || hasEnded(child) ? null : (child.pid ?? null)),
    stop,
    start,
    remove: async () => {
      await stop('immediate');
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true });
    },
  };
}
