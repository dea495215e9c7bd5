import type { Statement } from '../queryable.js';

/** $1 event id, $2 epoch, $3 seq, $4 the incarnation that it is handed over to, or '': nobody. */
export const restEvent: Statement<never> = {
  name: 'rest-event',
  text: 'update event_head set rested = true, owner = $4 where event_id = $1 and epoch = $2 and seq = $3',
};
