import type { Limits } from '../config/limits.js';
import type { Committer } from '../journal/committer.js';
import type { JournalStore } from '../journal/port.js';
import type { Random } from '../lib/random.js';
import type { Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { ActorTime } from './actor-time.js';
import type { Outbox } from './outbox.js';
import type { MakeView } from './view.js';

/** What an actor stands on. One set serves all actors of a shard. */
export interface Ground {
  readonly store: JournalStore;
  readonly committer: Committer;
  readonly time: ActorTime;
  readonly timers: Timers;
  readonly random: Random;
  readonly outbox: Outbox;
  readonly limits: Limits;
  readonly log: Log;
  readonly makeView: MakeView;
  readonly counters: ActorCounters;
  /** This node's incarnation: written into the head at activation. */
  readonly owner: string;
}

/** For the metrics: sums since the start, over all actors of the shard. */
export interface ActorCounters {
  commandsDecided: number;
  holdsExpired: number;
  actorsStarted: number;
  actorsFailed: number;
}

export function newActorCounters(): ActorCounters {
  return { commandsDecided: 0, holdsExpired: 0, actorsStarted: 0, actorsFailed: 0 };
}
