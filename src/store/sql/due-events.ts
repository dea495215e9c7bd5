import type { Statement } from '../queryable.js';
import type { EventIdRow } from './rows.js';

/**
 * $1 until, ms since 1970, $2 limit, $3 the incarnation that asks. What another has whose lease has not run out is that one's to
 * wake; what this one does not read is another's as well.
 */
export const dueEvents: Statement<EventIdRow> = {
  name: 'due-events',
  text: `
    select h.event_id
    from event_head h
    left join node_lease l on l.incarnation = h.owner and l.incarnation <> $3 and l.expires_at > clock_timestamp()
    where h.next_deadline_ms <= $1 and l.incarnation is null
      and h.journal_format <= (select journal_format from node_lease where incarnation = $3)
    order by h.next_deadline_ms, h.event_id
    limit $2`,
};
