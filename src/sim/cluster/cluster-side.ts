import { linkVersion } from '../../cluster/link-version.js';
import { formatRead } from '../../journal/entry-format.js';
import type { LeaseReading } from '../../actor/actor-time.js';
import type { CarrierListener } from '../../cluster/carrier.js';
import { Elsewhere, type ElsewhereListener } from '../../cluster/elsewhere.js';
import { Evacuation } from '../../cluster/evacuation.js';
import type { LocalSockets } from '../../cluster/following.js';
import { LeaseKeeper } from '../../cluster/lease-keeper.js';
import { LivingNodes } from '../../cluster/living-nodes.js';
import { Moves } from '../../cluster/moves.js';
import { Router } from '../../cluster/router.js';
import type { Clock } from '../../lib/clock.js';
import type { Timers } from '../../lib/timers.js';
import type { Log } from '../../observability/log.js';
import type { ShardListener } from '../../shard/port.js';
import type { SimNode } from '../sim-node.js';
import type { NodeStore } from './node-store.js';
import { askPort, ShardDoor } from './shard-door.js';
import type { SimBus, SimCarrier } from './sim-bus.js';

/** The node's shard, as ShardHost speaks with it. */
export interface ShardSeat {
  receive(message: Uint8Array): void;
  leaseRenewed(reading: LeaseReading): void;
  describe(eventId: string): Promise<unknown>;
  handOver(eventId: string, next: string): Promise<boolean>;
  eventIds(): Promise<readonly string[]>;
}

/** What a node of a world with several has beside its shard and its gateway. */
export interface ClusterGround {
  readonly nodeId: string;
  readonly url: string;
  /** How much of the work it takes. */
  readonly shards: number;
  readonly bus: SimBus;
  linkStore(node: SimNode, deliver: (work: () => void) => void): NodeStore;
  /** Each message from another node, before the router has it. */
  onLinkMessage(channel: string, message: Uint8Array): void;
}

export interface ClusterSideOptions {
  readonly incarnation: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly shard: ShardSeat;
  readonly store: NodeStore;
  /** Something comes from the network: it waits while the node is paused. */
  arrive(work: () => void): void;
  onSuperseded(): void;
}

/**
 * The real router of one node and all that stands around it, put together as node/node.ts does it: lease, living nodes, moves,
 * evacuation, and where clients are sent while nothing can be said to other nodes.
 */
export class ClusterSide {
  readonly router: Router;
  readonly moves: Moves;
  readonly evacuation: Evacuation;
  readonly nodes: LivingNodes;
  readonly carrier: SimCarrier;
  readonly store: NodeStore;
  readonly #door: ShardDoor;
  readonly #lease: LeaseKeeper;
  #hasEnded = false;

  constructor(
    private readonly options: ClusterSideOptions,
    ground: ClusterGround,
  ) {
    const { incarnation: own, leaseMs, clock, timers, log, shard } = options;
    const { nodeId, url, shards, bus } = ground;
    this.store = options.store;
    this.#door = new ShardDoor(timers, (message) => shard.receive(message));
    this.#lease = new LeaseKeeper(
      this.store,
      leaseMs,
      clock,
      timers,
      log,
      (reading) => shard.leaseRenewed(reading),
      () => options.onSuperseded(),
    );
    const row = { nodeId, incarnation: own, url, version: '1', shards, journalFormat: formatRead, linkVersion };
    this.nodes = new LivingNodes({ own: row, leaseMs, living: () => this.store.living(), clock, timers, log });
    const opened: SimCarrier[] = [];
    this.router = new Router({
      own,
      shards: this.#door,
      nodes: this.nodes,
      openCarrier: (listener) => {
        const carrier = bus.connect(this.#whileRunning(listener, ground));
        opened.push(carrier);
        return carrier;
      },
      clock,
      timers,
      nowMs: () => this.#lease.nowMs(),
    });
    this.carrier = opened[0] as SimCarrier;
    const router = this.router;
    this.moves = new Moves({ own, nodes: this.nodes, heads: this.store, shards: shard, router, clock, timers });
    this.evacuation = new Evacuation({
      own,
      nodes: this.nodes,
      shards: shard,
      moves: this.moves,
      clock,
      timers,
      log,
    });
  }

  /** @param listener gets what is answered to this node's own clients */
  start(listener: ShardListener, sockets: LocalSockets, referrals: ElsewhereListener): void {
    const { incarnation: own, clock, log } = this.options;
    this.router.start(listener, sockets);
    this.router.onUnlinked(
      new Elsewhere({
        own,
        nodes: this.nodes,
        heads: this.store,
        router: this.router,
        listener: referrals,
        clock,
        log,
      }),
    );
    this.evacuation.start();
    void this.#lease.start();
    void this.nodes.start();
  }

  /** What somebody wrote for the shard. */
  receive(message: Uint8Array): void {
    askPort(message, this.router);
  }

  /** What this turn has for the shard is lost with it, and what it has not answered is unknown. */
  shardLost(): void {
    this.router.onShardLost(() => true);
    this.#door.lose();
  }

  /** Tells a new shard who watches. */
  watchAgain(): void {
    for (const [eventId, watchers] of this.router.watchers()) this.#door.rewatch(eventId, watchers);
  }

  /** The way to the others is open again. */
  mendCarrier(): void {
    if (!this.#hasEnded) this.carrier.mend();
  }

  ended(): void {
    this.#hasEnded = true;
    void this.carrier.close();
  }

  #whileRunning(listener: CarrierListener, ground: ClusterGround): CarrierListener {
    const arrive = (work: () => void): void => this.options.arrive(work);
    return {
      onMessage: (channel, message) =>
        arrive(() => {
          ground.onLinkMessage(channel, message);
          listener.onMessage(channel, message);
        }),
      onListening: (channel) => arrive(() => listener.onListening(channel)),
      onUp: () => arrive(() => listener.onUp()),
      onDown: () => arrive(() => listener.onDown()),
    };
  }
}
