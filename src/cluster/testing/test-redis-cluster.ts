import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { freePort, TestRedis } from './test-redis.js';

export interface TestRedisClusterOptions {
  /** Of each master. Default: none. */
  readonly replicas?: number;
  /** Further settings of each server, as in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Redis Cluster of three masters. */
export interface TestRedisCluster {
  /** `redis+cluster://…` */
  readonly url: string;
  /** Masters at first, then their replicas: a failover changes who is what. */
  readonly servers: readonly TestRedis[];
  remove(): Promise<void>;
}

const masters = 3;

export async function startTestRedisCluster(options: TestRedisClusterOptions = {}): Promise<TestRedisCluster> {
  const { replicas = 0, settings = {} } = options;
  const servers = await Promise.all(Array.from({ length: masters * (1 + replicas) }, () => startServer(settings)));
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  // It waits until all masters agree on who serves which slots.
  const words = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'];
  const create = execFile('redis-cli', words);
  const [status] = await once(create, 'exit');
  if (status !== 0) throw new Error(`Cannot start a Redis Cluster for a test: redis-cli ended with ${status}`);
  return {
    url: `redis+cluster://${addresses.join(',')}`,
    servers,
    remove: async () => void (await Promise.all(servers.map((server) => server.remove()))),
  };
}

async function startServer(settings: Readonly<Record<string, string>>): Promise<TestRedis> {
  const clusterSettings = {
    'cluster-enabled': 'yes',
    // By default the nodes talk on port + 10,000, which a port that the system chose may not leave room for.
    'cluster-port': String(await freePort()),
    'cluster-node-timeout': '1000',
  };
  return TestRedis.start({ settings: { ...clusterSettings, ...settings } });
}
