import { runAsProgram } from './entry.js';
import { pipelined } from './pipelined.js';

/** Two hundred patient buyers: each waits for its answer before it asks again. Takes the options of `pipelined`. */
export async function oneInFlight(args: readonly string[]): Promise<void> {
  await pipelined(['--sockets', '200', '--in-flight', '1', ...args]);
}

runAsProgram(import.meta.url, oneInFlight);
