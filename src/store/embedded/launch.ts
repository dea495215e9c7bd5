import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { type Account, identity } from './account.js';
import type { Binaries } from './binaries.js';
import type { LogFile } from './log-file.js';
import { childEnvironment } from './postmaster.js';

export interface LaunchOptions {
  readonly dataFolder: string;
  readonly account: Account | null;
  readonly binaries: Binaries;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: LogFile;
  /**
   * In a session of its own, so that neither Ctrl-C nor a closed terminal reaches the server: it must go on until this
   * process has finished with it.
   */
  readonly detached: boolean;
}

/** Starts the server. It answers some time later, or ends with a complaint in its log. */
export function launch({ dataFolder, account, binaries, settings, logFile, detached }: LaunchOptions): ChildProcess {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = logFile.open();
  try {
    const child = spawn(binaries.postgres, ['-D', dataFolder, ...options], {
      ...identity(account),
      cwd: '/',
      env: childEnvironment,
      detached,
      stdio: ['ignore', output, output],
    });
    child.once('error', () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
