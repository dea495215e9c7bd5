export const readHead = {
  name: 'read-head',
  text: 'select epoch, seq, owner, rested, journal_format from event_head where event_id = $1',
};

/**
 * $1 event id, $2 epoch and $3 owner as they were read, $4 the incarnation that shall claim it. An event that rests keeps its
 * epoch until somebody claims it, so a claim and this statement never both count.
 */
export const giveEvent = {
  name: 'give-event',
  text: 'update event_head set owner = $4 where event_id = $1 and epoch = $2 and owner = $3 and rested',
};

/** Of those that are served, or were when their owner died. */
export const countByOwner = {
  name: 'count-events-by-owner',
  text: 'select owner, count(*)::integer as events from event_head where not rested group by owner',
};
