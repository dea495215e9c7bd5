import type { LostReason } from '../journal/committer.js';
import type { AreaCounts } from '../protocol/down.js';
import type { Waiting } from './mail.js';
import type { SeatCounts } from './view.js';

/** What an operator sees of an actor. Counts are those of the published map. */
export interface ActorDescription {
  readonly epoch: number;
  readonly seqDecided: number;
  readonly seqCommitted: number;
  readonly seqPublished: number;
  readonly counts: SeatCounts;
  readonly areas: readonly AreaCounts[];
  readonly mailbox: number;
  readonly gate: number;
}

/** How an activation ended, for whoever started it. Undecided mail may be given to the next activation, or to the owner. */
export interface Ending {
  readonly reason: 'rested' | 'unknown_event' | 'owned' | 'failed' | LostReason;
  readonly undecided: readonly Waiting[];
  /** The incarnation that has the event, or should claim it, where the reason is `owned`. */
  readonly owner: string | null;
}
