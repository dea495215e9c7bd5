import { TestRedis } from '../../../cluster/testing/test-redis.js';
import { must } from '../../../lib/must.js';
import { systemTimers } from '../../../lib/timers.js';
import { pauseAwake } from '../../../store/embedded/pause-awake.js';
import type { SharedRedis } from './shared-redis.js';

const askAgainMs = 50;

/**
 * A master, a replica and a sentinel. A sentinel names the same address of the master to all who ask, so no node can have a
 * proxy of its own.
 */
export async function startRedisWithSentinel(): Promise<SharedRedis> {
  const first = await TestRedis.start();
  const second = await TestRedis.start({ replicaOf: first });
  const sentinel = await TestRedis.start({ sentinelOf: first });
  const servers = [first, second];

  async function carrying(): Promise<TestRedis> {
    const [, port] = (await sentinel.command('sentinel', 'get-master-addr-by-name', 'tickets')).split('\n');
    return must(
      servers.find((server) => String(server.port) === port),
      `the master: its port is ${port}`,
    );
  }

  /** A replica that the sentinel has not heard of yet is no successor. */
  async function isWhole(): Promise<boolean> {
    const known = (await sentinel.command('sentinel', 'replicas', 'tickets')).split('\n');
    const valueOf = (field: string): string | undefined => known[known.indexOf(field) + 1];
    if (valueOf('flags') !== 'slave' || valueOf('master-link-status') !== 'ok') return false;
    const replica = servers.find((server) => String(server.port) === valueOf('port'));
    return replica !== undefined && (await replica.command('role')).includes('connected');
  }

  const whole = async (): Promise<void> => {
    while (!(await isWhole())) await pauseAwake(systemTimers, askAgainMs);
  };
  await whole();
  return {
    kind: 'sentinel',
    servers,
    wayOf: async () => ({ url: `redis+sentinel://127.0.0.1:${sentinel.port}/tickets`, proxies: [] }),
    failOver: async () => {
      const master = await carrying();
      await sentinel.command('sentinel', 'failover', 'tickets');
      while ((await carrying()) === master) await pauseAwake(systemTimers, askAgainMs);
    },
    carrying,
    whole,
    remove: async () => {
      for (const server of [sentinel, ...servers]) await server.remove();
    },
  };
}
