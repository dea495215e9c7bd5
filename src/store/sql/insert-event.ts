import type { Statement } from '../queryable.js';
import { keepAnswer } from './keep-answer.js';

/**
 * $1 event id, $2 name, $3 start in ms since 1970, $4 chart id, $5 chart version, $6 configuration as JSON, $7 blob of
 * the batch with change 1, $8 to $10 the answer to keep. The event, its head and its journal appear together. A row where
 * they were written, none where the id is in use.
 */
export const insertEvent: Statement = {
  name: 'insert-event',
  text: `
    with made as (
      insert into event (event_id, name, starts_at, chart_id, chart_version, configuration)
      values ($1, $2, to_timestamp($3::double precision / 1000), $4, $5, $6)
      on conflict do nothing
      returning event_id
    ), head as (
      insert into event_head (event_id, epoch, seq, owner, rested, next_deadline_ms)
      select event_id, 1, 1, '', true, null from made
    ), opened as (
      insert into journal (event_id, first_seq, last_seq, epoch, blob)
      select event_id, 1, 1, 1, $7 from made
    ), answered as (
      ${keepAnswer('made', '$8', '$9', '$10')}
    )
    select event_id from made`,
};
