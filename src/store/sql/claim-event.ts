import type { Statement } from '../queryable.js';

/** $1 event id, $2 the claiming incarnation, $3 whether it may take over what a lease that has run out owns. migrations/0006_cluster.sql */
export const claimEvent: Statement<ClaimEventRow> = {
  name: 'claim-event',
  text: 'select outcome, owner, epoch, seq, rested from claim_event_v1($1, $2, $3)',
};

export type ClaimEventRow =
  | { readonly outcome: 'no_lease' | 'unknown_event' }
  | { readonly outcome: 'owned' | 'run_out'; readonly owner: string }
  | { readonly outcome: 'granted'; readonly epoch: string; readonly seq: string; readonly rested: boolean };
