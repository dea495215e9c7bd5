import { UsageError } from '../src/lib/usage-error.js';
import { cluster } from './cluster.js';
import { runAsProgram } from './entry.js';
import { floor } from './floor.js';
import { oneInFlight } from './one-in-flight.js';
import { openLoop } from './open-loop.js';
import { pipelined } from './pipelined.js';

const modes: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  pipelined,
  'one-in-flight': oneInFlight,
  'open-loop': openLoop,
  floor,
  cluster,
};

/** `npm run load -- <mode> [options]` */
async function load(args: readonly string[]): Promise<void> {
  const [mode = '', ...rest] = args;
  const run = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (run === undefined) {
    throw new UsageError(`Which load? npm run load -- ${Object.keys(modes).join(' | ')} [--help]`);
  }
  await run(rest);
}

runAsProgram(import.meta.url, load);
