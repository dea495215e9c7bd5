import type { Mail } from '../actor/mail.js';
import type { EventHead, EventHeads } from '../journal/port.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../observability/log.js';
import type { LivingNode, LivingNodes } from './living-nodes.js';

/** Where an event was found counts for so long: a crowd asks Postgres once. */
const foundForMs = 1_000;
/** A carrier that is away for a moment sends nobody away. */
const watchersStayMs = 2_000;
/** Watchers that stay all the same are told again after this. */
const tellAgainMs = 10_000;

/** Hears which clients of this node are served by another one. */
export interface ElsewhereListener {
  /** All who watch the event. */
  onElsewhere(eventId: string, url: string): void;
  /** Whoever asked; that it is refused follows. */
  onAskedElsewhere(mail: Mail, url: string): void;
}

/** What is asked of the router. */
export interface UnlinkedRouter {
  /** The event is this node's to claim. */
  take(eventId: string): void;
  submit(mail: Mail): void;
  /** Nothing was decided. `url`: who decides. */
  refuse(mail: Mail, url: string | null): void;
}

export interface ElsewhereOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly nodes: Pick<LivingNodes, 'byIncarnation' | 'winnerOf' | 'look'>;
  readonly heads: EventHeads;
  readonly router: UnlinkedRouter;
  readonly listener: ElsewhereListener;
  readonly clock: Clock;
  readonly log: Log;
}

interface Found {
  readonly node: Promise<LivingNode | null>;
  readonly atMs: number;
}

/**
 * While nothing can be said to other nodes, their events' clients are sent to them: who owns an event stands in Postgres, and
 * the owner's address in its lease row. An event that turns out to be this node's, or this node's to claim, is served here.
 */
export class Elsewhere {
  readonly #found = new Map<string, Found>();
  /** When the watchers of each event were told. */
  readonly #toldMs = new Map<string, number>();
  #unlinkedSinceMs: number | null = null;

  constructor(private readonly options: ElsewhereOptions) {}

  /** A request of this node's own sockets or calls, for an event of another node. Those of one event stay in order. */
  asked(mail: Mail): void {
    const { router, listener } = this.options;
    void this.#find(mail.eventId).then((node) => {
      if (this.#isOwn(node)) {
        router.take(mail.eventId);
        router.submit(mail);
      } else {
        if (node !== null) listener.onAskedElsewhere(mail, node.url);
        router.refuse(mail, node?.url ?? null);
      }
    });
  }

  /** @param watched events of other nodes that sockets here watch; null: all is well */
  tick(watched: readonly string[] | null, nowMs: number): void {
    for (const [eventId, { atMs }] of this.#found) if (nowMs - atMs >= foundForMs) this.#found.delete(eventId);
    if (watched === null) {
      this.#unlinkedSinceMs = null;
      this.#toldMs.clear();
      return;
    }
    this.#unlinkedSinceMs ??= nowMs;
    if (nowMs - this.#unlinkedSinceMs < watchersStayMs) return;
    for (const eventId of watched) {
      if (nowMs - (this.#toldMs.get(eventId) ?? Number.NEGATIVE_INFINITY) < tellAgainMs) continue;
      this.#toldMs.set(eventId, nowMs);
      void this.#tellWatchers(eventId);
    }
  }

  async #tellWatchers(eventId: string): Promise<void> {
    const { router, listener } = this.options;
    const node = await this.#find(eventId);
    if (this.#isOwn(node)) router.take(eventId);
    else if (node !== null) listener.onElsewhere(eventId, node.url);
  }

  #isOwn(node: LivingNode | null): boolean {
    return node?.incarnation === this.options.own;
  }

  #find(eventId: string): Promise<LivingNode | null> {
    const nowMs = this.options.clock.monotonicMs();
    const known = this.#found.get(eventId);
    if (known !== undefined && nowMs - known.atMs < foundForMs) return known.node;
    const node = this.#look(eventId);
    this.#found.set(eventId, { node, atMs: nowMs });
    return node;
  }

  /** Null: Postgres does not say, or no node reads the event's journal. */
  async #look(eventId: string): Promise<LivingNode | null> {
    const { heads, nodes, log } = this.options;
    try {
      const head = await heads.head(eventId);
      const journalFormat = head?.journalFormat ?? 1;
      const node = (await this.#ownerOf(head)) ?? nodes.winnerOf(eventId, journalFormat);
      return node.journalFormat >= journalFormat ? node : null;
    } catch (error) {
      log.warn({ error, eventId }, 'Cannot look who serves an event as Postgres does not answer');
      return null;
    }
  }

  /** Undefined: nobody living who reads it; whoever should have the event claims it. */
  async #ownerOf(head: EventHead | null): Promise<LivingNode | undefined> {
    const { nodes } = this.options;
    if (head === null || head.owner === '') return undefined;
    // It may have started since the last look.
    if (nodes.byIncarnation(head.owner) === undefined) await nodes.look();
    const owner = nodes.byIncarnation(head.owner);
    return owner !== undefined && owner.journalFormat >= head.journalFormat ? owner : undefined;
  }
}
