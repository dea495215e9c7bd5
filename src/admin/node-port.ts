import type { Names } from '../lib/rpc.js';
import type { NodeStats } from '../observability/stats.js';
import type { AreaCounts, SeatsBody } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import type { BlockCommand, Rejection, UnblockCommand } from '../seatmap/command.js';
import type { IntegratorToken, IntegratorTokenCreation, NewIntegratorToken } from '../store/integrators.js';

/** What the admin surface asks of the node. It is kept by the main thread; the admin thread calls it by lib/rpc.ts. */
export interface NodePort {
  health(): Promise<NodeHealth>;
  stats(): Promise<NodeStats>;
  /** Of an event of this node or of another; null where there is no such event. */
  describeEvent(eventId: string): Promise<EventDescription | null>;
  /** An operator's command. It waits in the event's mailbox like anybody's. */
  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome>;
  nodes(): Promise<readonly NodeDescription[]>;
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
  createIntegratorToken: true,
  integratorTokens: true,
  revokeIntegratorToken: true,
};

/** `unavailable`: Postgres cannot be reached now. */
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
  /** The activation that may write, or empty where there was none yet. */
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
  /** Events that are active on it. */
  readonly events: number;
  readonly version: string;
}
