import type { Statement } from '../queryable.js';
import { eventColumns } from './event-columns.js';

/** $1 event id. */
export const readEvent: Statement = {
  name: 'read-event',
  text: `select ${eventColumns} from event where event_id = $1`,
};
