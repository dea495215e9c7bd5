import type { Statement } from '../queryable.js';
import { keepAnswer } from './keep-answer.js';

/**
 * $1 event id, $2 organiser id, $3 name, $4 start in ms since 1970, $5 chart id, $6 chart version, $7 what is shown of the
 * configuration as JSON, $8 blob of the batch with change 1, $9 to $11 the answer to keep. The event, its head and its journal appear together; the blob's
 * first byte is its format. A row where
 * they were written, none where the id is in use.
 */
export const insertEvent: Statement = {
  name: 'insert-event',
  text: `
    with made as (
      insert into event (event_id, organiser_id, name, starts_at, chart_id, chart_version, configuration)
      values ($1, $2, $3, to_timestamp($4::double precision / 1000), $5, $6, $7)
      on conflict do nothing
      returning event_id
    ), head as (
      insert into event_head (event_id, epoch, seq, owner, rested, next_deadline_ms, journal_format)
      select event_id, 1, 1, '', true, null, get_byte($8, 0) from made
    ), opened as (
      insert into journal (event_id, first_seq, last_seq, epoch, blob)
      select event_id, 1, 1, 1, $8 from made
    ), answered as (
      ${keepAnswer('made', '$9', '$10', '$11')}
    )
    select event_id from made`,
};
