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

/**
 * One node and its successors. The latest to register is the node; those before it may still run, paused or cut off, and hold
 * events for their own until the journal or their lease tells them otherwise.
 */
export class Incarnations {
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

  /** Starts a successor at that place, whoever was there. */
  spawn(place: number): void {
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
