import { InvariantError } from '../lib/assert.js';
import type { Log } from '../observability/log.js';
import type { World } from './world.js';

/**
 * The nodes' log in a simulation. An actor that breaks an invariant is dropped and recovered, which hides the mistake from
 * clients; here it ends the run, and so does a journal that holds what nobody can have written.
 */
export function incidentLog(world: World): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields, message) => {
      const incident = incidentOf(fields, message);
      if (incident === null) return;
      // Not from here: whoever logs is in the middle of dropping the actor.
      world.after(0, () => {
        throw incident;
      });
    },
    child: () => log,
  };
  return log;
}

function incidentOf(fields: object, message: string): Error | null {
  const { error, reason } = fields as { error?: unknown; reason?: unknown };
  if (message.startsWith('An actor broke an invariant')) {
    return error instanceof Error ? error : new InvariantError(String(error));
  }
  if (reason === 'broken' || reason === 'store_lost_commits' || reason === 'refused') {
    return new InvariantError(`A batch can never commit though the store lost nothing: reason is ${reason}`);
  }
  return null;
}
