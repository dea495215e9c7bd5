import assert from 'node:assert/strict';
import type { MemoryJournalStore } from '../../journal/memory-store.js';
import { must } from '../../lib/must.js';
import { replayAll } from '../checker.js';
import { FreshSale } from '../fresh-sale.js';
import type { History } from '../history.js';
import type { Network } from '../network.js';
import type { World } from '../world.js';
import type { ClusterNodes } from './cluster-nodes.js';
import type { ClusterWeather } from './cluster-weather.js';
import { Companion } from './companion.js';

/** Within this, followers and other tabs have heard of what was sold. Design, I14. */
const heardWithinMs = 2_000;
/** Holders with sockets at a node are told of to the owner twice a second. */
const holdersToldMs = 1_500;

/**
 * Once all faults have ended: operators' moves end; each node in turn is given every event, which sells through another node; what
 * is sold shows at all nodes, and to the buyer's other tabs wherever they are; and each event is awake at its owner alone.
 */
export class ClusterTruth {
  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly nodes: ClusterNodes,
    private readonly weather: ClusterWeather,
    private readonly store: MemoryJournalStore,
    private readonly histories: ReadonlyMap<string, History>,
    private readonly healMs: number,
  ) {}

  async prove(): Promise<void> {
    await this.#until(() => this.weather.movesEnded, 'a move does not end');
    const places = this.network.places();
    const companions = [...this.histories.keys()].flatMap((eventId) =>
      places.map((place) => new Companion(this.world, this.network, eventId, place)),
    );
    for (const companion of companions) companion.subscribe();
    await this.#until(() => companions.every(({ watcher }) => watcher.position !== null), 'a node gives no map');
    for (const [round, place] of places.entries()) {
      const seller = must(places[(round + 1) % places.length], 'a place');
      for (const eventId of this.histories.keys()) await this.#move(eventId, seller, place);
      await this.world.run(this.world.nowMs + holdersToldMs);
      await Promise.all(
        [...this.histories].map(([eventId, history]) => this.#prepare(eventId, history, seller, round)),
      );
      await this.#sell(companions, seller);
    }
    await this.#checkOwners();
    for (const companion of companions) this.network.unregister(companion);
  }

  readonly #sales: FreshSale[] = [];

  async #move(eventId: string, asked: number, place: number): Promise<void> {
    let outcome: string | null | undefined;
    const moving = this.weather.move(this.network.nodeAt(asked), eventId, place);
    void moving.then((kind) => {
      outcome = kind;
    });
    await this.#until(() => outcome !== undefined, 'a move does not end');
    assert.equal(outcome, 'moved', `after all faults ended, an event is not moved: ${eventId}`);
  }

  async #prepare(eventId: string, history: History, place: number, round: number): Promise<void> {
    const { entries, map } = await replayAll(this.store, eventId);
    const sale = new FreshSale(this.world, this.network, history, eventId, place, `fresh-${round}`);
    this.#sales.push(sale);
    sale.begin(entries, map);
  }

  async #sell(companions: readonly Companion[], place: number): Promise<void> {
    const sales = this.#sales.splice(0);
    await this.#until(() => sales.every(({ done }) => done), `an event does not sell through node ${place}`);
    await this.world.run(this.world.nowMs + heardWithinMs);
    for (const sale of sales) {
      const { map } = await replayAll(this.store, sale.eventId);
      for (const companion of companions) {
        if (companion.eventId !== sale.eventId) continue;
        const { watcher, changed, ended } = companion;
        const at = `at node ${companion.place} after a sale at node ${place}`;
        assert.deepEqual(watcher.states, map.states, `[I14] a follower's map is not the owner's ${at}`);
        if (companion.place === place) continue;
        assert.ok(changed.has(sale.holdId), `another tab was not told of a hold ${at}`);
        assert.ok(ended.has(sale.holdId), `another tab was not told of the end of a hold ${at}`);
      }
      this.network.unregister(sale);
    }
  }

  async #checkOwners(): Promise<void> {
    for (const eventId of this.histories.keys()) {
      const head = must(await this.store.head(eventId), 'an event');
      const awake = this.network
        .places()
        .map((place) => this.network.nodeAt(place))
        .filter((node) => node.eventIds().includes(eventId));
      assert.deepEqual(
        awake.map(({ name }) => name),
        [head.owner],
        `after all faults ended, an event is not awake at its owner alone: ${eventId}`,
      );
      assert.equal(this.nodes.leases.stateOf(head.owner), 'lives', `the owner of an event does not live: ${eventId}`);
    }
  }

  async #until(done: () => boolean, cannot: string): Promise<void> {
    await this.world.run(this.world.nowMs + this.healMs, done);
    assert.ok(done(), `after all faults ended, ${cannot}`);
  }
}
