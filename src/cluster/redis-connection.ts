import { Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisHost } from '../config/redis-address.js';

/** Of the way in: until it is connected, and of each command until its answer. */
const patienceMs = 2000;

/**
 * Opens one connection for one life: lost, it is never opened again, and nothing of it is sent later. ioredis would do both
 * by itself, so all of that is switched off.
 */
export function openRedis(address: RedisAddress, host: RedisHost | null, onClosed: (reason: string) => void): Redis {
  const redis = new Redis({ ...optionsFor(address, host), replyMapping: 'legacy' });
  let reason = 'the connection was closed';
  redis.on('error', (error) => {
    reason = reasonOf(error);
  });
  redis.on('close', () => onClosed(reason));
  return redis;
}

/** Only the text: ioredis hangs the command with its arguments on an error, and they may hold the password. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets it go at once, with what waits to be sent, in the system's buffer too. */
export function dropRedis(redis: Redis): void {
  // Typed as always there, but absent until the address is known.
  const stream = redis.stream as Redis['stream'] | undefined;
  if (stream !== undefined && !stream.destroyed) {
    // A socket that is being shut down can no longer be reset: Node would neither reset nor close it. So this comes
    // before ioredis ends it.
    if (stream.connecting || stream.writableEnded || 'encrypted' in stream) stream.destroy();
    else stream.resetAndDestroy();
  }
  redis.disconnect();
}

/** `host` is where to go in a Redis Cluster or a single server; null: ask the sentinels. */
function optionsFor(
  { hosts, masterName, isEncrypted, username, password }: RedisAddress,
  host: RedisHost | null,
): RedisOptions {
  const common: RedisOptions = {
    lazyConnect: true,
    retryStrategy: null,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(isEncrypted ? { tls: {} } : {}),
  };
  if (host !== null) {
    return { ...common, ...host, ...(isEncrypted ? { tls: { servername: host.host } } : {}) };
  }
  return {
    ...common,
    sentinels: [...hosts],
    name: masterName ?? '',
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: patienceMs,
    ...(isEncrypted ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
  };
}
