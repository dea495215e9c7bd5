import type {
  DrainOutcome,
  EventDescription,
  MoveOutcome,
  NodeDescription,
  NodeHealth,
  NodePort,
  OperationOutcome,
  OperatorCommand,
  StoreAnswer,
} from '../admin/node-port.js';
import type { Heartbeats } from '../cluster/heartbeats.js';
import type { LeaseKeeper } from '../cluster/lease-keeper.js';
import type { LivingNode, LivingNodes } from '../cluster/living-nodes.js';
import type { Moves } from '../cluster/moves.js';
import { unpackStates } from '../fanout/pack-states.js';
import { must } from '../lib/must.js';
import type { NodeStats } from '../observability/stats.js';
import type { StatsReader } from '../observability/stats-reader.js';
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
  readonly incarnation: string;
  readonly shards: ShardHost;
  readonly shardCount: number;
  readonly desk: OperatorDesk;
  readonly lease: LeaseKeeper;
  readonly leases: LeaseStore;
  readonly nodes: LivingNodes;
  readonly stats: StatsReader;
  readonly heartbeats: Heartbeats;
  readonly moves: Moves;
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

  stats(): Promise<NodeStats> {
    return this.parts.stats.scrape();
  }

  async describeEvent(eventId: string): Promise<StoreAnswer<EventDescription | null>> {
    const { heads, nodes, incarnation } = this.parts;
    const read = await storeAnswer(heads.head(eventId));
    if (read.kind === 'unavailable') return read;
    if (read.value === null) return { kind: 'answer', value: null };
    const { owner } = read.value;
    const serving = nodes.byIncarnation(owner) ?? nodes.winnerOf(eventId);
    const isHere = serving.incarnation === incarnation;
    const value = await (isHere ? this.#describeOwn(eventId) : this.#describeForeign(eventId, serving));
    return value === null ? { kind: 'unavailable' } : { kind: 'answer', value };
  }

  /** An event that nobody has asked for yet is woken: its published map is what there is to see. */
  async #describeOwn(eventId: string): Promise<EventDescription | null> {
    const awake = await this.parts.shards.describe(eventId);
    if (awake === null) return null;
    const { epoch, seqPublished: seq, counts, areas } = awake;
    return { eventId, owner: this.parts.nodeId, epoch, seq, counts, areas };
  }

  async #describeForeign(eventId: string, { nodeId }: LivingNode): Promise<EventDescription | null> {
    const map = await this.parts.desk.readMap(eventId);
    if (map === null) return null;
    const [, , [epoch, seq], seatCount, states, areas] = map;
    const counts = { free: 0, held: 0, booked: 0, blocked: 0 };
    for (const state of unpackStates(states, seatCount)) counts[must(seatStates[state], 'a state of a seat')] += 1;
    return { eventId, owner: nodeId, epoch, seq, counts, areas };
  }

  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome> {
    return this.parts.desk.operate(eventId, command);
  }

  nodes(): Promise<StoreAnswer<readonly NodeDescription[]>> {
    return storeAnswer(this.#describeNodes());
  }

  async #describeNodes(): Promise<readonly NodeDescription[]> {
    const { leases, heads, heartbeats } = this.parts;
    const [living, counts] = await Promise.all([leases.living(), heads.countsByOwner()]);
    return living.map((node) => {
      const described = describeNode(node, counts.get(node.incarnation) ?? 0);
      const load = heartbeats.loadOf(node.incarnation);
      return load === null ? described : Object.assign(described, { load });
    });
  }

  async moveEvent(eventId: string, nodeId: string): Promise<MoveOutcome> {
    const next = await this.#livingNode(nodeId);
    if (next === undefined) return this.#unknownNode();
    if (next.draining) return { kind: 'draining' };
    const moved = await storeAnswer(this.parts.moves.move(eventId, next));
    if (moved.kind === 'unavailable') return moved;
    if (moved.value.kind !== 'unreachable') return { kind: moved.value.kind };
    const { owner } = moved.value;
    return { kind: 'unreachable', ownerNodeId: this.parts.nodes.byIncarnation(owner)?.nodeId ?? owner };
  }

  async drainNode(nodeId: string): Promise<DrainOutcome> {
    const { nodes, leases, heads } = this.parts;
    const drained = await this.#livingNode(nodeId);
    if (drained === undefined) return this.#unknownNode();
    const { incarnation } = drained;
    if (!nodes.all.some((node) => node.incarnation !== incarnation && !node.draining)) return { kind: 'alone' };
    const draining = async (): Promise<number> => {
      await leases.startDraining(nodeId, incarnation);
      return (await heads.countsByOwner()).get(incarnation) ?? 0;
    };
    const events = await storeAnswer(draining());
    if (events.kind === 'unavailable') return events;
    void nodes.look();
    return { kind: 'draining', events: events.value };
  }

  /** One that has come since the last look counts. */
  async #livingNode(nodeId: string): Promise<LivingNode | undefined> {
    const { nodes } = this.parts;
    if (nodes.byId(nodeId) === undefined) await nodes.look();
    return nodes.byId(nodeId);
  }

  #unknownNode(): { readonly kind: 'unknownNode'; readonly livingNodes: readonly string[] } {
    return { kind: 'unknownNode', livingNodes: this.parts.nodes.all.map((node) => node.nodeId) };
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

function describeNode(node: LivingNode, events: number): NodeDescription {
  const { nodeId, url, expiresInMs, shards, draining, version } = node;
  return { nodeId, url, leaseExpiresInMs: Math.round(expiresInMs), events, shards, draining, version };
}

const integratorTokensListedMax = 1000;
/** By their numbers on the wire. */
const seatStates = ['free', 'held', 'booked', 'blocked'] as const;

/** @throws what Postgres refuses for good: a fault of ours */
async function storeAnswer<T>(asked: Promise<T>): Promise<StoreAnswer<T>> {
  try {
    return { kind: 'answer', value: await asked };
  } catch (error) {
    if (verdictOf(error) === 'refused') throw error;
    return { kind: 'unavailable' };
  }
}
