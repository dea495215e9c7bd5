import { type Limits, limits } from '../config/limits.js';
import type { JournalStore } from '../journal/port.js';
import type { Log } from '../observability/log.js';
import type { Network } from './network.js';
import type { seededRandom } from './seeded-random.js';
import { SimNode } from './sim-node.js';
import type { World } from './world.js';

export const leaseMs = 5_000;

/** Small bounds, so that a short run meets them. */
const simLimits: Limits = {
  ...limits,
  batchEntriesMax: 16,
  gateOutputsMax: 64,
  mailboxCommandsMax: 64,
  expiriesPerTurnMax: 8,
  snapshotEveryChanges: 40,
  replayWindowChanges: 50,
  passivateAfterMs: 10_000,
};

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

/**
 * One node and its successors. The latest to register is the node; one before it may still run, paused or cut off, and hold
 * the event for its own until the journal or its lease tells it otherwise.
 */
export class Incarnations {
  count = 0;
  #latest = '';

  constructor(
    private readonly world: World,
    private readonly store: JournalStore,
    private readonly network: Network,
    private readonly random: ReturnType<typeof seededRandom>,
  ) {}

  /** Starts a successor at that place, whoever was there. */
  spawn(place: number): void {
    this.count += 1;
    const name = `incarnation-${this.count}`;
    this.#latest = name;
    const node = new SimNode(
      this.world,
      this.store,
      {
        name,
        leaseMs,
        limits: simLimits,
        random: this.random,
        log: silent,
        isSuperseded: (asking) => this.isSuperseded(asking),
        onSuperseded: (old) => {
          old.kill();
          this.network.cut(this.network.placeOf(old));
        },
      },
      this.network.listenerOf(place),
    );
    this.network.place(place, node);
  }

  isSuperseded(name: string): boolean {
    return name !== this.#latest;
  }
}
