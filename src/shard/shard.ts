import { ActorHost } from '../actor/actor-host.js';
import { ActorTime, type LeaseReading } from '../actor/actor-time.js';
import { type Ground, newActorCounters } from '../actor/ground.js';
import type { Limits } from '../config/limits.js';
import { liveViews } from '../fanout/live-view.js';
import { Committer } from '../journal/committer.js';
import type { JournalStore } from '../journal/port.js';
import type { Clock } from '../lib/clock.js';
import { isPlanted } from '../lib/planted.js';
import type { Random } from '../lib/random.js';
import type { Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { ShardStats } from '../observability/stats.js';
import { PackedOutbox } from './answers.js';
import { WatcherCounts } from './audience.js';
import type { EventDescription } from './messages.js';
import { PackedReader, PackedWriter } from './packed.js';
import { readRequest } from './requests.js';

export interface ShardOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly limits: Limits;
  readonly log: Log;
  /** The node's incarnation. */
  readonly owner: string;
  isOfThisShard(eventId: string): boolean;
  /** Carries a packed message to the main thread. */
  post(message: Uint8Array<ArrayBuffer>): void;
}

const dueEventsMax = 1_000;

/** One shard: its actors, their commits and what watchers see, behind packed messages. Knows nothing of threads. */
export class Shard {
  readonly #watchers = new WatcherCounts();
  readonly #counters = newActorCounters();
  readonly #writer = new PackedWriter();
  readonly #time: ActorTime;
  readonly #committer: Committer;
  readonly #host: ActorHost;
  #closed = false;

  constructor(private readonly options: ShardOptions) {
    const { store, clock, timers, random, limits, log, owner } = options;
    this.#time = new ActorTime(clock);
    this.#committer = new Committer(store, clock, timers, random, log);
    const outbox = new PackedOutbox(
      this.#writer,
      () => timers.soon(() => options.post(this.#writer.take())),
      (eventId) => this.#watchers.joined(eventId),
      (eventId) => this.#watchers.forget(eventId),
    );
    const makeView = liveViews(
      {
        watchersOf: (eventId) => this.#watchers.watchersOf(eventId),
        publish: (eventId, frame) => outbox.publish(eventId, frame),
      },
      timers,
    );
    const ground: Ground = {
      store,
      committer: this.#committer,
      time: this.#time,
      timers,
      random,
      outbox,
      limits,
      log,
      makeView,
      counters: this.#counters,
      owner,
    };
    this.#host = new ActorHost(ground, this.#watchers);
  }

  /** Starts looking for holds that are due though nobody asks, and for actors that may rest. */
  start(): void {
    const scan = (): void => {
      if (this.#closed) return;
      void this.#wakeDue().finally(() => this.options.timers.after(this.options.limits.dueScanMs, scan));
      this.#host.restIdle();
    };
    this.options.timers.after(this.options.limits.dueScanMs, scan);
  }

  /** A packed message from the main thread. */
  receive(message: Uint8Array): void {
    const reader = new PackedReader(message);
    while (!reader.isAtEnd) {
      const request = readRequest(reader);
      switch (request.kind) {
        case 'unwatch':
          this.#watchers.left(request.eventId);
          break;
        case 'rewatch':
          if (!isPlanted('watchers-forgotten-at-takeover')) this.#watchers.came(request.eventId, request.watchers);
          this.#host.rewatch(request.eventId);
          break;
        default:
          this.#host.submit(request.eventId, request);
      }
    }
  }

  /**
   * Where the lease had lapsed, another node may have taken over some of the events: those are dropped before anything is
   * answered. If Postgres does not say which, the next renewal asks again.
   */
  leaseRenewed(reading: LeaseReading): void {
    if (this.#time.mayAnswer() || !this.#time.isRunning || isPlanted('lapse-look-skipped')) {
      this.#takeReading(reading);
      return;
    }
    this.#host.dropLost().then(
      () => this.#takeReading(reading),
      (error: unknown) => {
        this.options.log.warn({ error }, 'Cannot look which events are still ours as Postgres does not answer');
      },
    );
  }

  #takeReading(reading: LeaseReading): void {
    this.#time.renewed(reading);
    this.#host.leaseRenewed();
  }

  /** Gives the event to another node, an incarnation; resolves with whether it is not awake here any more. */
  handOver(eventId: string, next: string): Promise<boolean> {
    return this.#host.handOver(eventId, next);
  }

  /** Events that are awake here. */
  eventIds(): string[] {
    return [...this.#host.actors()].map(({ eventId }) => eventId);
  }

  /** Takes nothing more in; resolves when every event rests, or after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await this.#host.close(graceMs);
    this.#committer.close();
  }

  async describe(eventId: string): Promise<EventDescription | null> {
    const actor = await this.#host.describe(eventId);
    return actor === null ? null : { ...actor, watchers: this.#watchers.watchersOf(eventId) };
  }

  stats(): Omit<ShardStats, 'restarts' | 'eventLoopDelayMaxMs'> {
    let mailboxCommands = 0;
    for (const actor of this.#host.actors()) mailboxCommands += actor.backlog.mailbox;
    return { actors: this.#host.count, mailboxCommands, ...this.#counters, ...this.#committer.stats };
  }

  /** Wakes what is due before the next look: from there on the actor itself reminds, to the millisecond. */
  async #wakeDue(): Promise<void> {
    if (!this.#time.mayAnswer()) return;
    const { store, limits, owner } = this.options;
    try {
      for (const eventId of await store.due(this.#time.nowMs() + limits.dueScanMs, dueEventsMax, owner)) {
        if (this.options.isOfThisShard(eventId)) this.#host.wake(eventId);
      }
    } catch (error) {
      this.options.log.warn({ error }, 'Cannot look for holds that are due as Postgres does not answer');
    }
  }
}
