import type { Statement } from '../queryable.js';
import { keepAnswer } from './keep-answer.js';

/**
 * $1 chart id, $2 version, $3 name, $4 number of seats, $5 number of areas, $6 body as JSON, $7 to $9 the answer to keep.
 * A row where it was written, none where the version exists.
 */
export const insertChart: Statement = {
  name: 'insert-chart',
  text: `
    with made as (
      insert into chart (chart_id, chart_version, name, seat_count, area_count, body)
      values ($1, $2, $3, $4, $5, $6)
      on conflict do nothing
      returning chart_id
    ), answered as (
      ${keepAnswer('made', '$7', '$8', '$9')}
    )
    select chart_id from made`,
};
