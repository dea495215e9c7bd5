import type { MoveOutcome } from '../../cluster/moves.js';
import type { Draw } from '../draw.js';
import type { Network } from '../network.js';
import type { SeededRandom } from '../seeded-random.js';
import type { SimNode } from '../sim-node.js';
import type { Sometimes } from '../sometimes.js';
import type { Weather } from '../weather.js';
import type { World } from '../world.js';
import type { ClusterNodes } from './cluster-nodes.js';
import { type ClusterDraw, type ClusterStrike, clusterStrikes } from './draw-cluster.js';
import { placeOfUrl } from './node-address.js';

/** As long as a node that is told to end gives its events away, and lets the others come to rest: node/node.ts. */
const evacuationGraceMs = 15_000;
const restGraceMs = 10_000;
const carrierAwayMaxMs = 8_000;
const stallMaxMs = 20_000;
/** So many changes show that events were sold from. */
const changesOfSales = 3;

/** What goes wrong between nodes that live at the same time, beside what befalls each of them, and what operators do with them. */
export class ClusterWeather {
  #strikes = false;
  /** Moves that operators wait for, by the node that they asked. */
  readonly #moves = new Set<SimNode>();

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    private readonly draw: Draw & { readonly cluster: ClusterDraw },
    private readonly nodes: ClusterNodes,
    private readonly network: Network,
    private readonly weather: Weather,
    private readonly sometimes: Sometimes,
    private readonly headSeq: (eventId: string) => number,
  ) {}

  begin(): void {
    this.#strikes = true;
    this.#next();
  }

  end(): void {
    this.#strikes = false;
  }

  /** Whether nobody waits for a move any more: a node that is gone answers to none. */
  get movesEnded(): boolean {
    return [...this.#moves].every((node) => !node.alive);
  }

  /** Asks a node to move an event, as its admin port does; null: it does not know the next owner, or is gone. */
  async move(asked: SimNode, eventId: string, place: number): Promise<MoveOutcome['kind'] | null> {
    const next = asked.cluster.nodes.all.find(({ url }) => placeOfUrl(url) === place);
    if (next === undefined) return null;
    this.#moves.add(asked);
    try {
      return (await asked.cluster.moves.move(eventId, next)).kind;
    } catch {
      return null;
    } finally {
      this.#moves.delete(asked);
    }
  }

  #next(): void {
    this.world.after(this.random.below(2 * this.draw.cluster.strikeEveryMs), () => {
      if (!this.#strikes) return;
      const strike = this.#drawStrike();
      if (strike !== null) this.#strike(strike);
      this.#next();
    });
  }

  #drawStrike(): ClusterStrike | null {
    const { strikeWeights } = this.draw.cluster;
    const total = clusterStrikes.reduce((sum, strike) => sum + strikeWeights[strike], 0);
    let left = this.random.below(total);
    for (const strike of clusterStrikes) {
      left -= strikeWeights[strike];
      if (left < 0) return strike;
    }
    return null;
  }

  #strike(strike: ClusterStrike): void {
    const { random } = this;
    const node = this.#anyNode();
    const eventId = this.#anyEvent();
    const owner = this.nodes.ownerOf(eventId);
    if (node === null) return;
    this.weather.count(strike);
    switch (strike) {
      case 'carrierAway':
        this.#carrierAway();
        return;
      case 'carrierCut':
        node.cluster.carrier.cut();
        this.#mendLater(node);
        return;
      case 'carrierDeaf':
        node.cluster.carrier.deafen();
        this.#mendLater(node);
        return;
      case 'carrierStall':
        if (random.chance(0.3)) this.nodes.bus.stallAll(random.below(stallMaxMs));
        else node.cluster.carrier.stall(random.below(stallMaxMs));
        return;
      case 'move':
        void this.#moveOne(node, eventId);
        return;
      case 'drain':
        void this.#drain(node);
        return;
      case 'roam':
        this.#roam();
        return;
      case 'ownerKill':
        if (owner !== null) this.#killOwner(owner, eventId);
        return;
      case 'ownerPause':
        if (owner !== null) this.#pauseOwner(owner);
        return;
    }
  }

  #mendLater({ cluster }: SimNode): void {
    this.world.after(this.random.below(3 * this.draw.leaseMs), () => {
      if (this.#strikes) cluster.mendCarrier();
    });
  }

  /** Redis is gone for everybody, or starts anew. */
  #carrierAway(): void {
    const { bus } = this.nodes;
    const before = this.#changes();
    bus.cutAll();
    this.world.after(this.random.chance(0.3) ? 0 : this.random.below(carrierAwayMaxMs), () => {
      if (this.#changes() >= before + changesOfSales)
        this.sometimes.hit('cluster: events went on while the carrier was away');
      if (this.#strikes) bus.mendAll();
    });
  }

  #changes(): number {
    return this.draw.events.reduce((sum, { eventId }) => sum + this.headSeq(eventId), 0);
  }

  async #moveOne(asked: SimNode, eventId: string): Promise<void> {
    const outcome = await this.move(asked, eventId, this.random.below(this.draw.cluster.shards.length));
    if (outcome === 'moved') this.sometimes.hit('cluster: an event was moved');
    if (outcome === 'stayed' || outcome === 'unreachable') this.sometimes.hit('cluster: a move was refused');
  }

  /** Told to end, or kept empty until it is started anew. */
  async #drain(node: SimNode): Promise<void> {
    const { random, world, nodes } = this;
    const { cluster } = node;
    try {
      await cluster.store.startDraining();
    } catch {
      return;
    }
    if (random.chance(0.4)) {
      world.after(random.below(3 * evacuationGraceMs), () => {
        if (this.#strikes && node.alive) this.#endAndSucceed(node);
      });
      return;
    }
    cluster.evacuation.stop();
    await cluster.nodes.look();
    const hadEvents = node.eventIds().length > 0;
    const left = await cluster.evacuation.run(evacuationGraceMs);
    if (hadEvents && left === 0) this.sometimes.hit('cluster: a drained node gave all its events away');
    await node.close(restGraceMs);
    if (!node.alive || !this.#strikes) return;
    nodes.leases.resign(node.name);
    this.#endAndSucceed(node);
  }

  #endAndSucceed(node: SimNode): void {
    const place = this.network.placeOf(node);
    this.nodes.end(node);
    if (place >= 0) this.nodes.succeed(node);
  }

  /** Clients leave for other nodes, or the same. */
  #roam(): void {
    const { network, random } = this;
    for (const receiver of network.receivers())
      if (receiver.goesWhereSent === true && random.chance(0.5)) network.cutOne(receiver);
    for (const device of network.sockets?.devices ?? []) if (random.chance(0.5)) network.sockets?.breakOne(device);
  }

  #killOwner(owner: SimNode, eventId: string): void {
    const place = this.network.placeOf(owner);
    const isFollowed = this.network.receivers().some((other) => other.eventId === eventId && other.place !== place);
    if (isFollowed) this.sometimes.hit('cluster: an owner was killed while others followed');
    this.#endAndSucceed(owner);
  }

  /** Beyond its lease; some of its clients go elsewhere meanwhile. */
  #pauseOwner(owner: SimNode): void {
    const { network, random, draw } = this;
    const place = network.placeOf(owner);
    owner.pause(draw.leaseMs + random.below(2 * draw.leaseMs));
    for (const receiver of network.receivers())
      if (receiver.place === place && receiver.goesWhereSent === true && random.chance(0.7)) network.cutOne(receiver);
  }

  #anyNode(): SimNode | null {
    const places = this.network.places();
    return places.length === 0 ? null : this.network.nodeAt(places[this.random.below(places.length)] as number);
  }

  #anyEvent(): string {
    const { events } = this.draw;
    return (events[this.random.below(events.length)] as Draw['events'][number]).eventId;
  }
}
