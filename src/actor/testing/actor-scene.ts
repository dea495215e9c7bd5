import { type Limits, limits } from '../../config/limits.js';
import { decodeBatch } from '../../journal/batch.js';
import { Committer } from '../../journal/committer.js';
import type { Entry } from '../../journal/entry.js';
import { MemoryJournalStore } from '../../journal/memory-store.js';
import type { JournalStore } from '../../journal/port.js';
import { DirectedFaults } from '../../journal/testing/directed-faults.js';
import type { Random } from '../../lib/random.js';
import { VirtualTime } from '../../lib/testing/virtual-time.js';
import type { Log } from '../../observability/log.js';
import type { HoldBody, MyHoldsBody } from '../../protocol/down.js';
import type { EventConfiguration } from '../../seatmap/configuration.js';
import { configurationOf } from '../../seatmap/testing/hall.js';
import { ActorHost } from '../actor-host.js';
import { ActorTime } from '../actor-time.js';
import { type Ground, newActorCounters } from '../ground.js';
import type { Mail } from '../mail.js';
import { eventId, myHolds } from './mails.js';
import { RecordingOutbox } from './recording-outbox.js';
import { RecordingView } from './recording-view.js';

/** Actor time minus the monotonic clock. */
const storeOffsetMs = 50_000_000;
const longLeaseMs = 1_000_000_000;

export interface SceneOptions {
  readonly limits?: Partial<Limits>;
  readonly configuration?: Partial<EventConfiguration>;
  /** What the actors see of the store in memory. */
  readonly storeSeen?: (store: MemoryJournalStore) => JournalStore;
}

/** One event on a real host, committer and journal in memory; time passes and statements fail when the test says so. */
export class ActorScene {
  readonly time = new VirtualTime();
  readonly faults = new DirectedFaults();
  readonly store = new MemoryJournalStore(this.faults);
  readonly outbox = new RecordingOutbox();
  readonly views: RecordingView[] = [];
  /** Messages at level warn and above. */
  readonly complaints: string[] = [];
  watchers = 0;
  readonly actorTime: ActorTime;
  readonly committer: Committer;
  readonly ground: Ground;
  readonly host: ActorHost;
  #correlation = 1_000_000;

  private constructor({ limits: overrides = {}, storeSeen = (store) => store }: SceneOptions) {
    const { time } = this;
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (_, message) => this.complaints.push(message),
      error: (_, message) => this.complaints.push(message),
      child: () => log,
    };
    /** As small as it gets: delays are their least. */
    const random: Random = { below: () => 0, id: (length) => 'x'.repeat(length) };
    const store = storeSeen(this.store);
    this.actorTime = new ActorTime(time);
    this.committer = new Committer(store, time, time, random, log);
    this.ground = {
      store,
      committer: this.committer,
      time: this.actorTime,
      timers: time,
      random,
      outbox: this.outbox,
      limits: { ...limits, ...overrides },
      log,
      makeView: (...parameters) => {
        const view = new RecordingView(...parameters);
        this.views.push(view);
        return view;
      },
      counters: newActorCounters(),
      owner: 'node-1.incarnation',
    };
    this.host = new ActorHost(this.ground, { watchersOf: () => this.watchers });
    this.renewLease();
  }

  /** The event exists and sleeps. */
  static async asleep(options: SceneOptions = {}): Promise<ActorScene> {
    const scene = new ActorScene(options);
    await scene.store.createEvent(eventId, configurationOf(options.configuration), scene.nowMs - 1_000);
    return scene;
  }

  /** The event is awake, in epoch 2. */
  static async awake(options: SceneOptions = {}): Promise<ActorScene> {
    const scene = await ActorScene.asleep(options);
    scene.host.wake(eventId);
    await scene.run();
    return scene;
  }

  get nowMs(): number {
    return this.time.monotonicMs() + storeOffsetMs;
  }

  renewLease(forMs = longLeaseMs): void {
    const monotonicMs = this.time.monotonicMs();
    this.actorTime.renewed({
      storeOffsetMs,
      answersUntilMonotonicMs: monotonicMs + forMs,
      mayTakeOverFromMonotonicMs: 0,
      wallOffsetMs: this.time.wallMs() - monotonicMs,
    });
    // Not before the host is made.
    (this.host as ActorHost | undefined)?.leaseRenewed();
  }

  submit(...mails: Mail[]): void {
    for (const mail of mails) this.host.submit(mail.eventId, mail);
  }

  /** Time passes and everything that can happen does. */
  run(byMs = 0): Promise<void> {
    return this.time.run(byMs);
  }

  /** Submits it, lets everything happen, and gives what left meanwhile. */
  async ask(...mails: Mail[]): Promise<string[]> {
    this.submit(...mails);
    await this.run();
    return this.outbox.news();
  }

  /** The id of the hold that the accepted command made. */
  holdIdOf(correlation: number): string {
    return this.outbox.bodyOf<HoldBody>(correlation).holdId;
  }

  async holdsOf(holderId: string): Promise<MyHoldsBody['holds']> {
    this.#correlation += 1;
    this.submit(myHolds(this.#correlation, holderId));
    await this.run();
    this.outbox.story.pop();
    return this.outbox.bodyOf<MyHoldsBody>(this.#correlation).holds;
  }

  /** What stands in the journal. */
  async journal(): Promise<readonly Entry[]> {
    const batches = await this.store.batches(eventId, 0);
    return batches.flatMap((batch) => decodeBatch(batch, eventId));
  }

  /** `2.3 SeatsHeld` */
  async journalStory(): Promise<string[]> {
    return (await this.journal()).map(({ epoch, seq, change }) => `${epoch}.${seq} ${change.kind}`);
  }
}
