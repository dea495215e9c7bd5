import { limits } from '../../config/limits.js';
import { MemoryJournalStore } from '../../journal/memory-store.js';
import { VirtualTime } from '../../lib/testing/virtual-time.js';
import { quietLog } from '../../store/testing/quiet-log.js';
import { configurationOf } from '../../seatmap/testing/hall.js';
import { deliver } from '../../shard/answers.js';
import { PackedWriter } from '../../shard/packed.js';
import type { ShardPort } from '../../shard/port.js';
import { writeMail, writeRewatch, writeUnwatch } from '../../shard/requests.js';
import { Shard } from '../../shard/shard.js';
import { RecordingListener } from '../../shard/testing/recording-listener.js';
import type { Carrier, CarrierListener } from '../carrier.js';
import type { LocalSockets } from '../following.js';
import { type LivingNode, LivingNodes } from '../living-nodes.js';
import { Router } from '../router.js';

/** Postgres' time minus the monotonic clock. */
const storeOffsetMs = 50_000_000;
const leaseMs = 5_000;
const tripMs = 1;

/** What a node understands. */
export interface SceneRelease {
  readonly journalFormat?: number;
  readonly linkVersion?: number;
}

/** Some nodes with a shard each, one store and one carrier, on virtual time. */
export class ClusterScene {
  readonly time = new VirtualTime();
  /** Those who renew their leases; the others' have run out. */
  readonly living = new Map<string, SceneNode>();
  readonly store = new MemoryJournalStore({}, (incarnation) => (this.living.has(incarnation) ? 'lives' : 'runOut'), {
    formatOf: (incarnation) => this.releases.get(incarnation)?.journalFormat ?? 1,
    readerOf: (format) => [...this.living.keys()].find((name) => this.rowOf(name).journalFormat >= format) ?? null,
  });
  readonly bus = new Map<string, Set<SceneCarrier>>();

  private constructor(private readonly releases: ReadonlyMap<string, SceneRelease>) {}

  static of(...names: string[]): Promise<ClusterScene> {
    return ClusterScene.ofReleases(Object.fromEntries(names.map((name) => [name, {}])));
  }

  /** Nodes by their names; each reads and says version 1 of what it does not name. */
  static async ofReleases(releases: Readonly<Record<string, SceneRelease>>): Promise<ClusterScene> {
    const scene = new ClusterScene(new Map(Object.entries(releases)));
    for (const name of scene.releases.keys()) scene.living.set(name, new SceneNode(name, scene));
    await Promise.all([...scene.living.values()].map((node) => node.nodes.start()));
    await scene.time.run(100);
    return scene;
  }

  node(name: string): SceneNode {
    const node = this.living.get(name);
    if (node === undefined) throw new Error(`Cannot find the node: ${name}`);
    return node;
  }

  /** Postgres' time. */
  nowMs(): number {
    return this.time.monotonicMs() + storeOffsetMs;
  }

  createEvent(eventId: string): Promise<void> {
    return this.store.createEvent(
      eventId,
      configurationOf({ holdTtlMs: 600_000, holdsPerHolderMax: 8, seatsPerHolderMax: 16 }),
      this.nowMs(),
    );
  }

  rowOf(name: string): LivingNode {
    return {
      nodeId: name,
      incarnation: name,
      url: `ws://${name}/v1/live`,
      version: '1',
      shards: 1,
      journalFormat: 1,
      linkVersion: 1,
      draining: false,
      expiresInMs: leaseMs,
      ...this.releases.get(name),
    };
  }

  /** The node stops for good: nothing of it happens any more, and its lease runs out. */
  kill(name: string): void {
    this.node(name).kill();
    this.living.delete(name);
  }
}

/** A node's end of the bus. What it sends arrives a moment later, while both ends are up. */
export class SceneCarrier implements Carrier {
  isUp = true;
  /** Messages that it should not let through. */
  loses: (channel: string) => boolean = () => false;
  listener: CarrierListener | null = null;

  constructor(private readonly scene: ClusterScene) {}

  send(channel: string, message: Uint8Array, onUnheard?: () => void): boolean {
    if (!this.isUp || this.loses(channel)) return false;
    const bytes = message.slice();
    const hearers = [...(this.scene.bus.get(channel) ?? [])].filter((carrier) => carrier.isUp);
    if (hearers.length === 0 && onUnheard !== undefined) this.scene.time.after(2 * tripMs, onUnheard);
    for (const carrier of hearers) {
      this.scene.time.after(tripMs, () => {
        if (carrier.isUp) carrier.listener?.onMessage(channel, bytes.slice());
      });
    }
    return true;
  }

  listen(channel: string): void {
    const carriers = this.scene.bus.get(channel) ?? new Set();
    this.scene.bus.set(channel, carriers.add(this));
    this.scene.time.after(tripMs, () => this.listener?.onListening(channel));
  }

  unlisten(channel: string): void {
    this.scene.bus.get(channel)?.delete(this);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One node: a real shard and router; in place of the gateway stands what records. */
export class SceneNode {
  readonly heard = new RecordingListener();
  /** Holders whose sockets watch each event here: as many sockets as the list is long. */
  readonly watching = new Map<string, string[]>();
  readonly carrier: SceneCarrier;
  readonly nodes: LivingNodes;
  readonly router: Router;
  readonly #shard: Shard;
  readonly #writer = new PackedWriter();
  #alive = true;

  constructor(
    readonly name: string,
    private readonly scene: ClusterScene,
  ) {
    const { time, store } = scene;
    this.carrier = new SceneCarrier(scene);
    this.nodes = new LivingNodes({
      own: scene.rowOf(name),
      leaseMs,
      living: () => Promise.resolve([...scene.living.keys()].map((each) => scene.rowOf(each))),
      clock: time,
      timers: this.#timers(),
      log: quietLog,
    });
    this.#shard = new Shard({
      store,
      clock: time,
      timers: this.#timers(),
      random: { below: () => 0, id: (length) => 'x'.repeat(length) },
      limits,
      log: quietLog,
      owner: name,
      isOfThisShard: () => true,
      post: (message) => deliver(message, this.router),
    });
    this.router = new Router({
      own: name,
      shards: this.#shardPort(),
      nodes: this.nodes,
      openCarrier: (listener) => {
        this.carrier.listener = listener;
        return this.carrier;
      },
      clock: time,
      timers: this.#timers(),
      nowMs: () => scene.nowMs(),
    });
    this.router.start(this.heard, this.#sockets());
    this.#renew();
    this.#shard.start();
  }

  /** What came since the last time. */
  news(): string[] {
    return this.heard.came.news();
  }

  handOver(eventId: string, next: string): Promise<boolean> {
    return this.#shard.handOver(eventId, next);
  }

  kill(): void {
    this.#alive = false;
    this.carrier.isUp = false;
    this.router.stop();
    this.nodes.stop();
  }

  #renew(): void {
    if (!this.#alive) return;
    const monotonicMs = this.scene.time.monotonicMs();
    this.#shard.leaseRenewed({
      storeOffsetMs,
      answersUntilMonotonicMs: monotonicMs + leaseMs,
      mayTakeOverFromMonotonicMs: 0,
      wallOffsetMs: this.scene.time.wallMs() - monotonicMs,
    });
    this.scene.time.after(leaseMs / 3, () => this.#renew());
  }

  /** A dead node's timers never ring. */
  #timers(): ConstructorParameters<typeof Router>[0]['timers'] {
    const { time } = this.scene;
    const ifAlive = (callback: () => void) => (): void => {
      if (this.#alive) callback();
    };
    return {
      after: (delayMs, callback) => time.after(delayMs, ifAlive(callback)),
      soon: (callback) => time.soon(ifAlive(callback)),
    };
  }

  #sockets(): LocalSockets {
    const { watching } = this;
    return {
      watchers: () => [...watching].map(([eventId, holders]) => [eventId, holders.length] as const),
      watchersOf: (eventId) => watching.get(eventId)?.length ?? 0,
      holdersOf: (eventId) => new Set(watching.get(eventId)),
      hasHolder: (holderId) => [...watching.values()].some((holders) => holders.includes(holderId)),
    };
  }

  #shardPort(): ShardPort & { rewatch(eventId: string, watchers: number): void } {
    const turn = (): PackedWriter => {
      const writer = this.#writer;
      if (writer.isEmpty)
        this.#timers().soon(() => {
          const message = writer.take();
          this.#shard.receive(message);
        });
      return writer;
    };
    return {
      command: (request) => writeMail(turn(), { kind: 'command', ...request }),
      myHolds: (request) => writeMail(turn(), { kind: 'myHolds', ...request }),
      watch: (request) => writeMail(turn(), { kind: 'watch', ...request }),
      unwatch: (eventId) => writeUnwatch(turn(), eventId),
      snapshot: (correlation, eventId) => writeMail(turn(), { kind: 'snapshot', correlation, eventId }),
      rewatch: (eventId, watchers) => writeRewatch(turn(), eventId, watchers),
    };
  }
}
