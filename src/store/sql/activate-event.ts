import type { Statement } from '../queryable.js';

/**
 * $1 event id, $2 owner: the incarnation that asks. Only one that still has its node's lease row may own anything: the row
 * is locked until the commit, so a successor that registers meanwhile either comes after this grant, or this one finds
 * nothing and grants nothing. The head's lock comes next, so that what is said of the predecessor is what stood when the
 * epoch rose, also where this statement had to wait for an append or for another grant.
 */
export const activateEvent: Statement<ActivateEventRow> = {
  name: 'activate-event',
  text: `
    with lease as materialized (
      select node_id from node_lease where incarnation = $2 for share
    ), predecessor as materialized (
      select h.event_id, h.rested from event_head h where h.event_id = $1 and exists (select from lease) for no key update
    ), granted as (
      update event_head h
      set epoch = h.epoch + 1, owner = $2, rested = false
      from predecessor p
      where h.event_id = p.event_id
      returning h.epoch, h.seq, p.rested
    )
    select exists (select from lease) as living, g.epoch, g.seq, g.rested
    from (select) one left join granted g on true`,
};

interface ActivateEventRow {
  readonly living: boolean;
  /** Null, with the two below: nothing was granted. */
  readonly epoch: string | null;
  readonly seq: string | null;
  readonly rested: boolean | null;
}
