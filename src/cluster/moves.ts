import type { EventHeads } from '../journal/port.js';
import type { Clock } from '../lib/clock.js';
import { pause, type Timers } from '../lib/timers.js';
import type { LivingNode, LivingNodes } from './living-nodes.js';

/** Below the time that the admin port waits for an answer: whoever asked hears what became of it. */
const moveMaxMs = 4_000;
/** How often Postgres is asked whether the next owner has it. */
const lookEveryMs = 100;
/** What was told to another node may be lost: it is told again. */
const tellAgainMs = 1_000;

/**
 *   moved        the next node has the event, or it alone may claim it
 *   unreachable  only `owner` can give it away, and nothing can be said to that node now
 *   unreadable   a newer release wrote its journal than the next node reads
 *   stayed       not within the time: commits take too long, or the next node does not claim it
 */
export type MoveOutcome =
  | { readonly kind: 'moved' | 'unknownEvent' | 'unreadable' | 'stayed' }
  | { readonly kind: 'unreachable'; readonly owner: string };

/** What is asked of the router. */
export interface MoveLink {
  /** Whether anything can be said to that node now. */
  canTell(incarnation: string): boolean;
  tellToMove(incarnation: string, eventId: string, next: string): void;
  onMove(listener: (eventId: string, next: string) => void): void;
  take(eventId: string): void;
}

export interface MovesOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly nodes: Pick<LivingNodes, 'byIncarnation'>;
  readonly heads: EventHeads;
  readonly shards: {
    /** Wakes the event where it sleeps. */
    describe(eventId: string): Promise<unknown>;
    handOver(eventId: string, next: string): Promise<boolean>;
  };
  readonly router: MoveLink;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * Planned moves of events between nodes. One sentence travels, "the event should be `next`'s":
 *
 *     any node ──move──► the owner: finishes its batch, writes `owner = next` ──move──► next: claims it
 *
 * Only a claim makes an owner, and Postgres alone says who it is: whatever is lost or comes twice on the way does no harm.
 */
export class Moves {
  constructor(private readonly options: MovesOptions) {
    options.router.onMove((eventId, next) => void this.#onMove(eventId, next));
  }

  /** Resolves once Postgres says that `next` has it, or when the time is over. Rejects where Postgres does not answer. */
  async move(eventId: string, next: LivingNode): Promise<MoveOutcome> {
    const { heads, clock, timers } = this.options;
    const untilMs = clock.monotonicMs() + moveMaxMs;
    let toldMs = Number.NEGATIVE_INFINITY;
    while (clock.monotonicMs() < untilMs) {
      const head = await heads.head(eventId);
      if (head === null) return { kind: 'unknownEvent' };
      if (next.journalFormat < head.journalFormat) return { kind: 'unreadable' };
      if (head.owner === next.incarnation) {
        if (head.rested) this.#tell(next.incarnation, eventId, next.incarnation);
        return { kind: 'moved' };
      }
      if (head.rested) {
        // Nobody serves it. A claim that comes first raises the epoch, and this changes nothing.
        await heads.give(eventId, head, next.incarnation);
        continue;
      }
      if (clock.monotonicMs() - toldMs >= tellAgainMs) {
        toldMs = clock.monotonicMs();
        const unreached = this.#askOwner(eventId, head.owner, next.incarnation);
        if (unreached !== null) return { kind: 'unreachable', owner: unreached };
      }
      await pause(timers, lookEveryMs);
    }
    return { kind: 'stayed' };
  }

  /** Gives away what this node has. Resolves with whether it is not awake here any more. */
  async handOver(eventId: string, next: string): Promise<boolean> {
    const left = await this.options.shards.handOver(eventId, next);
    if (left) this.#tell(next, eventId, next);
    return left;
  }

  /** Returns who could not be told, if that is so. What nobody living has is the next one's to take over. */
  #askOwner(eventId: string, owner: string, next: string): string | null {
    const asked = this.options.nodes.byIncarnation(owner) === undefined ? next : owner;
    return this.#tell(asked, eventId, next) ? null : asked;
  }

  #tell(incarnation: string, eventId: string, next: string): boolean {
    const { own, router } = this.options;
    if (incarnation === own) void this.#onMove(eventId, next);
    else if (router.canTell(incarnation)) router.tellToMove(incarnation, eventId, next);
    else return false;
    return true;
  }

  async #onMove(eventId: string, next: string): Promise<void> {
    const { own, nodes, shards, router } = this.options;
    if (next === own) router.take(eventId);
    // Also where it is to be given away: an event that lost its shard sleeps, and its head says that it is ours.
    await shards.describe(eventId);
    if (next !== own && nodes.byIncarnation(next) !== undefined) await this.handOver(eventId, next);
  }
}
