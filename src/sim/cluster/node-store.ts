import type { Leases } from '../../cluster/lease-keeper.js';
import type { LivingNode } from '../../cluster/living-nodes.js';
import { OutcomeUnknown } from '../../journal/faults.js';
import type { EventHead, EventHeads } from '../../journal/port.js';
import type { MemoryJournalStore } from '../../journal/memory-store.js';
import type { StoreLink } from '../store-link.js';
import type { World } from '../world.js';
import { storeOffsetMs } from '../sim-node.js';
import type { ClusterLeases } from './cluster-leases.js';

/** A renewal that is not answered is given up after this. */
const renewalTimeoutMs = 1_000;

/** What a node's main thread asks of the store, through the node's own weather. */
export class NodeStore implements EventHeads, Leases {
  #isRenewed = false;

  constructor(
    private readonly incarnation: string,
    private readonly store: MemoryJournalStore,
    private readonly leases: ClusterLeases,
    private readonly link: StoreLink,
    private readonly world: World,
    /** How long a renewal is under way; null: the store does not answer. */
    private readonly leaseTripMs: () => number | null,
    private readonly deliver: (work: () => void) => void,
  ) {}

  head(eventId: string): Promise<EventHead | null> {
    return this.link.perform('read', () => this.store.head(eventId));
  }

  give(eventId: string, head: EventHead, next: string): Promise<boolean> {
    return this.link.perform('rest', () => this.store.give(eventId, head, next));
  }

  living(): Promise<readonly LivingNode[]> {
    return this.link.perform('read', () => Promise.resolve(this.leases.living()));
  }

  startDraining(): Promise<void> {
    return this.link.perform('rest', () => Promise.resolve(this.leases.startDraining(this.incarnation)));
  }

  /**
   * A node starts once its first one was answered. The time that it brings is as of the middle of the way, so that all nodes
   * agree on it: the checks count in milliseconds, and nodes may differ by half a round trip.
   */
  renew(): Promise<number | null> {
    const { world, leases, incarnation } = this;
    const sentMs = world.nowMs;
    const tripMs = this.#isRenewed ? this.leaseTripMs() : 0;
    this.#isRenewed = true;
    if (tripMs === 0) return Promise.resolve(leases.renew(incarnation) ? sentMs + storeOffsetMs : null);
    return new Promise((resolve, reject) => {
      if (tripMs === null) {
        world.after(renewalTimeoutMs, () => this.deliver(() => reject(new OutcomeUnknown('read'))));
        return;
      }
      world.after(tripMs, () => {
        const isOurs = leases.renew(incarnation);
        world.after(tripMs, () =>
          this.deliver(() => resolve(isOurs ? (sentMs + world.nowMs) / 2 + storeOffsetMs : null)),
        );
      });
    });
  }
}
