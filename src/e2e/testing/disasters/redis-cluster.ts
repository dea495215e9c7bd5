import { startTestRedisCluster } from '../../../cluster/testing/test-redis-cluster.js';
import type { TestRedis } from '../../../cluster/testing/test-redis.js';
import { must } from '../../../lib/must.js';
import { TcpFaultProxy } from '../../../lib/testing/tcp-fault-proxy.js';
import { systemTimers } from '../../../lib/timers.js';
import { pauseAwake } from '../../../store/embedded/pause-awake.js';
import type { SharedRedis } from './shared-redis.js';

const askAgainMs = 50;

/**
 * Three masters with a replica each. They name themselves by their ports alone ("the host that you asked"), so that each node can
 * have an address of its own for all of them: 127.0.0.2 and on, with a proxy on each of the servers' ports. Linux has these
 * addresses without being told.
 */
export async function startRedisClusterWithReplicas(): Promise<SharedRedis> {
  const settings = { 'cluster-preferred-endpoint-type': 'unknown-endpoint' };
  const cluster = await startTestRedisCluster({ replicas: 1, settings });
  const { servers } = cluster;
  const proxies: TcpFaultProxy[] = [];

  /** Master and replica of all, as one who lives sees them. */
  async function whole(): Promise<void> {
    for (const server of servers) {
      while (!(await isInOrder(server))) await pauseAwake(systemTimers, askAgainMs);
    }
  }

  /** All of an installation's channels are one master's. */
  async function carrying(): Promise<TestRedis> {
    for (;;) {
      for (const server of servers) {
        const isMaster = (await server.command('role')).startsWith('master');
        if (isMaster && (await server.command('pubsub', 'shardchannels')) !== '') return server;
      }
      await pauseAwake(systemTimers, askAgainMs);
    }
  }

  await whole();
  return {
    kind: 'cluster',
    servers,
    wayOf: async (node) => {
      const host = `127.0.0.${2 + node}`;
      const own = await Promise.all(servers.map(({ port }) => TcpFaultProxy.start(port, { host, port })));
      proxies.push(...own);
      return { url: `redis+cluster://${own.map(({ port }) => `${host}:${port}`).join(',')}`, proxies: own };
    },
    failOver: async () => {
      const replica = await replicaOf(await carrying(), servers);
      await replica.command('cluster', 'failover');
      while (!(await replica.command('role')).startsWith('master')) await pauseAwake(systemTimers, askAgainMs);
    },
    carrying,
    whole,
    remove: async () => {
      for (const proxy of proxies) proxy.close();
      await cluster.remove();
    },
  };
}

async function replicaOf(master: TestRedis, servers: readonly TestRedis[]): Promise<TestRedis> {
  const port = /slave0:ip=[^,]+,port=(\d+)/.exec(await master.command('info', 'replication'))?.[1];
  return must(
    servers.find((server) => String(server.port) === port),
    `the replica: its port is ${port}`,
  );
}

async function isInOrder(server: TestRedis): Promise<boolean> {
  const [cluster, replication] = [await server.command('cluster', 'info'), await server.command('info', 'replication')];
  if (!cluster.includes('cluster_state:ok')) return false;
  return replication.includes('role:master')
    ? replication.includes('state=online')
    : replication.includes('master_link_status:up');
}
