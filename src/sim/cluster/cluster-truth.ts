import assert from 'node:assert/strict';
import type { MemoryJournalStore } from '../../journal/memory-store.js';
import { must } from '../../lib/must.js';
import { replayAll } from '../checker.js';
import { FreshSale } from '../fresh-sale.js';
import type { History } from '../history.js';
import type { Network } from '../network.js';
import type { SimNode } from '../sim-node.js';
import type { World } from '../world.js';
import type { ClusterNodes } from './cluster-nodes.js';
import type { ClusterWeather } from './cluster-weather.js';
import { Companion } from './companion.js';

/** Within this, followers and other tabs have heard of what was sold. Design, I14. */
const heardWithinMs = 2_000;
/** A follower says once a second how far it is: what it has missed is noticed by the second time, and mended. */
const missedIsMendedMs = 4_000;
/** An owner forgets a follower that is silent for longer than 5 s. */
const deafMs = 7_000;
/** Holders with sockets at a node are told of to the owner twice a second. */
const holdersToldMs = 1_500;

export interface ClusterTruthGround {
  readonly world: World;
  readonly network: Network;
  readonly nodes: ClusterNodes;
  readonly weather: ClusterWeather;
  readonly store: MemoryJournalStore;
  readonly histories: ReadonlyMap<string, History>;
  readonly healMs: number;
  readonly headSeq: (eventId: string) => number;
}

/**
 * Once all faults have ended: operators' moves end; each node in turn is given every event, which sells through another node; what
 * is sold shows at all nodes, and to the buyer's other tabs wherever they are; a node that could not be heard for a while, and
 * one that missed the last delta, are mended; and each event is awake at its owner alone.
 */
export class ClusterTruth {
  #companions: readonly Companion[] = [];

  constructor(private readonly ground: ClusterTruthGround) {}

  async prove(): Promise<void> {
    const { network, nodes, weather, histories, world } = this.ground;
    await this.#until(() => weather.movesEnded, 'a move does not end');
    await this.#until(() => this.#allKnowAll(), 'a node does not know the others');
    const places = network.places();
    await this.#watchEverywhere(places);
    for (const [round, place] of places.entries()) {
      const seller = must(places[(round + 1) % places.length], 'a node');
      for (const eventId of histories.keys()) await this.#move(eventId, seller, place);
      await world.run(world.nowMs + holdersToldMs);
      nodes.bus.losesPublications = round === 0;
      await this.#sell(seller, round, round === 0 ? missedIsMendedMs : heardWithinMs);
    }
    await this.#deafen(network.nodeAt(must(places[0], 'a node')));
    await this.#sell(must(places[0], 'a node'), places.length, heardWithinMs);
    await this.#checkOwners();
    for (const companion of this.#companions) network.unregister(companion);
  }

  #allKnowAll(): boolean {
    const living = this.#nodes();
    return living.every(({ cluster }) => living.every(({ name }) => cluster.nodes.byIncarnation(name) !== undefined));
  }

  async #watchEverywhere(places: readonly number[]): Promise<void> {
    const { world, network, histories } = this.ground;
    this.#companions = [...histories.keys()].flatMap((eventId) =>
      places.map((place) => new Companion(world, network, eventId, place)),
    );
    for (const companion of this.#companions) companion.subscribe();
    const haveMaps = (): boolean => this.#companions.every(({ watcher }) => watcher.position !== null);
    await this.#until(haveMaps, 'a node gives no map');
  }

  /** Nothing passes between it and the others for a while. */
  async #deafen({ cluster }: SimNode): Promise<void> {
    const { world } = this.ground;
    cluster.carrier.deafen();
    await world.run(world.nowMs + deafMs);
    cluster.mendCarrier();
    await world.run(world.nowMs + missedIsMendedMs);
  }

  async #move(eventId: string, asked: number, place: number): Promise<void> {
    const { network, weather } = this.ground;
    let outcome: string | null | undefined;
    void weather.move(network.nodeAt(asked), eventId, place).then((kind) => {
      outcome = kind;
    });
    await this.#until(() => outcome !== undefined, 'a move does not end');
    assert.equal(outcome, 'moved', `after all faults ended, an event is not moved: ${eventId}`);
  }

  async #sell(place: number, round: number, withinMs: number): Promise<void> {
    const { world, network, nodes, store, histories, headSeq } = this.ground;
    const sales: FreshSale[] = [];
    for (const [eventId, history] of histories) {
      const { entries, map } = await replayAll(store, eventId);
      const sale = new FreshSale(world, network, history, eventId, place, `fresh-${round}`);
      sales.push(sale);
      sale.begin(entries, map);
    }
    await this.#until(() => sales.every(({ done }) => done), `an event does not sell through node ${place}`);
    // The last deltas are still on their way.
    await world.run(world.nowMs + holdersToldMs);
    nodes.bus.losesPublications = false;
    const haveArrived = (): boolean =>
      this.#companions.every(({ eventId, watcher }) => watcher.position?.[1] === headSeq(eventId));
    await world.run(world.nowMs + withinMs, haveArrived);
    assert.ok(haveArrived(), `[I14] a follower stays behind after a sale at node ${place}`);
    for (const sale of sales) {
      await this.#checkHeard(sale);
      network.unregister(sale);
    }
  }

  async #checkHeard({ eventId, place, holdId }: FreshSale): Promise<void> {
    const { map } = await replayAll(this.ground.store, eventId);
    for (const companion of this.#companions) {
      if (companion.eventId !== eventId) continue;
      const { watcher, changed, ended } = companion;
      const at = `at node ${companion.place} after a sale at node ${place}`;
      assert.deepEqual(watcher.states, map.states, `[I14] a follower's map is not the owner's ${at}`);
      if (companion.place === place) continue;
      assert.ok(changed.has(holdId), `another tab was not told of a hold ${at}`);
      assert.ok(ended.has(holdId), `another tab was not told of the end of a hold ${at}`);
    }
  }

  async #checkOwners(): Promise<void> {
    const { store, nodes, histories } = this.ground;
    for (const eventId of histories.keys()) {
      const { owner } = must(await store.head(eventId), 'an event');
      assert.deepEqual(
        this.#nodes()
          .filter((node) => node.eventIds().includes(eventId))
          .map(({ name }) => name),
        [owner],
        `after all faults ended, an event is not awake at its owner alone: ${eventId}`,
      );
      assert.equal(nodes.leases.stateOf(owner), 'lives', `the owner of an event does not live: ${eventId}`);
    }
  }

  #nodes(): SimNode[] {
    const { network } = this.ground;
    return network.places().map((place) => network.nodeAt(place));
  }

  async #until(done: () => boolean, cannot: string): Promise<void> {
    const { world, healMs } = this.ground;
    await world.run(world.nowMs + healMs, done);
    assert.ok(done(), `after all faults ended, ${cannot}`);
  }
}
