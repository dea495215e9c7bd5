import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../../../lib/must.js';
import { systemRandom } from '../../../lib/random.js';
import { TcpFaultProxy } from '../../../lib/testing/tcp-fault-proxy.js';
import { systemTimers } from '../../../lib/timers.js';
import { pauseAwake } from '../../../store/embedded/pause-awake.js';
import { loopbackAddress, startTestServer, type TestServer } from '../../../store/testing/server.js';
import { Installation } from '../installation.js';
import type { Reply, Request } from '../rest.js';
import { startRedisClusterWithReplicas } from './redis-cluster.js';
import { startRedisWithSentinel } from './redis-with-sentinel.js';
import type { RedisKind, SharedRedis } from './shared-redis.js';
import { startSingleRedis } from './single-redis.js';

const nodeNames = ['node-a', 'node-b', 'node-c'];
const askAgainMs = 200;

const redisOf: Readonly<Record<RedisKind, () => Promise<SharedRedis>>> = {
  single: startSingleRedis,
  sentinel: startRedisWithSentinel,
  cluster: startRedisClusterWithReplicas,
};

/** A node, and what stands between it and what it needs. */
export interface FleetNode {
  readonly name: string;
  readonly server: Installation;
  readonly postgresProxy: TcpFaultProxy;
  /** None where Redis names addresses that lead past any proxy. */
  readonly redisProxies: readonly TcpFaultProxy[];
}

/** Three nodes, one Postgres, one Redis, all of them real processes, and everything of it for disasters to break. */
export class Fleet {
  private constructor(
    readonly leaseMs: number,
    readonly postgres: TestServer,
    readonly redis: SharedRedis,
    readonly nodes: readonly FleetNode[],
  ) {}

  static async start(kind: RedisKind, leaseMs: number): Promise<Fleet> {
    const postgres = await startTestServer({}, await loopbackAddress());
    const redis = await redisOf[kind]();
    const adminToken = systemRandom.id(32);
    const nodes: FleetNode[] = [];
    for (const [number, name] of nodeNames.entries()) {
      const url = new URL(postgres.url);
      const postgresProxy = await TcpFaultProxy.start(Number(url.port));
      url.port = String(postgresProxy.port);
      const way = await redis.wayOf(number);
      const env = {
        REDIS_URL: way.url,
        USHER_NODE_ID: name,
        USHER_LEASE_MS: String(leaseMs),
        USHER_SHARDS: '1',
        USHER_LOG_LEVEL: 'info',
      };
      const server = await Installation.start({ databaseUrl: url.href, adminToken, env });
      nodes.push({ name, server, postgresProxy, redisProxies: way.proxies });
    }
    return new Fleet(leaseMs, postgres, redis, nodes);
  }

  /** Asks one node after the other until one answers: what was on its way when something broke is to be asked again. */
  async ask(method: string, path: string, given: Request = {}): Promise<Reply> {
    for (let turn = 0; ; turn += 1) {
      const { server } = must(this.nodes[turn % this.nodes.length], 'a node');
      const reply = await server.admin(method, path, { ...given, token: server.adminToken });
      if (reply.status !== 503) return reply;
      await pauseAwake(systemTimers, askAgainMs);
    }
  }

  /** Resolves when the node has the event. */
  async move(eventId: string, { name }: FleetNode): Promise<void> {
    const path = `/v1/events/${eventId}/move`;
    const { status, body } = await this.ask('POST', path, { key: systemRandom.id(12), body: { nodeId: name } });
    if (status !== 200) throw new Error(`Cannot move an event for a test: ${JSON.stringify(body)}`);
  }

  async ownerOf(eventId: string): Promise<FleetNode> {
    const { body } = await this.ask('GET', `/v1/events/${eventId}`);
    const { owner } = body as { owner: string };
    return must(
      this.nodes.find(({ name }) => name === owner),
      `the owner of the event: ${JSON.stringify(body)}`,
    );
  }

  /** Returns the folder with what each node has printed since its last start. */
  keepLogs(): string {
    const folder = mkdtempSync(join(tmpdir(), 'usher-cluster-'));
    for (const { name, server } of this.nodes) writeFileSync(join(folder, `${name}.log`), server.server.log());
    return folder;
  }

  async remove(): Promise<void> {
    for (const { server, postgresProxy } of this.nodes) {
      await server.end();
      postgresProxy.close();
    }
    await this.redis.remove();
    await this.postgres.remove();
  }
}
