import { type Faults, OutcomeUnknown } from '../journal/faults.js';
import { StatementFailed } from '../journal/port.js';
import { type Incarnations, leaseMs } from './incarnations.js';
import type { Network } from './network.js';
import type { seededRandom } from './seeded-random.js';
import type { World } from './world.js';

/** Two places, so that a node and its successor can run side by side. */
const placeCount = 2;

/** Everything that goes wrong, and how often: drawn from the seed. */
export class Weather {
  readonly counts: Record<string, number> = {};
  onCommitted: (seq: number) => void = () => undefined;
  isSuperseded: (owner: string) => boolean = () => false;
  #calm = true;
  readonly #unknownRate: number;
  readonly #lateRate: number;
  readonly #slowMs: number;
  #outageUntilMs = 0;

  constructor(
    private readonly world: World,
    private readonly random: ReturnType<typeof seededRandom>,
  ) {
    this.#unknownRate = random.below(100) / 1_000;
    this.#lateRate = random.below(50) / 1_000;
    this.#slowMs = 1 + random.below(60);
  }

  /** What befalls statements on their way to the store and back. */
  faults(): Faults {
    return {
      before: async (statement) => {
        if (!this.#calm) {
          await this.world.delay(this.random.below(this.#slowMs));
          if (this.world.nowMs < this.#outageUntilMs) throw this.#count('outage', new OutcomeUnknown(statement.kind));
          if (this.random.chance(0.01)) throw this.#count('refused', new StatementFailed('deadlock detected', true));
          if (statement.kind === 'append' && this.random.chance(this.#lateRate)) return this.#count('late', 'late');
        }
        if (statement.kind === 'activate' && this.isSuperseded(statement.owner)) {
          throw this.#count('superseded', new StatementFailed('superseded by a later incarnation', false));
        }
        return 'now';
      },
      after: async (statement) => {
        if (statement.kind === 'append') for (const batch of statement.batches) this.onCommitted(batch.lastSeq);
        if (this.#calm) return;
        await this.world.delay(this.random.below(this.#slowMs));
        if (this.random.chance(this.#unknownRate)) throw this.#count('unknown', new OutcomeUnknown(statement.kind));
      },
    };
  }

  begin(network: Network, nodes: Incarnations): void {
    this.#calm = false;
    network.lossy = true;
    this.#next(network, nodes);
  }

  /** The faults end: late statements have come, one incarnation runs, everybody connects to it. */
  end(nodes: Incarnations, network: Network, deliverLate: () => void): void {
    this.#calm = true;
    network.lossy = false;
    deliverLate();
    for (const place of network.places()) {
      network.nodeAt(place).kill();
      network.cut(place);
    }
    nodes.spawn(0);
  }

  #next(network: Network, nodes: Incarnations): void {
    this.world.after(200 + this.random.below(3_000), () => {
      if (this.#calm) return;
      this.#strike(network, nodes);
      this.#next(network, nodes);
    });
  }

  #strike(network: Network, nodes: Incarnations): void {
    const places = network.places();
    if (places.length === 0) {
      this.#successorSoon(network, nodes, 0);
      return;
    }
    const place = places[this.random.below(places.length)] as number;
    const node = network.nodeAt(place);
    switch (this.random.below(7)) {
      case 0:
        this.#count('kill', null);
        node.kill();
        network.cut(place);
        this.#successorSoon(network, nodes, this.random.below(3_000));
        return;
      case 1:
        this.#count('pause', null);
        node.pause(this.random.below(2 * leaseMs));
        return;
      case 2:
        this.#count('wallJump', null);
        node.jumpWallClock((this.random.below(2) === 0 ? -1 : 1) * this.random.below(3_600_000));
        return;
      case 3:
        this.#count('outage', null);
        this.#outageUntilMs = this.world.nowMs + this.random.below(4_000);
        return;
      case 4:
        this.#count('disconnect', null);
        network.cut(place);
        return;
      case 5:
        // The one before it still runs: the two fight until it learns that it was superseded.
        this.#count('successor', null);
        this.#successorSoon(network, nodes, 0);
        return;
      default:
        this.#count('calm', null);
    }
  }

  /** At a free place, or where none is free in place of whoever is there. */
  #successorSoon(network: Network, nodes: Incarnations, delayMs: number): void {
    this.world.after(delayMs, () => {
      if (this.#calm) return;
      const living = network.places();
      const free = Array.from({ length: placeCount }, (_, place) => place).find((place) => !living.includes(place));
      const place = free ?? this.random.below(placeCount);
      if (free === undefined) network.nodeAt(place).kill();
      nodes.spawn(place);
    });
  }

  #count<T>(fault: string, value: T): T {
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    this.world.note(fault);
    return value;
  }
}
