import type { Statement } from '../queryable.js';

/** $1 event id, $2 epoch, $3 seq. */
export const restEvent: Statement<never> = {
  name: 'rest-event',
  text: 'update event_head set rested = true where event_id = $1 and epoch = $2 and seq = $3',
};
