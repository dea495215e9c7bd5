import type { Statement } from '../queryable.js';

/**
 * $1 event id, $2 owner. The lock comes first, so that what is said of the predecessor is what stood when the epoch rose,
 * also where this statement had to wait for an append or for another grant.
 */
export const activateEvent: Statement<ActivateEventRow> = {
  name: 'activate-event',
  text: `
    with predecessor as (
      select event_id, rested from event_head where event_id = $1 for no key update
    )
    update event_head h
    set epoch = h.epoch + 1, owner = $2, rested = false
    from predecessor p
    where h.event_id = p.event_id
    returning h.epoch, h.seq, p.rested`,
};

export interface ActivateEventRow {
  readonly epoch: string;
  readonly seq: string;
  readonly rested: boolean;
}
