import type { Statement } from '../queryable.js';

/** $1 key. */
export const findAnswer: Statement = {
  name: 'find-answer',
  text: 'select request_hash, answer from idempotent_answer where key = $1',
};

export interface FindAnswerRow {
  readonly request_hash: Uint8Array;
  readonly answer: object;
}
