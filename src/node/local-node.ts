import type {
  EventDescription,
  NodeDescription,
  NodeHealth,
  NodePort,
  OperationOutcome,
  OperatorCommand,
  StoreAnswer,
} from '../admin/node-port.js';
import type { LeaseKeeper } from '../cluster/lease-keeper.js';
import type { Gateway } from '../gateway/gateway.js';
import type { NodeStats } from '../observability/stats.js';
import type { ShardHost } from '../shard/host.js';
import type { HeadStore } from '../store/head-store.js';
import type {
  IntegratorToken,
  IntegratorTokenCreation,
  Integrators,
  NewIntegratorToken,
} from '../store/integrators.js';
import type { LeaseStore } from '../store/lease-store.js';
import { verdictOf } from '../store/sqlstate.js';
import type { OperatorDesk } from './operator-desk.js';

export interface NodeParts {
  readonly nodeId: string;
  readonly gateway: Gateway;
  readonly shards: ShardHost;
  readonly shardCount: number;
  readonly desk: OperatorDesk;
  readonly lease: LeaseKeeper;
  readonly leases: LeaseStore;
  readonly heads: HeadStore;
  readonly integrators: Integrators;
}

/** What the admin surface asks of this node, answered on the main thread. */
export class LocalNode implements NodePort {
  started = false;
  draining = false;

  constructor(private readonly parts: NodeParts) {}

  async health(): Promise<NodeHealth> {
    const { lease, shards, shardCount } = this.parts;
    const answersForMs = Math.round(lease.answersForMs);
    const holdsLease = answersForMs > 0;
    return {
      started: this.started,
      draining: this.draining,
      dependencies: [
        {
          name: 'postgres',
          state: holdsLease ? 'up' : 'down',
          latencyMs: lease.roundTripMs,
          ...(holdsLease ? {} : { detail: 'has not answered for the life of a lease' }),
        },
        { name: 'lease', state: holdsLease ? 'up' : 'down', latencyMs: null, detail: `answers for ${answersForMs} ms` },
        {
          name: 'shards',
          state: shards.serving === shardCount ? 'up' : 'down',
          latencyMs: null,
          detail: `${shards.serving} of ${shardCount} serve`,
        },
      ],
    };
  }

  async stats(): Promise<NodeStats> {
    return { gateway: this.parts.gateway.stats(), shards: await this.parts.shards.stats() };
  }

  /** An event that nobody has asked for yet is woken: its published map is what there is to see. */
  async describeEvent(eventId: string): Promise<EventDescription | null> {
    const head = await this.parts.heads.read(eventId);
    if (head === null) return null;
    const awake = await this.parts.shards.describe(eventId);
    if (awake === null) return null;
    const { epoch, seqPublished: seq, counts, areas } = awake;
    return { eventId, owner: this.parts.nodeId, epoch, seq, counts, areas };
  }

  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome> {
    return this.parts.desk.operate(eventId, command);
  }

  async nodes(): Promise<readonly NodeDescription[]> {
    const { leases, shards, nodeId } = this.parts;
    const living = await leases.living();
    const actors = (await shards.stats()).reduce((sum, one) => sum + one.actors, 0);
    return living.map((node) => ({
      nodeId: node.nodeId,
      url: node.url,
      leaseExpiresInMs: Math.round(node.expiresInMs),
      events: node.nodeId === nodeId ? actors : 0,
      version: node.version,
    }));
  }

  createIntegratorToken(wanted: NewIntegratorToken, key: string): Promise<StoreAnswer<IntegratorTokenCreation>> {
    return storeAnswer(this.parts.integrators.create(wanted, key));
  }

  integratorTokens(): Promise<StoreAnswer<readonly IntegratorToken[]>> {
    return storeAnswer(this.parts.integrators.list(integratorTokensListedMax));
  }

  revokeIntegratorToken(tokenId: string): Promise<StoreAnswer<IntegratorToken | null>> {
    return storeAnswer(this.parts.integrators.revoke(tokenId));
  }
}

const integratorTokensListedMax = 1000;

/** @throws what Postgres refuses for good: a fault of ours */
async function storeAnswer<T>(asked: Promise<T>): Promise<StoreAnswer<T>> {
  try {
    return { kind: 'answer', value: await asked };
  } catch (error) {
    if (verdictOf(error) === 'refused') throw error;
    return { kind: 'unavailable' };
  }
}
