import { formatWritten } from '../journal/entry-format.js';
import type { Clock } from '../lib/clock.js';
import { pause, type Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { LivingNodes } from './living-nodes.js';

/** Each writes a snapshot here and is recovered there: many at once would keep both nodes from everything else. */
const handoversAtOnceMax = 4;
/** What stayed, because its commits took too long, is tried again after this. */
const againMs = 250;
/** A drained node that stays up looks so often whether it has an event all the same. */
const lookEveryMs = 1_000;

export interface EvacuationOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly nodes: Pick<LivingNodes, 'byIncarnation' | 'winnerOf' | 'onChanged'>;
  readonly shards: { eventIds(): Promise<readonly string[]> };
  readonly moves: { handOver(eventId: string, next: string): Promise<boolean> };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** Gives this node's events away, each to whoever should have it among the others, once its lease row says `draining`. */
export class Evacuation {
  #isWatching = false;
  #stopped = false;

  constructor(private readonly options: EvacuationOptions) {}

  /** From here on the node is kept empty while its row says `draining`. */
  start(): void {
    this.options.nodes.onChanged(() => {
      if (!this.#isWatching) void this.#keepEmpty();
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves with how many events are left: none, those that nobody takes, or what `graceMs` was too short for. */
  async run(graceMs: number): Promise<number> {
    const { shards, clock, timers, log } = this.options;
    const untilMs = clock.monotonicMs() + graceMs;
    for (;;) {
      const eventIds = await shards.eventIds();
      const taken = eventIds.filter((eventId) => this.#nextOf(eventId) !== null);
      if (taken.length === 0 || clock.monotonicMs() >= untilMs) return eventIds.length;
      log.info({ eventsLeft: eventIds.length }, 'Draining: events go to other nodes');
      const leftBefore = eventIds.length;
      await this.#handOver(taken, untilMs);
      if ((await shards.eventIds()).length >= leftBefore) await pause(timers, againMs);
    }
  }

  async #keepEmpty(): Promise<void> {
    this.#isWatching = true;
    while (this.#isDraining && !this.#stopped) {
      await this.run(Number.POSITIVE_INFINITY);
      await pause(this.options.timers, lookEveryMs);
    }
    this.#isWatching = false;
  }

  async #handOver(eventIds: readonly string[], untilMs: number): Promise<void> {
    const { moves, clock } = this.options;
    const waiting = eventIds.values();
    const oneAfterTheOther = async (): Promise<void> => {
      for (const eventId of waiting) {
        const next = this.#nextOf(eventId);
        if (next === null || clock.monotonicMs() >= untilMs) continue;
        await moves.handOver(eventId, next);
      }
    };
    await Promise.all(Array.from({ length: handoversAtOnceMax }, oneAfterTheOther));
  }

  get #isDraining(): boolean {
    return this.options.nodes.byIncarnation(this.options.own)?.draining === true;
  }

  /** Null: where all others drain as well, cannot read what this node has written, or are gone, nobody takes it. */
  #nextOf(eventId: string): string | null {
    const { own, nodes } = this.options;
    const { incarnation, draining, journalFormat } = nodes.winnerOf(eventId, formatWritten);
    return draining || incarnation === own || journalFormat < formatWritten ? null : incarnation;
  }
}
