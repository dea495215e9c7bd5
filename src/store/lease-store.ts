import { must } from '../lib/must.js';
import type { Queryable } from './queryable.js';
import * as sql from './sql/lease.js';

export interface NodeLease {
  readonly nodeId: string;
  readonly incarnation: string;
  readonly url: string;
  readonly version: string;
  /** How much of the work it can take. */
  readonly shards: number;
  /** The newest format of journals that it reads. */
  readonly journalFormat: number;
  /** Of what it says to other nodes, and hears. */
  readonly linkVersion: number;
  /** It is about to go: it takes no more events. */
  readonly draining: boolean;
  /** How long Postgres still takes the node for alive. */
  readonly expiresInMs: number;
}

/** The rows by which nodes live. All times are Postgres' own. */
export class LeaseStore {
  constructor(private readonly connection: Queryable) {}

  /** Takes the node's row for this incarnation at once: a restarted node supersedes its predecessor. Gives Postgres' time. */
  async register(node: Omit<NodeLease, 'expiresInMs' | 'draining'>, leaseMs: number): Promise<number> {
    const { nodeId, incarnation, url, version, shards, journalFormat, linkVersion } = node;
    const { rows } = await this.connection.query<{ now_ms: number }>({
      ...sql.register,
      values: [nodeId, incarnation, url, version, leaseMs, shards, journalFormat, linkVersion],
    });
    return must(rows[0], "Postgres' time").now_ms;
  }

  /** Gives Postgres' time; null where another incarnation has the row. */
  async renew(nodeId: string, incarnation: string, leaseMs: number): Promise<number | null> {
    const { rows } = await this.connection.query<{ now_ms: number }>({
      ...sql.renew,
      values: [nodeId, incarnation, leaseMs],
    });
    return rows[0]?.now_ms ?? null;
  }

  /** Where clients reach this incarnation, which only its listener knows where the system chose the port. */
  async announce(nodeId: string, incarnation: string, url: string): Promise<void> {
    await this.connection.query({ ...sql.announce, values: [nodeId, incarnation, url] });
  }

  /** Tells everybody that this incarnation is about to go. */
  async startDraining(nodeId: string, incarnation: string): Promise<void> {
    await this.connection.query({ ...sql.startDraining, values: [nodeId, incarnation] });
  }

  /** Ends the lease at once, so that nobody waits for it to run out. */
  async resign(nodeId: string, incarnation: string): Promise<void> {
    await this.connection.query({ ...sql.resign, values: [nodeId, incarnation] });
  }

  /** Every node whose lease has not run out. */
  async living(): Promise<NodeLease[]> {
    const { rows } = await this.connection.query<LeaseRow>(sql.living);
    return rows.map((row) => ({
      nodeId: row.node_id,
      incarnation: row.incarnation,
      url: row.url,
      version: row.version,
      shards: row.shards,
      journalFormat: row.journal_format,
      linkVersion: row.link_version,
      draining: row.draining,
      expiresInMs: row.expires_in_ms,
    }));
  }
}

interface LeaseRow {
  readonly node_id: string;
  readonly incarnation: string;
  readonly url: string;
  readonly version: string;
  readonly shards: number;
  readonly journal_format: number;
  readonly link_version: number;
  readonly draining: boolean;
  readonly expires_in_ms: number;
}
