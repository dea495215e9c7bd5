import type { Statement } from '../queryable.js';
import type { EventIdRow } from './rows.js';

/** Every id that has a head, a journal or a booking: an id in only some of them is what an audit looks for. */
export const journalledEvents: Statement<EventIdRow> = {
  name: 'journalled-events',
  text: `
    select event_id from event_head
    union select event_id from journal
    union select event_id from booking
    union select event_id from booked_seat
    order by event_id`,
};
