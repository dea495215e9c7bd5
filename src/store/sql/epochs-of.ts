import type { Statement } from '../queryable.js';

/** $1 event ids, $2 the incarnation: of those events, the ones that it owns. */
export const epochsOf: Statement<{ readonly event_id: string; readonly epoch: string }> = {
  name: 'epochs-of',
  text: 'select event_id, epoch from event_head where event_id = any ($1::text[]) and owner = $2',
};
