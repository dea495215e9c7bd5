import assert from 'node:assert/strict';
import type { Entry } from '../journal/entry.js';
import { MemoryJournalStore } from '../journal/memory-store.js';
import { StatementFailed } from '../journal/port.js';
import { verifyJournal } from '../journal/verify.js';
import { must } from '../lib/must.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { checkAskedFor, checkSdkSightings } from './check-sdk.js';
import { checkHistory, replayAll } from './checker.js';
import { type Draw, drawWorld, type Shares, usualShares } from './draw.js';
import { FreshSale } from './fresh-sale.js';
import { History } from './history.js';
import { incidentLog } from './incident-log.js';
import { Incarnations, type Nodes, type Surroundings } from './incarnations.js';
import { ClusterWorld } from './cluster/cluster-world.js';
import { judgeIndependently } from './independent-judge.js';
import { noteHistory, noteJournal } from './journal-situations.js';
import { SdkSightings } from './map-looks.js';
import { Network } from './network.js';
import { withoutRealWorld } from './real-world-guard.js';
import { gatewaySettings, holdsAgreeMs, mapsAgreeMs, SdkCrowd } from './sdk-crowd.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';
import { SimClient } from './sim-client.js';
import { answersForMs, type SimNode, storeOffsetMs } from './sim-node.js';
import { SocketNetwork } from './socket-network.js';
import { Sometimes } from './sometimes.js';
import { type Granted, StoreLink } from './store-link.js';
import { Weather } from './weather.js';
import { World } from './world.js';

export interface SimulationReport {
  readonly seed: number;
  /** Commands, each under an id of its own. */
  readonly operations: number;
  /** Everything that clients began to ask for: these, old ones sent again, reads of their holds, subscribes. */
  readonly begun: number;
  readonly accepted: number;
  readonly refused: number;
  readonly changes: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Times that an incarnation was killed. */
  readonly crashes: number;
  readonly incarnations: number;
  readonly epochs: number;
  readonly steps: number;
  /** Virtual time of the whole run. */
  readonly virtualMs: number;
  readonly sometimes: Readonly<Record<string, number>>;
  readonly traceHash: string;
}

/** After all faults have ended, everything must have come to one truth within this. */
const healMs = 120_000;
/** Phase one ends at the latest then, however slowly the world lets its clients ask. */
const phaseOneMs = 24 * 3600 * 1000;

/** Who judges a run at its end. */
export interface Judges {
  /** The simulation's own checks. */
  readonly own: boolean;
  /** The checker that shares no code with the server. It takes as long as the run. */
  readonly independent: boolean;
}

/** The independent checker judges one seed in so many. */
const independentEvery = 10;

/**
 * The world that the seed draws: events, incarnations of a node that fight for them, clients that compete for their seats, and
 * everything that can break; then all faults end, and everything must come to one truth.
 * @throws AssertionError an invariant was violated; run the same seed again to see it again
 */
export function simulate(
  seed: number,
  operations: number,
  judges = judgesOf(seed),
  shares = usualShares,
): Promise<SimulationReport> {
  return withoutRealWorld(() => new Simulation(seed, operations, judges, shares).run());
}

function judgesOf(seed: number): Judges {
  return { own: true, independent: seed % independentEvery === 0 };
}

class Simulation {
  readonly #draw: Draw;
  readonly #world: World;
  readonly #weather: Weather;
  readonly #sometimes = new Sometimes();
  readonly #store: MemoryJournalStore;
  readonly #network: Network;
  readonly #nodes: Nodes;
  readonly #cluster: ClusterWorld | null;
  readonly #links = new WeakMap<SimNode, StoreLink>();
  readonly #granted: Granted[] = [];
  readonly #heads = new Map<string, number>();
  readonly #histories: ReadonlyMap<string, History>;
  readonly #clients: readonly SimClient[];
  readonly #sightings: ReadonlyMap<string, SdkSightings>;
  readonly #crowd: SdkCrowd | null;
  #headMovedMs = 0;

  constructor(
    private readonly seed: number,
    private readonly operations: number,
    private readonly judges: Judges,
    shares: Shares,
  ) {
    const draw = drawWorld(seed, operations, shares);
    this.#draw = draw;
    const random = seededRandom(seed);
    const world = new World(random);
    this.#world = world;
    this.#weather = new Weather(world, random, draw, this.#sometimes);
    this.#store = new MemoryJournalStore(
      {
        before: (statement) => {
          if (statement.kind === 'claim' && this.#nodes.isSuperseded(statement.claimant)) {
            this.#weather.count('superseded');
            throw new StatementFailed('superseded by a later incarnation', false);
          }
          return 'now';
        },
      },
      (incarnation) => this.#cluster?.nodes.leases.stateOf(incarnation) ?? 'gone',
    );
    this.#network = new Network(world, random, draw.network, this.#sometimes, {
      headSeq: (eventId) => this.#headSeq(eventId),
      granted: (node, eventId) => this.#links.get(node)?.granted.get(eventId),
      onFault: (fault) => this.#weather.count(fault),
      onDefiniteAnswer: (node, eventId, askedMs) => this.#checkLease(node, eventId, askedMs),
    });
    const around: Surroundings = {
      draw,
      random,
      log: incidentLog(world),
      gateway: draw.sdk === null ? null : gatewaySettings(draw.sdk),
      leaseTripMs: (node) => this.#weather.leaseTripMs(node),
      linkStore: (node, answers) => this.#linkStore(node, answers),
    };
    const ground = {
      world,
      network: this.#network,
      around,
      store: this.#store,
      weather: this.#weather,
      sometimes: this.#sometimes,
      headSeq: (eventId: string) => this.#headSeq(eventId),
    };
    this.#cluster = draw.cluster === null ? null : new ClusterWorld(ground, draw.cluster);
    this.#nodes = this.#cluster?.nodes ?? new Incarnations(world, this.#network, around);
    this.#histories = new Map(draw.events.map(({ eventId }) => [eventId, new History()]));
    this.#clients = draw.clients.map((event, n) => {
      const { eventId, configuration } = must(draw.events[event], 'an event');
      const history = this.#historyOf(eventId);
      const holderId = `holder-${n}`;
      const { seatCount } = configuration;
      return new SimClient(world, random, this.#network, history, eventId, holderId, seatCount, draw.burstMax);
    });
    this.#sightings = new Map(draw.events.map(({ eventId }) => [eventId, new SdkSightings()]));
    this.#crowd = this.#makeCrowd(random);
  }

  async run(): Promise<SimulationReport> {
    for (const { eventId, configuration } of this.#draw.events) {
      await this.#store.createEvent(eventId, configuration, storeOffsetMs);
      this.#heads.set(eventId, 1);
    }
    await this.#breakEverything();
    await this.#heal();
    return await this.#check();
  }

  async #breakEverything(): Promise<void> {
    const clients = this.#clients;
    this.#nodes.begin();
    this.#weather.begin({
      network: this.#network,
      nodes: this.#nodes,
      isRecovering: (node) => (this.#links.get(node)?.recovering.size ?? 0) > 0,
    });
    this.#cluster?.begin();
    const share = Math.ceil(this.operations / (clients.length + (this.#crowd?.buyers.length ?? 0)));
    for (const client of clients) client.begin(share);
    this.#crowd?.begin(share);
    const isIdle = (): boolean => clients.every((client) => client.idle) && this.#crowd?.idle !== false;
    await this.#world.run(phaseOneMs, isIdle);
  }

  async #heal(): Promise<void> {
    const world = this.#world;
    this.#cluster?.end();
    this.#weather.end();
    await world.run(world.nowMs + healMs, () => this.#clients.every((client) => client.settled));
    for (const client of this.#clients)
      assert.ok(client.settled, 'after all faults ended, a command still has no definite answer');
    await this.#crowd?.settle(healMs);
    const haveArrived = (): boolean =>
      this.#clients.every((client) => client.position === this.#headSeq(client.eventId));
    await this.#cluster?.arrive(haveArrived, healMs);
    await this.#sellAgain();
    await this.#cluster?.prove(this.#histories, healMs);
    await world.run(world.nowMs + healMs, haveArrived);
    if (this.#crowd !== null) await this.#agree(this.#crowd);
  }

  /** Once nothing has changed for a little, all programs with the SDK show what the server has. */
  async #agree(crowd: SdkCrowd): Promise<void> {
    const world = this.#world;
    const isCalmFor = (ms: number) => (): boolean => world.nowMs - this.#headMovedMs >= ms && crowd.isLiveFor(ms);
    for (const ms of [mapsAgreeMs, holdsAgreeMs]) {
      await world.run(world.nowMs + healMs, isCalmFor(ms));
      assert.ok(isCalmFor(ms)(), 'after all faults ended, a program with the SDK does not stay connected');
      for (const { eventId } of this.#draw.events) {
        const { entries, map } = await replayAll(this.#store, eventId);
        crowd.checkMaps(eventId, map);
        if (ms === holdsAgreeMs) crowd.checkOwnHolds(eventId, entries, this.#cluster !== null);
      }
    }
  }

  /** Every event has an owner again, which takes a fresh hold and confirms it. */
  async #sellAgain(): Promise<void> {
    const world = this.#world;
    const onSaleMs = Math.max(...this.#draw.events.map(({ configuration }) => configuration.onSaleAtMs ?? 0));
    await world.run(Math.max(world.nowMs, onSaleMs - storeOffsetMs));
    const sales: FreshSale[] = [];
    for (const [eventId, history] of this.#histories) {
      const { entries, map } = await replayAll(this.#store, eventId);
      const sale = new FreshSale(world, this.#network, history, eventId);
      sales.push(sale);
      sale.begin(entries, map);
    }
    await world.run(world.nowMs + healMs, () => sales.every((sale) => sale.done));
    for (const sale of sales) {
      assert.ok(sale.done, `after all faults ended, an event does not sell: ${sale.eventId}`);
      this.#network.unregister(sale);
    }
  }

  async #check(): Promise<SimulationReport> {
    let changes = 0;
    let epochs = 0;
    let operations = 0;
    let accepted = 0;
    for (const [eventId, history] of this.#histories) {
      const { entries, map } = await replayAll(this.#store, eventId);
      if (this.judges.own) await this.#judge(eventId, history, entries, map);
      if (this.judges.independent) await this.#judgeIndependently(eventId, history);
      noteHistory(this.#sometimes, history);
      noteJournal(
        this.#sometimes,
        entries,
        this.#granted.filter((granted) => granted.eventId === eventId),
      );
      changes += entries.length;
      epochs += must(entries.at(-1), 'change 1').epoch;
      operations += history.operations.length;
      accepted += history.operations.filter((operation) => operation.accepted.length > 0).length;
    }
    const { counts } = this.#weather;
    return {
      seed: this.seed,
      operations,
      begun: this.#clients.reduce((begun, client) => begun + client.begun, 0),
      accepted,
      refused: operations - accepted,
      changes,
      faults: counts,
      crashes: (counts['kill'] ?? 0) + (counts['killInRecovery'] ?? 0) + (counts['killBetweenEffects'] ?? 0),
      incarnations: this.#nodes.count,
      epochs,
      steps: this.#world.steps,
      virtualMs: this.#world.nowMs,
      sometimes: this.#sometimes.counts,
      traceHash: this.#world.traceHash,
    };
  }

  async #judge(eventId: string, history: History, entries: readonly Entry[], map: SeatMap): Promise<void> {
    checkHistory(
      history,
      this.#store.grantsOf(eventId),
      entries,
      answersForMs(this.#draw.leaseMs),
      this.#cluster !== null,
    );
    this.#cluster?.judge(eventId, history, entries);
    checkAskedFor(history, entries);
    checkSdkSightings(must(this.#sightings.get(eventId), 'the sightings of an event'), entries, this.#cluster !== null);
    for await (const { problems } of verifyJournal(this.#store, eventId)) {
      assert.deepEqual(problems, [], '[I13] the booking tables are not what the journal makes of them');
    }
    for (const { watcher } of this.#watching(eventId)) {
      assert.deepEqual(watcher.states, map.states, "[I14] after all faults ended a client's map is not the server's");
      assert.deepEqual(
        [...watcher.areas],
        map.areas.all().map(([area, ...counts]) => [area, counts]),
        "[I14] after all faults ended a client's areas are not the server's",
      );
    }
  }

  async #judgeIndependently(eventId: string, history: History): Promise<void> {
    await judgeIndependently({
      eventId,
      store: this.#store,
      history,
      finalMaps: this.#watching(eventId).map(({ watcher }) => {
        return { position: must(watcher.position, 'a map'), states: must(watcher.states, 'a map') };
      }),
      nowMs: this.#world.nowMs,
      answersForMs: answersForMs(this.#draw.leaseMs),
    });
  }

  #watching(eventId: string): readonly SimClient[] {
    return this.#clients.filter((client) => client.eventId === eventId);
  }

  #makeCrowd(random: SeededRandom): SdkCrowd | null {
    const { sdk, events, burstMax } = this.#draw;
    if (sdk === null) return null;
    const world = this.#world;
    const network = this.#network;
    const sockets = new SocketNetwork(world, random, network);
    network.sockets = sockets;
    return new SdkCrowd(world, sdk, burstMax, (event) => {
      const { eventId, configuration } = must(events[event], 'an event');
      return {
        world,
        random,
        network,
        sockets,
        sometimes: this.#sometimes,
        history: this.#historyOf(eventId),
        sightings: must(this.#sightings.get(eventId), 'the sightings of an event'),
        eventId,
        seatCount: configuration.seatCount,
        headSeq: () => this.#headSeq(eventId),
      };
    });
  }

  #linkStore(node: SimNode, answers: (work: () => void) => void): StoreLink {
    const link = new StoreLink(
      this.#store,
      this.#world,
      this.#weather.around(node),
      this.#sometimes,
      this.#draw.limits.batchEntriesMax,
      answers,
      {
        onHead: (eventId, seq) => {
          if (seq <= this.#headSeq(eventId)) return;
          this.#heads.set(eventId, seq);
          this.#headMovedMs = this.#world.nowMs;
        },
        onGranted: (granted) => {
          this.#granted.push(granted);
          this.#cluster?.nodes.granted(granted.eventId, granted.epoch, node);
          this.#weather.onGranted(node);
        },
      },
    );
    this.#links.set(node, link);
    return link;
  }

  /** Nobody answers what was asked when another had owned the event for longer than a lease. */
  #checkLease(node: SimNode, eventId: string, askedMs: number): void {
    // Whose answer it is, the node that brings it does not say.
    if (this.#cluster !== null) return;
    const own = this.#links.get(node)?.granted.get(eventId);
    const grantedBeforeMs = askedMs - answersForMs(this.#draw.leaseMs);
    const later = this.#granted.findLast((granted) => granted.eventId === eventId && granted.atMs < grantedBeforeMs);
    assert.ok(
      own === undefined || later === undefined || later.epoch <= own.epoch,
      `epoch ${own?.epoch} answers though its lease has lapsed: epoch ${later?.epoch} owns the event`,
    );
  }

  #headSeq(eventId: string): number {
    return must(this.#heads.get(eventId), 'an event');
  }

  #historyOf(eventId: string): History {
    return must(this.#histories.get(eventId), 'the history of an event');
  }
}
