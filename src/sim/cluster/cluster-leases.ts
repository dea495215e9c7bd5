import type { LivingNode } from '../../cluster/living-nodes.js';
import type { World } from '../world.js';

interface Row {
  readonly node: Omit<LivingNode, 'draining' | 'expiresInMs'>;
  expiresAtMs: number;
  draining: boolean;
}

/** The rows by which nodes live, as store/sql/lease.ts keeps them. Each call is one statement, at the moment when it takes effect. */
export class ClusterLeases {
  /** By node. */
  readonly #rows = new Map<string, Row>();

  constructor(
    private readonly world: World,
    private readonly leaseMs: number,
  ) {}

  register(node: Row['node']): void {
    this.#rows.set(node.nodeId, { node, expiresAtMs: this.world.nowMs + this.leaseMs, draining: false });
  }

  /** Returns whether the incarnation still has the row. */
  renew(incarnation: string): boolean {
    const row = this.#of(incarnation);
    if (row !== undefined) row.expiresAtMs = this.world.nowMs + this.leaseMs;
    return row !== undefined;
  }

  startDraining(incarnation: string): void {
    const row = this.#of(incarnation);
    if (row !== undefined) row.draining = true;
  }

  resign(incarnation: string): void {
    const row = this.#of(incarnation);
    if (row !== undefined) this.#rows.delete(row.node.nodeId);
  }

  living(): readonly LivingNode[] {
    const { nowMs } = this.world;
    return [...this.#rows.values()]
      .filter(({ expiresAtMs }) => expiresAtMs > nowMs)
      .map(({ node, draining, expiresAtMs }) => Object.assign({ draining, expiresInMs: expiresAtMs - nowMs }, node))
      .toSorted((one, other) => (one.nodeId < other.nodeId ? -1 : 1));
  }

  isDraining(incarnation: string): boolean {
    return this.#of(incarnation)?.draining === true;
  }

  isRegistered(incarnation: string): boolean {
    return this.#of(incarnation) !== undefined;
  }

  stateOf(incarnation: string): 'lives' | 'runOut' | 'gone' {
    const row = this.#of(incarnation);
    if (row === undefined) return 'gone';
    return row.expiresAtMs > this.world.nowMs ? 'lives' : 'runOut';
  }

  #of(incarnation: string): Row | undefined {
    for (const row of this.#rows.values()) if (row.node.incarnation === incarnation) return row;
    return undefined;
  }
}
