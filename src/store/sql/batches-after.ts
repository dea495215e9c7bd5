import type { Statement } from '../queryable.js';
import type { JournalRow } from './rows.js';

/**
 * $1 event id, $2 seq. The batch that holds change $2 + 1 is found by its first seq, so that the index leads there however
 * long the journal is.
 */
export const batchesAfter: Statement<JournalRow> = {
  name: 'batches-after',
  text: `
    select epoch, first_seq, last_seq, blob
    from journal
    where event_id = $1
      and last_seq > $2
      and first_seq >= coalesce(
        (select max(first_seq) from journal where event_id = $1 and first_seq <= $2::bigint + 1), 0)
    order by first_seq`,
};
