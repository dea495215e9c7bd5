import type { LivingNodes } from './living-nodes.js';
import type { RemoteRoute } from './remote-route.js';

/** Events whose way is remembered. Ids that nobody has ever heard of get one too, for as long as there is room. */
const routesMax = 20_000;

/** Which way each event is, as far as this node knows. What is not remembered is where the rendezvous hash says. */
export class Routes {
  /** Oldest first; null: here. */
  readonly #ways = new Map<string, RemoteRoute | null>();

  constructor(
    private readonly own: string,
    private readonly nodes: LivingNodes,
    private readonly newRoute: (eventId: string, owner: string) => RemoteRoute,
  ) {}

  /** Null: to this node's own shards. */
  to(eventId: string): RemoteRoute | null {
    const known = this.#ways.get(eventId);
    if (known !== undefined) return known;
    const { incarnation } = this.nodes.winnerOf(eventId);
    // Also of a node that is alone: what it has is not the next one's that comes.
    const way = incarnation === this.own ? null : this.newRoute(eventId, incarnation);
    this.#remember(eventId, way);
    return way;
  }

  /** Null where the event is here, or nobody has asked for it. */
  remote(eventId: string): RemoteRoute | null {
    return this.#ways.get(eventId) ?? null;
  }

  /** Who has the event, if not this node. Where the very one that we took for its owner asks us, Postgres must say. */
  elsewhereFor(asker: string, eventId: string): string | null {
    const owner = this.remote(eventId)?.owner ?? null;
    return owner === null || owner === asker || this.nodes.byIncarnation(owner) === undefined ? null : owner;
  }

  /** All that lead to other nodes. */
  remotes(): RemoteRoute[] {
    return [...this.#ways.values()].filter((way) => way !== null);
  }

  /** Those that lead to nodes that are gone. */
  stranded(): RemoteRoute[] {
    return this.remotes().filter(({ owner }) => this.nodes.byIncarnation(owner) === undefined);
  }

  /**
   * The same after a look at who is there: a node that knows less than this one may have named an owner that is gone, or one that
   * has come just now.
   */
  async findStranded(): Promise<readonly RemoteRoute[]> {
    if (this.stranded().length === 0) return [];
    await this.nodes.look();
    return this.stranded();
  }

  /** The event is that node's. */
  leadTo(eventId: string, owner: string): RemoteRoute {
    const known = this.remote(eventId);
    if (known !== null) return known;
    const way = this.newRoute(eventId, owner);
    this.#remember(eventId, way);
    return way;
  }

  leadHere(eventId: string): void {
    this.#remember(eventId, null);
  }

  #remember(eventId: string, way: RemoteRoute | null): void {
    this.#ways.delete(eventId);
    this.#ways.set(eventId, way);
    if (this.#ways.size <= routesMax) return;
    for (const [oldest, its] of this.#ways) {
      if (its !== null && !its.isIdle) continue;
      this.#ways.delete(oldest);
      return;
    }
  }
}
