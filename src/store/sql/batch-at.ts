import type { Statement } from '../queryable.js';
import type { JournalRow } from './rows.js';

/** $1 event id, $2 seq. Its last seq still has to be looked at. */
export const batchAt: Statement<JournalRow> = {
  name: 'batch-at',
  text: `
    select epoch, first_seq, last_seq, blob
    from journal
    where event_id = $1 and first_seq <= $2
    order by first_seq desc
    limit 1`,
};
