import type { Clock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { NodeLease } from '../store/lease-store.js';
import { winnerOf } from './weighted-placement.js';

/** A node whose lease has not run out, as its row in Postgres has it. `url`: where clients reach its live port. */
export type LivingNode = NodeLease;

export interface LivingNodesOptions {
  readonly own: Omit<LivingNode, 'draining' | 'expiresInMs'>;
  readonly leaseMs: number;
  /** Rejects where Postgres does not answer. */
  living(): Promise<readonly LivingNode[]>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** A third of a lease between looks, as between renewals. */
const looksPerLease = 3;
/** A lease is looked at again this much after it should have run out. */
const afterExpiryMs = 20;

/**
 * Who is there: the lease rows, read now and then and just after the next of them runs out. While Postgres does not answer, those
 * who were there still are: nobody can take over then anyway.
 */
export class LivingNodes {
  #nodes: readonly LivingNode[];
  #timer: Timer | null = null;
  #stopped = false;
  #looking: Promise<void> | null = null;
  /** All who ask while one is under way share the next. */
  #lookingAgain: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly options: LivingNodesOptions) {
    this.#nodes = [{ ...options.own, draining: false, expiresInMs: options.leaseMs }];
  }

  get all(): readonly LivingNode[] {
    return this.#nodes;
  }

  get others(): readonly LivingNode[] {
    return this.#nodes.filter(({ incarnation }) => incarnation !== this.options.own.incarnation);
  }

  get isAlone(): boolean {
    return this.#nodes.length === 1;
  }

  byIncarnation(incarnation: string): LivingNode | undefined {
    return this.#nodes.find((node) => node.incarnation === incarnation);
  }

  byId(nodeId: string): LivingNode | undefined {
    return this.#nodes.find((node) => node.nodeId === nodeId);
  }

  /** Whether what this node says is understood there. Who is not known yet may well be of the same release. */
  isUnderstoodBy(incarnation: string): boolean {
    const { linkVersion } = this.options.own;
    return (this.byIncarnation(incarnation)?.linkVersion ?? linkVersion) === linkVersion;
  }

  /**
   * Who should have the event, as long as nobody has it: one that reads its journal, unless none does; and of those, one that is
   * not about to go, unless all are.
   * @param journalFormat default: one that every release reads
   */
  winnerOf(eventId: string, journalFormat = 1): LivingNode {
    const readers = this.#nodes.filter((node) => node.journalFormat >= journalFormat);
    const able = readers.length > 0 ? readers : this.#nodes;
    const takers = able.filter(({ draining }) => !draining);
    return must(winnerOf(eventId, takers.length > 0 ? takers : able), 'a living node');
  }

  /** The listener is called after each change of who is there, or takes events. */
  onChanged(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    await this.look();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Reads the rows now, and again in time. Readings come one after the other: none is undone by an older one. */
  look(): Promise<void> {
    if (this.#lookingAgain !== null) return this.#lookingAgain;
    if (this.#looking === null) return this.#begin();
    // What is under way may have been read before that for which this one is asked.
    this.#lookingAgain = this.#looking.then(() => {
      this.#lookingAgain = null;
      return this.#begin();
    });
    return this.#lookingAgain;
  }

  #begin(): Promise<void> {
    this.#timer?.cancel();
    this.#looking = this.#read().then((read) => {
      this.#looking = null;
      if (read !== null) this.#take(read);
      if (!this.#stopped) this.#timer = this.options.timers.after(this.#nextLookInMs(), () => void this.look());
    });
    return this.#looking;
  }

  async #read(): Promise<readonly LivingNode[] | null> {
    try {
      return await this.options.living();
    } catch (error) {
      this.options.log.warn({ error }, 'Cannot look who else is there as Postgres does not answer');
      return null;
    }
  }

  #take(read: readonly LivingNode[]): void {
    const { own } = this.options;
    const known = this.#nodes;
    const isListed = read.some(({ incarnation }) => incarnation === own.incarnation);
    const self = this.byIncarnation(own.incarnation);
    // Its own lease may have run out: it is there all the same, and knows what it may not do.
    this.#nodes = isListed || self === undefined ? read : [...read.filter(({ nodeId }) => nodeId !== own.nodeId), self];
    if (signatureOf(this.#nodes) === signatureOf(known)) return;
    this.#tellOfStrangers(known);
    for (const listener of this.#listeners) listener();
  }

  #tellOfStrangers(known: readonly LivingNode[]): void {
    const { own, log } = this.options;
    for (const { nodeId, incarnation, linkVersion } of this.#nodes) {
      if (linkVersion === own.linkVersion || known.some((node) => node.incarnation === incarnation)) continue;
      log.warn(
        { nodeId, linkVersion, ownLinkVersion: own.linkVersion },
        'Cannot talk to another node as its release says things in another version: clients are sent there until both are of one',
      );
    }
  }

  #nextLookInMs(): number {
    const { leaseMs } = this.options;
    const soonest = Math.min(
      leaseMs / looksPerLease,
      ...this.others.map(({ expiresInMs }) => expiresInMs + afterExpiryMs),
    );
    return Math.max(afterExpiryMs, soonest);
  }
}

function signatureOf(nodes: readonly LivingNode[]): string {
  return nodes
    .map(({ incarnation, draining, shards }) => `${incarnation} ${draining} ${shards}`)
    .toSorted()
    .join('\n');
}
