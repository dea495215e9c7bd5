import { type ClientBase, Pool, type PoolConfig } from 'pg';
import type { Log } from '../observability/log.js';
import type { Queryable } from './queryable.js';
import { clientConfig, connectTimeoutMs, prepareSession } from './session.js';
import { SingleConnection } from './single-connection.js';

/** What one thread has of Postgres. Both reconnect by themselves; a statement that fails is the caller's to repeat. */
export interface Pools {
  /** A connection of its own, so that no append ever waits behind a read. */
  readonly append: Queryable;
  /** For everything else. */
  readonly read: Queryable;
  close(): Promise<void>;
}

const readConnectionsMax = 4;
const idleConnectionTtlMs = 60_000;

/** The pool hands a new connection out when this has resolved, though its type does not say so. */
interface WaitingPoolConfig extends Omit<PoolConfig, 'onConnect'> {
  onConnect(this: void, client: ClientBase): Promise<void>;
}

export function createPools(url: string, { log }: { readonly log: Log }): Pools {
  const append = new SingleConnection(url, 'usher append', log);
  const config: WaitingPoolConfig = {
    ...clientConfig(url, 'usher read'),
    // Also the longest wait for a free one.
    connectionTimeoutMillis: connectTimeoutMs,
    max: readConnectionsMax,
    idleTimeoutMillis: idleConnectionTtlMs,
    onConnect: prepareSession,
  };
  const read = new Pool(config);
  // An idle connection broke; the pool has dropped it.
  read.on('error', (error) => log.warn({ error, connection: 'usher read' }, 'A connection to Postgres broke'));
  return {
    append,
    read,
    close: async () => {
      await Promise.all([append.close(), read.end()]);
    },
  };
}
