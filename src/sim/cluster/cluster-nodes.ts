import { linkVersion } from '../../cluster/link-version.js';
import { formatRead } from '../../journal/entry-format.js';
import type { MemoryJournalStore } from '../../journal/memory-store.js';
import { must } from '../../lib/must.js';
import type { Nodes, Surroundings } from '../incarnations.js';
import type { Network } from '../network.js';
import { type ClientListener, SimNode } from '../sim-node.js';
import type { Sometimes } from '../sometimes.js';
import { StoreLink } from '../store-link.js';
import type { Weather } from '../weather.js';
import type { World } from '../world.js';
import { ClusterLeases } from './cluster-leases.js';
import type { ClusterGround } from './cluster-side.js';
import type { ClusterDraw } from './draw-cluster.js';
import { LinkWatch } from './link-watch.js';
import { urlOf } from './node-address.js';
import { NodeStore } from './node-store.js';
import { SimBus } from './sim-bus.js';

/** A predecessor that runs on, until its lease tells it, beside its successor. */
const unendedRate = 0.3;
/** Nodes that stay as they are when the faults end. */
const staysRate = 0.7;

/**
 * Several nodes that live at the same time, one at each place. Each has a name of its own and successors, which supersede it at
 * once; the others take its events over when its lease has run out.
 */
export class ClusterNodes implements Nodes {
  count = 0;
  readonly leases: ClusterLeases;
  readonly bus: SimBus;
  /** By event: whoever was granted it last. */
  readonly #owners = new Map<string, SimNode>();
  /** By event, then by epoch: the incarnation that was granted it. */
  readonly #grantedTo = new Map<string, Map<number, string>>();
  /** Incarnations that ran on beside their successors. */
  readonly #unended = new Set<string>();
  readonly #links: LinkWatch;
  #latest: SimNode | null = null;
  #hasSurvived = false;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly around: Surroundings,
    private readonly draw: ClusterDraw,
    private readonly ground: {
      readonly store: MemoryJournalStore;
      readonly weather: Weather;
      readonly sometimes: Sometimes;
    },
  ) {
    this.leases = new ClusterLeases(world, around.draw.leaseMs);
    this.#links = new LinkWatch(world, ground.sometimes);
    this.bus = new SimBus(
      world,
      around.random,
      draw.carrier,
      (fault) => ground.weather.count(fault),
      (channel, message) => this.#links.sent(channel, message),
    );
  }

  get latest(): SimNode | null {
    return this.#latest;
  }

  /** Null: it is gone, or nobody has been granted the event yet. */
  ownerOf(eventId: string): SimNode | null {
    const owner = this.#owners.get(eventId);
    return owner?.alive === true ? owner : null;
  }

  granted(eventId: string, epoch: number, node: SimNode): void {
    this.#owners.set(eventId, node);
    const names = this.#grantedTo.get(eventId) ?? new Map<number, string>();
    this.#grantedTo.set(eventId, names.set(epoch, node.name));
  }

  /**
   * The name of the node that was granted the epoch; undefined: an incarnation that was superseded, and ran on. From such a one
   * anybody may take over at once.
   */
  nodeOf(eventId: string, epoch: number): string | undefined {
    const incarnation = this.#grantedTo.get(eventId)?.get(epoch);
    return incarnation === undefined || this.#unended.has(incarnation) ? undefined : nodeIdOf(incarnation);
  }

  begin(): void {
    this.bus.lossy = true;
    this.#spawnAll(this.#places());
  }

  /** At the same place, at once or after others have taken over what it had. */
  succeed(ended: SimNode | null): void {
    const { random, draw } = this.around;
    const at = ended === null ? -1 : this.network.placeOf(ended);
    const place = at >= 0 ? at : this.#anyPlace();
    const delayMs = random.chance(0.5) ? 0 : random.below(3 * draw.leaseMs);
    this.world.after(delayMs, () => {
      if (!this.#hasSurvived) this.#replace(place);
    });
  }

  survive(): void {
    const { network } = this;
    this.#hasSurvived = true;
    this.bus.lossy = false;
    this.bus.mendAll();
    const ended = this.#places().filter((place) => {
      const node = network.nodeAt(place);
      return !node.alive || this.leases.isDraining(node.name) || !this.around.random.chance(staysRate);
    });
    for (const place of ended) this.end(network.nodeAt(place));
    this.#spawnAll(ended);
  }

  isSuperseded(name: string): boolean {
    return !this.leases.isRegistered(name);
  }

  /** The process is gone, and all connections to it. */
  end(node: SimNode): void {
    node.kill();
    this.network.cut(this.network.placeOf(node));
  }

  #replace(place: number): void {
    const before = this.network.nodeAt(place);
    if (before.alive) {
      if (this.around.random.chance(unendedRate)) this.#unended.add(before.name);
      else before.kill();
    }
    this.#spawn(place);
  }

  /** As something that happens: a node's start waits for promises. */
  #spawnAll(places: readonly number[]): void {
    this.world.after(0, () => {
      for (const place of places) this.#spawn(place);
    });
  }

  #spawn(place: number): void {
    const { draw, random, log, gateway } = this.around;
    this.count += 1;
    const name = `${nodeIdAt(place)}.${this.count}`;
    const ground = this.#groundOf(name, place);
    const { nodeId, url, shards } = ground;
    this.leases.register({
      nodeId,
      incarnation: name,
      url,
      version: '1',
      shards,
      journalFormat: formatRead,
      linkVersion,
    });
    const node = new SimNode(
      this.world,
      {
        name,
        leaseMs: draw.leaseMs,
        limits: draw.limits,
        random,
        log,
        gateway,
        cluster: ground,
        isSuperseded: (asking) => this.isSuperseded(asking),
        onSuperseded: (old) => this.end(old),
        leaseTripMs: (asking) => this.around.leaseTripMs(asking),
        linkStore: (linked, answers) => this.around.linkStore(linked, answers),
      },
      this.#listenerOf(place, name),
    );
    this.#latest = node;
    this.network.place(place, node);
  }

  #groundOf(incarnation: string, place: number): ClusterGround {
    const { store, weather, sometimes } = this.ground;
    const { world, leases } = this;
    const { limits } = this.around.draw;
    return {
      nodeId: nodeIdAt(place),
      url: urlOf(place),
      shards: must(this.draw.shards[place], 'a node'),
      bus: this.bus,
      linkStore: (node, deliver) => {
        const hooks = { onHead: () => undefined, onGranted: () => undefined };
        const around = weather.around(node);
        const link = new StoreLink(store, world, around, sometimes, limits.batchEntriesMax, deliver, hooks);
        const tripMs = (): number | null => this.around.leaseTripMs(node);
        return new NodeStore(incarnation, store, leases, link, world, tripMs, deliver);
      },
      onLinkMessage: (channel, message) => this.#links.hears(incarnation, channel, message),
    };
  }

  /** What a predecessor that runs on still says reaches nobody: its clients have left. */
  #listenerOf(place: number, name: string): ClientListener {
    const to = this.network.listenerOf(place);
    const isThere = (): boolean => this.network.nodeAt(place).name === name;
    return {
      onAnswer: (...answer) => void (isThere() && to.onAnswer(...answer)),
      onSubscribed: (...answer) => void (isThere() && to.onSubscribed(...answer)),
      onPublish: (...published) => void (isThere() && to.onPublish(...published)),
      onSnapshot: (...answer) => void (isThere() && to.onSnapshot(...answer)),
      onNotify: (...notice) => void (isThere() && to.onNotify(...notice)),
      onElsewhere: (...referral) => {
        this.ground.sometimes.hit('cluster: a client was sent elsewhere');
        if (isThere()) to.onElsewhere(...referral);
      },
      onAskedElsewhere: (...referral) => void (isThere() && to.onAskedElsewhere(...referral)),
      onMoved: (...moved) => to.onMoved(...moved),
      onBounced: (...bounced) => to.onBounced(...bounced),
      onShardLost: (...lost) => to.onShardLost(...lost),
    };
  }

  #places(): number[] {
    return this.draw.shards.map((_, place) => place);
  }

  #anyPlace(): number {
    return this.around.random.below(this.draw.shards.length);
  }
}

function nodeIdAt(place: number): string {
  return `node-${place}`;
}

function nodeIdOf(incarnation: string): string {
  return must(incarnation.split('.')[0], 'the name of a node');
}
