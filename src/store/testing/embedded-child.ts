import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { must } from '../../lib/must.js';
import type { EmbeddedReport } from './embedded-process.js';

const program = fileURLToPath(new URL('embedded-process.js', import.meta.url));

/** A process that runs the embedded Postgres, for a test to kill. */
export interface EmbeddedChild {
  readonly report: EmbeddedReport;
  /** Resolves when the process is gone. SIGTERM: in order, Postgres too. SIGKILL: Postgres stays. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Resolves when it is ready or has refused. */
export async function startEmbeddedChild(
  dataDir: string,
  identity: { readonly uid?: number; readonly gid?: number } = {},
): Promise<EmbeddedChild> {
  const child = spawn(process.execPath, [program, dataDir], {
    ...identity,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const line = await firstLine(child);
  return {
    report: JSON.parse(line),
    kill: async (signal) => {
      child.kill(signal);
      await exit;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: must(child.stdout, 'output of the child') });
  for await (const line of lines) return line;
  throw new Error('The process ended without a report');
}
