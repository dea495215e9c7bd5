import type { Statement } from '../queryable.js';

/** migrations/0004_areas.sql */
export const appendBatches: Statement<AppendBatchesRow> = {
  name: 'append-batches-v2',
  text: `
    select event_id, appended, epoch, seq
    from append_batches_v2($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

export interface AppendBatchesRow {
  readonly event_id: string;
  readonly appended: boolean;
  readonly epoch: string;
  readonly seq: string;
}
