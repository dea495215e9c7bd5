import type { Statement } from '../queryable.js';
import type { EventIdRow } from './rows.js';

/** $1 event ids. */
export const existingEvents: Statement<EventIdRow> = {
  name: 'existing-events',
  text: 'select event_id from event_head where event_id = any ($1)',
};
