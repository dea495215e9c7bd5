import type { Statement } from '../queryable.js';

/**
 * $1 event id, $2 the claiming incarnation, $3 whether it may take over what a lease that has run out owns, $4 the journal
 * format that it writes. migrations/0007_versions.sql
 */
export const claimEvent: Statement<ClaimEventRow> = {
  name: 'claim-event-v2',
  text: 'select outcome, owner, epoch, seq, rested, journal_format from claim_event_v2($1, $2, $3, $4)',
};

export type ClaimEventRow =
  | { readonly outcome: 'no_lease' | 'unknown_event' }
  | { readonly outcome: 'owned' | 'run_out'; readonly owner: string }
  | { readonly outcome: 'unreadable'; readonly owner: string | null; readonly journal_format: number }
  | { readonly outcome: 'granted'; readonly epoch: string; readonly seq: string; readonly rested: boolean };
