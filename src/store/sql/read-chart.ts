import type { Statement } from '../queryable.js';

/** $1 chart id, $2 version; null: the newest one. */
export const readChart: Statement = {
  name: 'read-chart',
  text: `
    select chart_id, chart_version, name, seat_count, area_count, body::text as body
    from chart
    where chart_id = $1 and ($2::integer is null or chart_version = $2)
    order by chart_version desc
    limit 1`,
};

export interface ReadChartRow {
  readonly chart_id: string;
  readonly chart_version: number;
  readonly name: string;
  readonly seat_count: number;
  readonly area_count: number;
  /** JSON, as it is served. */
  readonly body: string;
}
