import assert from 'node:assert/strict';
import type { Entry } from '../../journal/entry.js';
import type { MemoryJournalStore } from '../../journal/memory-store.js';
import type { History } from '../history.js';
import type { Surroundings } from '../incarnations.js';
import type { Network } from '../network.js';
import type { Sometimes } from '../sometimes.js';
import type { Weather } from '../weather.js';
import type { World } from '../world.js';
import { checkCluster } from './check-cluster.js';
import { ClusterNodes } from './cluster-nodes.js';
import { ClusterTruth } from './cluster-truth.js';
import { ClusterWeather } from './cluster-weather.js';
import { noteGrants } from './cluster-situations.js';
import type { ClusterDraw } from './draw-cluster.js';

/** By then statements that were late, and messages that were stalled, have come: such a claim supplants an activation once more. */
const lateEffectsMs = 25_000;

export interface ClusterWorldGround {
  readonly world: World;
  readonly network: Network;
  readonly around: Surroundings;
  readonly store: MemoryJournalStore;
  readonly weather: Weather;
  readonly sometimes: Sometimes;
  readonly headSeq: (eventId: string) => number;
}

/** What a world has more where several nodes live at the same time. */
export class ClusterWorld {
  readonly nodes: ClusterNodes;
  readonly #weather: ClusterWeather;

  constructor(
    private readonly ground: ClusterWorldGround,
    cluster: ClusterDraw,
  ) {
    const { world, network, around, weather, sometimes, headSeq } = ground;
    this.nodes = new ClusterNodes(world, network, around, cluster, ground);
    const draw = { ...around.draw, cluster };
    this.#weather = new ClusterWeather(world, around.random, draw, this.nodes, network, weather, sometimes, headSeq);
  }

  begin(): void {
    this.#weather.begin();
  }

  end(): void {
    this.#weather.end();
  }

  /** A last message that was lost is noticed, also where none follows it. */
  async arrive(haveArrived: () => boolean, healMs: number): Promise<void> {
    const { world } = this.ground;
    await world.run(world.nowMs + lateEffectsMs);
    await world.run(world.nowMs + healMs, haveArrived);
    assert.ok(haveArrived(), '[I14] after all faults ended, a map stays behind its event');
  }

  prove(histories: ReadonlyMap<string, History>, healMs: number): Promise<void> {
    const { nodes } = this;
    return new ClusterTruth({ ...this.ground, nodes, weather: this.#weather, histories, healMs }).prove();
  }

  judge(eventId: string, history: History, entries: readonly Entry[]): void {
    const grants = this.ground.store.grantsOf(eventId);
    const nodeOf = (epoch: number): string | undefined => this.nodes.nodeOf(eventId, epoch);
    checkCluster(history, grants, entries, nodeOf);
    noteGrants(this.ground.sometimes, grants, entries, nodeOf);
  }
}
