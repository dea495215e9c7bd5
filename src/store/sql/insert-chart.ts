import type { Statement } from '../queryable.js';
import { keepAnswer } from './keep-answer.js';

/**
 * $1 chart id, $2 version, $3 name, $4 number of seats, $5 body as JSON, $6 to $8 the answer to keep. A row where it was
 * written, none where the version exists.
 */
export const insertChart: Statement = {
  name: 'insert-chart',
  text: `
    with made as (
      insert into chart (chart_id, chart_version, name, seat_count, area_count, body)
      values ($1, $2, $3, $4, 0, $5)
      on conflict do nothing
      returning chart_id
    ), answered as (
      ${keepAnswer('made', '$6', '$7', '$8')}
    )
    select chart_id from made`,
};
