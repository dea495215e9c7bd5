import type { Statement } from '../queryable.js';
import type { EventIdRow } from './rows.js';

/** $1 until, $2 limit. */
export const dueEvents: Statement<EventIdRow> = {
  name: 'due-events',
  text: `
    select event_id
    from event_head
    where next_deadline_ms <= $1
    order by next_deadline_ms, event_id
    limit $2`,
};
