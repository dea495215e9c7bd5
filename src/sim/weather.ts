import { StatementFailed } from '../journal/port.js';
import { type Draw, type Strike, strikes } from './draw.js';
import type { Nodes } from './incarnations.js';
import type { Receiver } from './connection.js';
import type { Network } from './network.js';
import type { SeededRandom } from './seeded-random.js';
import type { SimNode } from './sim-node.js';
import type { Sometimes } from './sometimes.js';
import { outcomeUnknown, type StatementFate, type StoreWeather, type UnderWay } from './store-link.js';
import type { World } from './world.js';

/** Made once, as `outcomeUnknown`. */
const refused = new StatementFailed('deadlock detected', true);
const calmFate: StatementFate = { tripMs: 0, error: null, lateMs: null, answerLost: false };

/** What a strike needs to know of what runs. */
export interface Struck {
  readonly network: Network;
  readonly nodes: Nodes;
  isRecovering(node: SimNode): boolean;
}

/** Everything that goes wrong, as often as the draw says. Phase one: it strikes. Phase two: it is calm, and all must heal. */
export class Weather {
  readonly counts: Record<string, number> = {};
  readonly underWay = new Set<UnderWay>();
  #struck: Struck | null = null;
  #outageUntilMs = 0;
  readonly #isolatedUntilMs = new WeakMap<SimNode, number>();
  #stalledUntilMs = 0;
  #slowUntilMs = 0;

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    private readonly draw: Draw,
    private readonly sometimes: Sometimes,
  ) {}

  /** The weather between this node and the store. */
  around(node: SimNode): StoreWeather {
    return { underWay: this.underWay, fateOf: (writes) => this.#fateOf(node, writes) };
  }

  /** What befalls a statement on its way to the store and back. */
  #fateOf(node: SimNode, writes: boolean): StatementFate {
    if (this.#struck === null) return calmFate;
    const { random, world } = this;
    const { store } = this.draw;
    const slowMs = world.nowMs < this.#slowUntilMs ? store.slowMs * 20 : store.slowMs;
    const tripMs = Math.max(random.below(slowMs), this.#stalledUntilMs - world.nowMs);
    if (this.#isCutOff(node)) return { ...calmFate, tripMs, error: outcomeUnknown.append };
    if (random.chance(store.refusedRate)) {
      this.count('refused');
      return { ...calmFate, tripMs, error: refused };
    }
    if (writes && random.chance(store.lateRate)) {
      this.count('late');
      return { tripMs, error: null, lateMs: random.below(random.chance(0.5) ? 200 : 20_000), answerLost: false };
    }
    const answerLost = random.chance(store.unknownRate);
    if (answerLost) this.count('unknown');
    return { tripMs, error: null, lateMs: null, answerLost };
  }

  /** Of a renewal of the lease; null: no answer. */
  leaseTripMs(node: SimNode): number | null {
    if (this.#struck !== null && this.#isCutOff(node)) return null;
    return Math.max(1 + this.random.below(20), this.#struck === null ? 0 : this.#stalledUntilMs - this.world.nowMs);
  }

  /** Nothing that this node sends to the store arrives. */
  #isCutOff(node: SimNode): boolean {
    return this.world.nowMs < Math.max(this.#outageUntilMs, this.#isolatedUntilMs.get(node) ?? 0);
  }

  /** A node has been granted an event and is about to read its journal. */
  onGranted(node: SimNode): void {
    if (this.#struck === null || !this.random.chance(this.draw.killInRecoveryRate)) return;
    this.world.after(this.random.below(this.draw.store.slowMs), () => {
      if (this.#struck !== null && node.alive) this.#kill('killInRecovery', node);
    });
  }

  begin(struck: Struck): void {
    this.#struck = struck;
    struck.network.lossy = true;
    this.#nextStrike();
    this.#nextKill();
    if (struck.network.sockets !== null) this.#nextShardLoss();
  }

  /** The faults end: everybody connects to those who run on. */
  end(): void {
    const struck = this.#struck;
    if (struck === null) return;
    this.#struck = null;
    const { network, nodes } = struck;
    network.lossy = false;
    nodes.survive();
    network.heal();
  }

  count(fault: string): void {
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    this.sometimes.hitFault(fault);
    this.world.note(fault);
  }

  #nextStrike(): void {
    this.world.after(this.random.below(2 * this.draw.strikeEveryMs), () => {
      if (this.#struck === null) return;
      this.#strike(this.#struck);
      this.#nextStrike();
    });
  }

  #nextKill(): void {
    this.world.interruptAfter(1 + this.random.below(2 * this.draw.killEverySteps), () => {
      if (this.#struck === null) return;
      const node = this.#anyNode(this.#struck);
      if (node !== null) this.#kill('killBetweenEffects', node);
      this.#nextKill();
    });
  }

  /** A thread crashes, and its node and its sockets live on. */
  #nextShardLoss(): void {
    this.world.after(this.random.below(6 * this.draw.strikeEveryMs), () => {
      if (this.#struck === null) return;
      const { network } = this.#struck;
      const node = this.#anyNode(this.#struck);
      if (node !== null && !node.paused) {
        this.count('shardLost');
        network.cutWriters(network.placeOf(node));
        node.restartShard(this.random.chance(0.5) ? 0 : 1_000);
      }
      this.#nextShardLoss();
    });
  }

  #strike(struck: Struck): void {
    const { network } = struck;
    const node = this.#anyNode(struck);
    if (node === null) {
      this.#successorSoon(0);
      return;
    }
    const strike = this.#drawStrike();
    if (strike === null) return;
    if (strike === 'kill') {
      this.#kill('kill', node);
      return;
    }
    this.count(strike);
    const { random, world, draw } = this;
    switch (strike) {
      case 'pause':
        node.pause(random.below(draw.leaseMs));
        return;
      case 'longPause':
        this.#pauseLong(node);
        return;
      case 'successor':
        // The one before it still runs: the two fight until it learns that it was superseded.
        this.#successorSoon(0);
        return;
      case 'wallJump':
        node.jumpWallClock((random.below(2) === 0 ? -1 : 1) * random.below(3_600_000));
        return;
      case 'outage':
        this.#outageUntilMs = world.nowMs + random.below(4_000);
        return;
      case 'isolation':
        // The others reach the store, its clients reach it: it goes on with what it last knew while another takes over.
        this.#isolatedUntilMs.set(node, world.nowMs + random.below(3 * draw.leaseMs));
        this.#supplant(node, random.below(500));
        return;
      case 'stall':
        this.#stalledUntilMs = world.nowMs + draw.leaseMs * (0.5 + random.below(1_000) / 1_000);
        // What waits for the store fills the gate: worth a look.
        for (let look = 0; look < 4; look += 1) world.after(random.below(draw.leaseMs), () => this.#look(node));
        return;
      case 'slowStore':
        this.#slowUntilMs = world.nowMs + random.below(10_000);
        return;
      case 'failover':
        this.#failover();
        return;
      case 'disconnect':
        network.cut(network.placeOf(node));
        return;
      case 'vanish':
        network.vanish(this.#anyReceiver(network), random.below(20_000));
        this.#strikeDevices(network, 'vanish');
        return;
      case 'slowWatcher':
        network.slowDown(this.#anyReceiver(network), random.below(5_000));
        this.#strikeDevices(network, 'slowWatcher');
        return;
      case 'lull':
        this.#lull(struck);
        return;
      case 'operatorLooks':
        this.#look(node);
        return;
    }
  }

  /** The same befalls some of those who have the SDK. */
  #strikeDevices({ sockets }: Network, strike: 'vanish' | 'slowWatcher'): void {
    if (sockets === null) return;
    const { random } = this;
    for (const device of sockets.devices) {
      if (random.chance(0.6)) continue;
      if (strike === 'slowWatcher') sockets.slowDown(device, 1_000 + random.below(random.chance(0.2) ? 45_000 : 8_000));
      else if (random.chance(0.5)) sockets.goOffline(device, random.below(20_000));
      else sockets.breakOne(device);
    }
  }

  #drawStrike(): Strike | null {
    const weights = this.draw.strikeWeights;
    let total = 0;
    for (const strike of strikes) total += weights[strike];
    let left = this.random.below(total);
    for (const strike of strikes) {
      left -= weights[strike];
      if (left < 0) return strike;
    }
    return null;
  }

  #kill(fault: 'kill' | 'killInRecovery' | 'killBetweenEffects', node: SimNode): void {
    const struck = this.#struck;
    if (struck === null) return;
    this.count(fault);
    if (struck.isRecovering(node)) this.sometimes.hit('killed during recovery');
    node.kill();
    struck.network.cut(struck.network.placeOf(node));
    this.#successorSoon(this.random.below(3_000), node);
  }

  #pauseLong(node: SimNode): void {
    const forMs = this.draw.leaseMs + this.random.below(2 * this.draw.leaseMs);
    node.pause(forMs);
    // Whoever finds that it does not answer may start another, long before it goes on.
    if (this.random.chance(0.5)) {
      // It wakes up with batches whose fate it does not know, while its clients have gone on elsewhere.
      if (this.random.chance(0.5)) this.#failover();
      this.#supplant(node, this.random.below(1_000));
    }
    this.world.after(forMs + 1, () => {
      if (node.alive && !node.paused) this.sometimes.hit('going on after a pause longer than the lease');
    });
  }

  /** A successor starts, where there are no others; some of the clients find their way to it, others stay with the node that does not know of it. */
  #supplant(node: SimNode, soonMs: number): void {
    if (this.draw.cluster === null) this.#successorSoon(soonMs);
    this.world.after(soonMs + 1, () => {
      if (this.#struck === null) return;
      const { network } = this.#struck;
      const place = network.placeOf(node);
      for (const receiver of network.receivers())
        if (receiver.place === place && this.random.chance(0.5)) network.cutOne(receiver);
    });
  }

  /** Every connection to the store breaks; of what is under way some is rolled back, some commits all the same. */
  #failover(): void {
    for (const statement of this.underWay) {
      statement.rolledBack = this.random.chance(0.5);
      statement.breakOff();
    }
    this.underWay.clear();
    this.#outageUntilMs = Math.max(this.#outageUntilMs, this.world.nowMs + this.random.below(1_000));
  }

  /** Nobody watches the event for long enough that it comes to rest, and that a hold ends meanwhile. */
  #lull({ network, nodes }: Struck): void {
    const { events, limits } = this.draw;
    const { eventId, configuration } = this.#one(events);
    const forMs = limits.passivateAfterMs + 2_000 + this.random.below(configuration.holdTtlMs);
    for (const receiver of network.receivers()) if (receiver.eventId === eventId) network.vanish(receiver, forMs);
    for (const device of network.sockets?.devices ?? [])
      if (device.eventId === eventId) network.sockets?.goOffline(device, forMs);
    if (this.random.chance(0.7)) return;
    // A successor is granted the event just before the one that has it lets it rest.
    const soonMs = Math.max(0, limits.passivateAfterMs - this.random.below(500));
    this.#successorSoon(soonMs);
    this.world.after(soonMs + 100, () => {
      const { latest } = nodes;
      if (this.#struck !== null && latest !== null) this.#look(latest, eventId);
    });
  }

  /** An operator looks at an event, which must change nothing of it. */
  #look(node: SimNode, eventId = this.#one(this.draw.events).eventId): void {
    if (!node.alive || node.paused) return;
    void node.describe(eventId).then((description) => {
      if (description !== null && description.gate >= this.draw.limits.gateOutputsMax) this.sometimes.hit('gate full');
    });
  }

  #successorSoon(delayMs: number, ended: SimNode | null = null): void {
    this.world.after(delayMs, () => this.#struck?.nodes.succeed(ended));
  }

  #anyNode({ network }: Struck): SimNode | null {
    const places = network.places();
    return places.length === 0 ? null : network.nodeAt(this.#one(places));
  }

  #anyReceiver(network: Network): Receiver {
    return this.#one(network.receivers());
  }

  #one<T>(items: readonly T[]): T {
    return items[this.random.below(items.length)] as T;
  }
}
