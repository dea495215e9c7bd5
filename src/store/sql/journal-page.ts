import type { Statement } from '../queryable.js';
import type { JournalRow } from './rows.js';

/** $1 event id, $2 first seq of the last batch read, $3 seq up to which to read, $4 limit. */
export const journalPage: Statement<JournalRow> = {
  name: 'journal-page',
  text: `
    select epoch, first_seq, last_seq, blob
    from journal
    where event_id = $1 and first_seq > $2 and first_seq <= $3
    order by first_seq
    limit $4`,
};
