import type { Statement } from '../queryable.js';

/** $1 event id. */
export const readSnapshot: Statement<SnapshotRow> = {
  name: 'read-snapshot',
  text: 'select epoch, seq, body from snapshot where event_id = $1',
};

export interface SnapshotRow {
  readonly epoch: string;
  readonly seq: string;
  readonly body: Buffer;
}
