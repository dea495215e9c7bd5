import type { JournalStore } from '../journal/port.js';
import type { Log } from '../observability/log.js';
import type { Draw } from './draw.js';
import type { Network } from './network.js';
import type { SeededRandom } from './seeded-random.js';
import type { GatewaySettings } from './sim-gateway.js';
import { SimNode } from './sim-node.js';
import type { World } from './world.js';

/** What an incarnation needs of the world around it. */
export interface Surroundings {
  readonly draw: Draw;
  readonly random: SeededRandom;
  readonly log: Log;
  readonly gateway: GatewaySettings | null;
  linkStore(node: SimNode, answers: (work: () => void) => void): JournalStore;
  leaseTripMs(node: SimNode): number | null;
}

/** Who runs in a world, as the weather finds and leaves them. */
export interface Nodes {
  readonly count: number;
  /** The one that registered last. */
  readonly latest: SimNode | null;
  /** The first ones. */
  begin(): void;
  /** @param ended whose end it is that calls for a successor; null: nobody's */
  succeed(ended: SimNode | null): void;
  /** All faults are over: who stays, and who starts anew. */
  survive(): void;
  /** Whether another incarnation has its row of the leases. */
  isSuperseded(name: string): boolean;
}

/**
 * One node and its successors. The latest to register is the node; those before it may still run, paused or cut off, and hold
 * events for their own until the journal or their lease tells them otherwise.
 */
export class Incarnations implements Nodes {
  count = 0;
  #latest: SimNode | null = null;
  #latestName = '';

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly around: Surroundings,
  ) {}

  get latest(): SimNode | null {
    return this.#latest;
  }

  begin(): void {
    this.#spawn(0);
  }

  /** At a free place, or where none is free in place of whoever is there. */
  succeed(): void {
    const { network } = this;
    const { draw, random } = this.around;
    const living = network.places();
    const free = Array.from({ length: draw.places }, (_, place) => place).find((place) => !living.includes(place));
    const place = free ?? random.below(draw.places);
    if (free === undefined) network.nodeAt(place).kill();
    this.#spawn(place);
  }

  /** The latest incarnation runs, or a new one does, alone; everybody connects to it. */
  survive(): void {
    const { network } = this;
    const latest = this.#latest;
    const stays = latest !== null && latest.alive && this.around.random.chance(0.5);
    for (const place of network.places()) {
      const node = network.nodeAt(place);
      if (stays && node === latest) continue;
      node.kill();
      network.cut(place);
    }
    if (!stays) this.#spawn(0);
  }

  /** Starts a successor at that place, whoever was there. */
  #spawn(place: number): void {
    const { draw, random, log, gateway } = this.around;
    this.count += 1;
    const name = `incarnation-${this.count}`;
    this.#latestName = name;
    const node = new SimNode(
      this.world,
      {
        name,
        leaseMs: draw.leaseMs,
        limits: draw.limits,
        random,
        log,
        gateway,
        cluster: null,
        isSuperseded: (asking) => this.isSuperseded(asking),
        onSuperseded: (old) => {
          old.kill();
          this.network.cut(this.network.placeOf(old));
        },
        leaseTripMs: (asking) => this.around.leaseTripMs(asking),
        linkStore: (linked, answers) => this.around.linkStore(linked, answers),
      },
      this.network.listenerOf(place),
    );
    this.#latest = node;
    this.network.place(place, node);
  }

  isSuperseded(name: string): boolean {
    return name !== this.#latestName;
  }
}
