import type { Names } from '../lib/rpc.js';
import type { NodeLoad } from '../observability/load-meter.js';
import type { NodeStats } from '../observability/stats.js';
import type { AreaCounts, SeatsBody } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import type { BlockCommand, Rejection, UnblockCommand } from '../seatmap/command.js';
import type { IntegratorToken, IntegratorTokenCreation, NewIntegratorToken } from '../store/integrators.js';

/** What the admin surface asks of the node. It is kept by the main thread; the admin thread calls it by lib/rpc.ts. */
export interface NodePort {
  health(): Promise<NodeHealth>;
  stats(): Promise<NodeStats>;
  /** Of an event of this node or of another; its value is null where there is no such event. */
  describeEvent(eventId: string): Promise<StoreAnswer<EventDescription | null>>;
  /** An operator's command. It waits in the event's mailbox like anybody's. */
  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome>;
  nodes(): Promise<StoreAnswer<readonly NodeDescription[]>>;
  /** Resolves once the node has the event, or when that takes too long. */
  moveEvent(eventId: string, nodeId: string): Promise<MoveOutcome>;
  /** The node takes no more events and gives away those that it has. It stays up. */
  drainNode(nodeId: string): Promise<DrainOutcome>;
  /** @param key the request's Idempotency-Key */
  createIntegratorToken(wanted: NewIntegratorToken, key: string): Promise<StoreAnswer<IntegratorTokenCreation>>;
  /** Newest first. */
  integratorTokens(): Promise<StoreAnswer<readonly IntegratorToken[]>>;
  /** Its value is null where there is no such token. */
  revokeIntegratorToken(tokenId: string): Promise<StoreAnswer<IntegratorToken | null>>;
}

export const nodePortNames: Names<NodePort> = {
  health: true,
  stats: true,
  describeEvent: true,
  operate: true,
  nodes: true,
  moveEvent: true,
  drainNode: true,
  createIntegratorToken: true,
  integratorTokens: true,
  revokeIntegratorToken: true,
};

/** `unavailable`: Postgres cannot be reached now, or the node that knows. */
export type StoreAnswer<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'unavailable' };

export interface NodeHealth {
  /** Everything that the start has to do is done. */
  readonly started: boolean;
  /** The node is going away and wants no new clients. */
  readonly draining: boolean;
  readonly dependencies: readonly DependencyHealth[];
}

export interface DependencyHealth {
  /** `postgres`, `shard-0`, `lease` */
  readonly name: string;
  readonly state: 'up' | 'down';
  /** Of its last answer; null where it gave none. */
  readonly latencyMs: number | null;
  readonly detail?: string;
}

export interface EventDescription {
  readonly eventId: string;
  /** The node that serves it. */
  readonly owner: string;
  readonly epoch: number;
  readonly seq: number;
  /** Of the seats. */
  readonly counts: { readonly free: number; readonly held: number; readonly booked: number; readonly blocked: number };
  /** Places of each area. */
  readonly areas: readonly AreaCounts[];
}

export type OperatorCommand = BlockCommand | UnblockCommand;

export type OperationOutcome =
  | { readonly kind: 'accepted'; readonly position: Position; readonly body: SeatsBody }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export interface NodeDescription {
  readonly nodeId: string;
  readonly url: string;
  readonly leaseExpiresInMs: number;
  /** Events that it serves. */
  readonly events: number;
  readonly shards: number;
  /** It takes no more events, and gives away those that it has. */
  readonly draining: boolean;
  readonly version: string;
  /** As the node itself measured it; missing where it was not heard lately. */
  readonly load?: NodeLoad & { readonly measuredMsAgo: number };
}

/** `livingNodes`: those who could have been named. */
interface UnknownNode {
  readonly kind: 'unknownNode';
  readonly livingNodes: readonly string[];
}

export type MoveOutcome =
  | UnknownNode
  | { readonly kind: 'moved' }
  | { readonly kind: 'unknownEvent' | 'draining' | 'unreadable' | 'stayed' | 'unavailable' }
  /** Its owner alone can give it away, and cannot be reached from here. */
  | { readonly kind: 'unreachable'; readonly ownerNodeId: string };

export type DrainOutcome =
  | UnknownNode
  /** `events`: how many it has to give away. */
  | { readonly kind: 'draining'; readonly events: number }
  /** No other node would take its events. */
  | { readonly kind: 'alone' | 'unavailable' };
