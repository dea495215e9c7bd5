import type { Redis } from 'ioredis';
import type { RedisAddress, RedisHost } from '../config/redis-address.js';
import { dropRedis, openRedis, reasonOf } from './redis-connection.js';

/**
 * Which server of a Redis Cluster serves a channel's slot: the first of its nodes that answers says it.
 * @throws Error no node answers, or the slot is nobody's
 */
export async function findMaster(address: RedisAddress, channel: string): Promise<RedisHost> {
  let lastReason = 'none is named';
  for (const host of address.hosts) {
    let closedBecause: string | null = null;
    const redis = openRedis(address, host, (reason) => {
      closedBecause = reason;
    });
    try {
      await redis.connect();
      return await ask(redis, host, channel);
    } catch (error) {
      lastReason = closedBecause ?? reasonOf(error);
    } finally {
      dropRedis(redis);
    }
  }
  throw new Error(`Cannot find the master of a channel as no node of the Redis Cluster says it: ${lastReason}`);
}

async function ask(redis: Redis, host: RedisHost, channel: string): Promise<RedisHost> {
  const slot = await redis.cluster('KEYSLOT', channel);
  const ranges: unknown = await redis.cluster('SLOTS');
  // Each range is [first slot, last slot, [master's address, its port, …], …].
  for (const range of Array.isArray(ranges) ? ranges : []) {
    const [first, last, master] = range as [number, number, [string | null, number]];
    // A node that does not know its own address says "the one that you asked".
    if (first <= slot && slot <= last) return { host: master[0] || host.host, port: master[1] };
  }
  throw new Error(`its slot is nobody's: slot is ${slot}`);
}
