import type { LeaseReading } from '../actor/actor-time.js';
import type { ElsewhereListener } from '../cluster/elsewhere.js';
import type { Limits } from '../config/limits.js';
import type { JournalStore } from '../journal/port.js';
import { Fifo } from '../lib/fifo.js';
import { must } from '../lib/must.js';
import type { Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import { deliver } from '../shard/answers.js';
import type { EventDescription } from '../shard/messages.js';
import { PackedWriter } from '../shard/packed.js';
import type { OwnershipListener, ShardListener } from '../shard/port.js';
import { writeUnwatch } from '../shard/requests.js';
import { Shard } from '../shard/shard.js';
import { type ClusterGround, ClusterSide, type ShardSeat } from './cluster/cluster-side.js';
import { both, WriterSockets } from './cluster/writer-sockets.js';
import type { SeededRandom } from './seeded-random.js';
import { forked, type GatewaySettings, SimGateway } from './sim-gateway.js';
import type { World } from './world.js';

/** Postgres' clock against the world's: nobody may rely on the two being equal. */
export const storeOffsetMs = 1_700_000_000_000;

/** How long a node answers after it sent a renewal of its lease: a margin is taken off. */
export function answersForMs(leaseMs: number): number {
  return leaseMs * 0.9;
}

export interface SimNodeOptions {
  readonly name: string;
  readonly leaseMs: number;
  readonly limits: Limits;
  /** Whether a later incarnation of this node has registered: what a renewal of the lease finds out. */
  isSuperseded(name: string): boolean;
  onSuperseded(node: SimNode): void;
  /** How long a renewal is under way; null: Postgres does not answer. */
  leaseTripMs(node: SimNode): number | null;
  /** The store as this node reaches it; what it answers goes through `deliver`. */
  linkStore(node: SimNode, answers: (work: () => void) => void): JournalStore;
  readonly random: SeededRandom;
  readonly log: Log;
  /** Null: no sockets come here. */
  readonly gateway: GatewaySettings | null;
  /** Null: nobody else lives at the same time. */
  readonly cluster: ClusterGround | null;
}

/** What clients of a node hear; those without a gateway are sent elsewhere through it too. */
export type ClientListener = ShardListener & OwnershipListener & ElsewhereListener;

/** One for all: what is written is taken at once. */
const writer = new PackedWriter();

/** The last commit, and the snapshot after it. As long as ShardHost waits. */
const handOverTimeoutMs = 10_000;

/**
 * One incarnation of a node: a real `Shard` on virtual time, and beside it, where sockets come here, the real gateway, and, where
 * other nodes live, the real router. It can be paused (its timers and whatever reaches it wait, and
 * queued messages run before overdue timers, as SIGSTOP does it) and it can be killed between any two effects.
 */
export class SimNode {
  #shard: Shard;
  /** Whether what the shard still had to do happens: not once it is gone. */
  #shardLife = { alive: true };
  #lastReading: LeaseReading | null = null;
  readonly #gateway: SimGateway | null;
  readonly #cluster: ClusterSide | null;
  readonly #writers = new WriterSockets();
  readonly #hearers: ShardListener & OwnershipListener;
  readonly name: string;
  #alive = true;
  #pausedUntilMs = 0;
  readonly #inbox = new Fifo<() => void>();
  /** This machine's monotonic clock has an origin of its own; its wall clock jumps. */
  readonly #monotonicOriginMs: number;
  #wallOffsetMs = 0;
  readonly #clock = {
    monotonicMs: () => this.#monotonicMs(),
    wallMs: () => this.#monotonicMs() + this.#wallOffsetMs,
  };

  constructor(
    private readonly world: World,
    private readonly options: SimNodeOptions,
    listener: ClientListener,
  ) {
    const { name, random } = options;
    this.name = name;
    this.#monotonicOriginMs = random.below(1_000_000);
    this.#gateway =
      options.gateway === null
        ? null
        : new SimGateway(
            {
              nodeId: name,
              clock: this.#clock,
              timers: this.#timers({ alive: true }),
              random,
              nowMs: () => world.nowMs + storeOffsetMs,
              post: (message) => this.#ask(message),
            },
            options.gateway,
          );
    const clients = this.#gateway === null ? listener : forked(listener, this.#gateway.sockets);
    this.#cluster = options.cluster === null ? null : this.#makeClusterSide(options.cluster);
    this.#hearers = this.#cluster?.router ?? clients;
    this.#shard = this.#makeShard();
    if (this.#cluster !== null) {
      this.#startClusterSide(this.#cluster, clients, listener);
      return;
    }
    // A node's shards begin once its first renewal was answered: their time is never without a reading.
    this.#renewed(false, this.#monotonicMs(), this.#wallOffsetMs);
    this.#shard.start();
    this.#keepLease();
  }

  #makeClusterSide(ground: ClusterGround): ClusterSide {
    const { name, leaseMs, log } = this.options;
    return new ClusterSide(
      {
        incarnation: name,
        leaseMs,
        clock: this.#clock,
        timers: this.#timers({ alive: true }),
        log,
        shard: this.#seat(),
        store: ground.linkStore(this, (work) => this.#onceRunning(0, work)),
        arrive: (work) => this.arrive(work),
        onSuperseded: () => this.options.onSuperseded(this),
      },
      ground,
    );
  }

  /** Sockets stay where they are: that a program with the SDK has two of them at a time, its tap does not know yet. */
  #startClusterSide(cluster: ClusterSide, clients: ShardListener, referrals: ElsewhereListener): void {
    const sockets = this.#gateway?.sockets;
    cluster.start(clients, sockets === undefined ? this.#writers : both(this.#writers, sockets), referrals);
    this.#shard.start();
  }

  #seat(): ShardSeat {
    return {
      receive: (message) => this.#toShard(message),
      leaseRenewed: (reading) => {
        this.#lastReading = reading;
        if (this.#shardLife.alive) this.#shard.leaseRenewed(reading);
      },
      describe: (eventId) => this.describe(eventId),
      handOver: (eventId, next) => this.#handOver(eventId, next),
      eventIds: () => Promise.resolve(this.eventIds()),
    };
  }

  #handOver(eventId: string, next: string): Promise<boolean> {
    if (!this.#shardLife.alive) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#timers({ alive: true }).after(handOverTimeoutMs, () => resolve(false));
      void this.#shard.handOver(eventId, next).then(resolve);
    });
  }

  /** Events that are awake here. */
  eventIds(): string[] {
    return this.#shardLife.alive ? this.#shard.eventIds() : [];
  }

  /** Takes nothing more in, and brings all that is left to rest. */
  async close(graceMs: number): Promise<void> {
    if (this.#shardLife.alive) await this.#shard.close(graceMs);
  }

  /** What it says to other nodes, and hears from them. */
  get cluster(): ClusterSide {
    return must(this.#cluster, 'the router of a node');
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.world.nowMs < this.#pausedUntilMs;
  }

  /** Nothing of it happens any more; what it sent is under way. */
  kill(): void {
    this.#alive = false;
    this.#cluster?.ended();
    this.world.note(`${this.name} killed`);
  }

  pause(forMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.world.nowMs + forMs);
    this.world.note(`${this.name} paused ${forMs}`);
  }

  jumpWallClock(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** What an operator sees of an event. */
  describe(eventId: string): Promise<EventDescription | null> {
    if (!this.#shardLife.alive) return Promise.resolve(null);
    return this.#shard.describe(eventId);
  }

  /** Where its sockets end. */
  get gateway(): SimGateway {
    return must(this.#gateway, 'the gateway of a node');
  }

  /**
   * The shard's thread crashes, and is started again after `downMs`, as ShardHost does it: what it had not answered is unknown,
   * and it is told how many sockets watch each event. Whoever writes to the shard himself has left before.
   */
  restartShard(downMs: number): void {
    this.arrive(() => {
      this.world.note(`${this.name} lost its shard`);
      this.#shardLife.alive = false;
      this.#loseShard();
      this.world.after(downMs, () => this.#onceRunning(1, () => this.#shardIsBack()));
    });
  }

  #shardIsBack(): void {
    if (this.#shardLife.alive) return;
    // What was asked meanwhile went to the thread that is gone.
    this.#loseShard();
    this.#shard = this.#makeShard();
    if (this.#lastReading !== null) this.#shard.leaseRenewed(this.#lastReading);
    this.#shard.start();
    if (this.#cluster !== null) this.#cluster.watchAgain();
    else this.gateway.watchAgain();
  }

  #loseShard(): void {
    if (this.#cluster !== null) this.#cluster.shardLost();
    else this.gateway.shardLost();
  }

  #makeShard(): Shard {
    const { name, limits, random, log } = this.options;
    const life = { alive: true };
    this.#shardLife = life;
    return new Shard({
      store: this.options.linkStore(this, (work) =>
        this.#onceRunning(0, () => {
          if (life.alive) work();
        }),
      ),
      clock: this.#clock,
      timers: this.#timers(life),
      random,
      limits,
      log,
      owner: name,
      isOfThisShard: () => true,
      post: (message) => deliver(message, this.#hearers),
    });
  }

  /** What clients ask: of the shard, or of the router before it. */
  #ask(message: Uint8Array): void {
    if (this.#cluster !== null) this.#cluster.receive(message);
    else this.#toShard(message);
  }

  #toShard(message: Uint8Array): void {
    if (this.#shardLife.alive) this.#shard.receive(message);
  }

  /** A message for the shard from the network. */
  receive(write: (writer: PackedWriter) => void): void {
    this.arrive(() => {
      write(writer);
      this.#ask(writer.take());
    });
  }

  /** A client without a gateway was told that it watches the event. */
  joined(eventId: string, holderId: string): void {
    this.#writers.joined(eventId, holderId);
  }

  left(eventId: string, holderId: string): void {
    this.receive((to) => {
      this.#writers.left(eventId, holderId);
      writeUnwatch(to, eventId);
    });
  }

  /** Something comes from the network: it waits while the node is paused, and is gone when it is dead. */
  arrive(work: () => void): void {
    if (!this.#alive) return;
    // One queue, whatever chance says about the order in which the waiting ends: a connection keeps its order.
    this.#inbox.push(work);
    this.#onceRunning(0, () => must(this.#inbox.shift(), 'a message')());
  }

  #monotonicMs(): number {
    return this.world.nowMs + this.#monotonicOriginMs;
  }

  /** Runs the work now, or when the pause ends, `lateMs` behind everything that waits for the same; never once it is dead. */
  #onceRunning(lateMs: number, work: () => void): void {
    if (!this.#alive) return;
    if (!this.paused) {
      work();
      return;
    }
    this.world.after(this.#pausedUntilMs - this.world.nowMs + lateMs, () => this.#onceRunning(lateMs, work));
  }

  #timers(life: { readonly alive: boolean }): Timers {
    const whileAlive = (callback: () => void) => (): void => {
      if (life.alive) callback();
    };
    return {
      // Overdue timers come a little after the messages that queued up during a pause.
      after: (delayMs, callback) => this.world.after(delayMs, () => this.#onceRunning(1, whileAlive(callback))),
      soon: (callback) => {
        this.world.after(0, () => this.#onceRunning(0, whileAlive(callback)));
      },
    };
  }

  #keepLease(): void {
    if (!this.#alive) return;
    const sentMs = this.#monotonicMs();
    const wallOffsetMs = this.#wallOffsetMs;
    const tripMs = this.options.leaseTripMs(this);
    if (tripMs !== null) {
      this.world.after(tripMs, () => {
        const superseded = this.options.isSuperseded(this.name);
        this.#onceRunning(1, () => this.#renewed(superseded, sentMs, wallOffsetMs));
      });
    }
    this.world.after(this.options.leaseMs / 3, () => this.#onceRunning(1, () => this.#keepLease()));
  }

  #renewed(superseded: boolean, sentMs: number, wallOffsetMs: number): void {
    if (superseded) {
      this.options.onSuperseded(this);
      return;
    }
    this.#lastReading = {
      storeOffsetMs: storeOffsetMs - this.#monotonicOriginMs,
      answersUntilMonotonicMs: sentMs + answersForMs(this.options.leaseMs),
      mayTakeOverFromMonotonicMs: sentMs,
      wallOffsetMs,
    };
    if (this.#shardLife.alive) this.#shard.leaseRenewed(this.#lastReading);
  }
}
