import type { Statement } from '../queryable.js';

/** Milliseconds since 1970. */
export const postgresTime: Statement = {
  name: 'postgres-time',
  text: `select round(extract(epoch from clock_timestamp()) * 1000)::double precision as now_ms`,
};

export interface PostgresTimeRow {
  readonly now_ms: number;
}
