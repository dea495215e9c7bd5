import type { Statement } from '../queryable.js';
import { eventColumns } from './event-columns.js';

/** $1 limit: the ones that take place last, in the order in which they take place. */
export const listEvents: Statement = {
  name: 'list-events',
  text: `
    select * from (select ${eventColumns} from event order by starts_at desc, event_id desc limit $1) as latest
    order by starts_at_ms, event_id`,
};
