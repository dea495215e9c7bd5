import { TestRedis } from '../../src/cluster/testing/test-redis.js';
import { checkJournals } from '../../src/e2e/testing/independent-check.js';
import { Installation } from '../../src/e2e/testing/installation.js';
import { must } from '../../src/lib/must.js';
import { systemRandom } from '../../src/lib/random.js';
import { pause, systemTimers } from '../../src/lib/timers.js';
import { startTestServer, type TestServer } from '../../src/store/testing/server.js';
import type { Target } from '../venue.js';

export interface FleetOptions {
  readonly leaseMs: number;
  readonly shards: number;
}

export const nodeNames = ['node-a', 'node-b', 'node-c'] as const;
export type NodeName = (typeof nodeNames)[number];

const askAgainMs = 20;
const askTimeoutMs = 60_000;
const maxConnections = '300';

/** Three nodes, a Postgres and a Redis of their own on this machine. */
export class Fleet {
  static async start({ leaseMs, shards }: FleetOptions): Promise<Fleet> {
    const postgres = await startTestServer({ max_connections: maxConnections });
    const redis = await TestRedis.start();
    const adminToken = systemRandom.id(32);
    const nodes = new Map<NodeName, Installation>();
    const fleet = new Fleet(postgres, redis, nodes);
    try {
      for (const name of nodeNames) {
        const env = {
          REDIS_URL: redis.url,
          USHER_NODE_ID: name,
          USHER_LEASE_MS: String(leaseMs),
          USHER_SHARDS: String(shards),
          USHER_LOG_LEVEL: 'error',
        };
        nodes.set(name, await Installation.start({ databaseUrl: postgres.url, adminToken, env }));
      }
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  private constructor(
    private readonly postgres: TestServer,
    private readonly redis: TestRedis,
    private readonly nodes: ReadonlyMap<NodeName, Installation>,
  ) {}

  node(name: NodeName): Installation {
    return must(this.nodes.get(name), 'a node');
  }

  target(name: NodeName): Target {
    const { liveUrl, server, adminToken } = this.node(name);
    const live = new URL(liveUrl);
    return { webUrl: new URL(server.webUrl), liveUrl: new URL(`ws://${live.host}`), adminToken };
  }

  /** Resolves once the node has the event and knows it. */
  async move(eventId: string, to: NodeName): Promise<void> {
    await this.#asked(to, 'POST', `/v1/events/${eventId}/move`, { nodeId: to });
  }

  async ownerOf(eventId: string, askedOf: NodeName): Promise<NodeName> {
    const body = await this.#asked(askedOf, 'GET', `/v1/events/${eventId}`);
    const owner = (body as { owner: string }).owner;
    return must(
      nodeNames.find((name) => name === owner),
      'the owner of an event',
    );
  }

  /** Ends everything once the independent checker has seen journals and tables. */
  async checkAndEnd(): Promise<void> {
    try {
      await checkJournals(this.postgres.url);
    } finally {
      await this.end();
    }
  }

  async end(): Promise<void> {
    for (const node of this.nodes.values()) await node.stop('SIGKILL');
    await this.redis.remove();
    await this.postgres.remove();
  }

  async #asked(name: NodeName, method: string, path: string, body?: object): Promise<unknown> {
    const node = this.node(name);
    const untilMs = performance.now() + askTimeoutMs;
    for (;;) {
      const given = body === undefined ? {} : { key: systemRandom.id(12), body };
      const reply = await node.admin(method, path, { ...given, token: node.adminToken });
      if (reply.status === 200) return reply.body;
      if (reply.status !== 503 || performance.now() > untilMs) {
        throw new Error(
          `Cannot go on as the node refused: ${method} ${path} → ${reply.status} ${JSON.stringify(reply.body)}`,
        );
      }
      await pause(systemTimers, askAgainMs);
    }
  }
}
