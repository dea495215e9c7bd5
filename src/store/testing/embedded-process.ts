/**
 * A process that runs the embedded Postgres and nothing else, to be killed by tests: `node embedded-process.js <data dir>`.
 * Prints one line of JSON when it is ready or refuses; SIGTERM stops it in order.
 */
import { once } from 'node:events';
import { systemClock } from '../../lib/clock.js';
import { must } from '../../lib/must.js';
import { systemTimers } from '../../lib/timers.js';
import { UsageError } from '../../lib/usage-error.js';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { quietLog } from './quiet-log.js';

/** What the process prints. */
export type EmbeddedReport =
  | { readonly kind: 'ready'; readonly url: string; readonly notice: string | null }
  | { readonly kind: 'refused'; readonly message: string };

function print(report: EmbeddedReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

try {
  const dataDir = must(process.argv[2], 'data dir');
  const server = await startEmbeddedPostgres({ dataDir, clock: systemClock, timers: systemTimers, log: quietLog });
  print({ kind: 'ready', url: server.url, notice: server.notice });
  await once(process, 'SIGTERM');
  await server.stop();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  print({ kind: 'refused', message: error.message });
  process.exitCode = 1;
}
