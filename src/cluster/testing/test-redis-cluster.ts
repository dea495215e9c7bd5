import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { freePort, TestRedis } from './test-redis.js';

/** A Redis Cluster of three masters without replicas. */
export interface TestRedisCluster {
  /** `redis+cluster://…` */
  readonly url: string;
  readonly masters: readonly TestRedis[];
  remove(): Promise<void>;
}

export async function startTestRedisCluster(): Promise<TestRedisCluster> {
  const masters = await Promise.all([startMaster(), startMaster(), startMaster()]);
  const addresses = masters.map(({ port }) => `127.0.0.1:${port}`);
  // It waits until all masters agree on who serves which slots.
  const create = execFile('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
  const [status] = await once(create, 'exit');
  if (status !== 0) throw new Error(`Cannot start a Redis Cluster for a test: redis-cli ended with ${status}`);
  return {
    url: `redis+cluster://${addresses.join(',')}`,
    masters,
    remove: async () => void (await Promise.all(masters.map((master) => master.remove()))),
  };
}

async function startMaster(): Promise<TestRedis> {
  // By default the nodes talk on port + 10,000, which a port that the system chose may not leave room for.
  return TestRedis.start({
    settings: { 'cluster-enabled': 'yes', 'cluster-port': String(await freePort()), 'cluster-node-timeout': '1000' },
  });
}
