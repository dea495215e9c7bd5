import type { LostReason } from '../journal/committer.js';
import type { Waiting } from './mail.js';

/** How an activation ended, for whoever started it. Undecided mail may be given to the next activation, or to the owner. */
export interface Ending {
  readonly reason: 'rested' | 'unknown_event' | 'owned' | 'failed' | LostReason;
  readonly undecided: readonly Waiting[];
  /** The incarnation that has the event, or should claim it, where the reason is `owned`. */
  readonly owner: string | null;
}
