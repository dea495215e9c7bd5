import type { Queryable } from './queryable.js';
import { findAnswer, type FindAnswerRow } from './sql/find-answer.js';
import { forgetAnswers } from './sql/forget-answers.js';

export interface KeptAnswer {
  readonly requestHash: Uint8Array;
  readonly answer: object;
}

/**
 * What POST requests of the control plane were answered, by their Idempotency-Key. Answers are written by the statement
 * that makes what they speak of (catalogue.ts), so that one is never there without the other.
 */
export class IdempotentAnswers {
  readonly #connection: Queryable;
  readonly #ttlMs: number;

  constructor(connection: Queryable, ttlMs: number) {
    this.#connection = connection;
    this.#ttlMs = ttlMs;
  }

  /** What this key was answered, or null; answers past their life are dropped on the way. */
  async find(key: string): Promise<KeptAnswer | null> {
    await this.#connection.query({ ...forgetAnswers, values: [this.#ttlMs] });
    const { rows } = await this.#connection.query<FindAnswerRow>({ ...findAnswer, values: [key] });
    const [row] = rows;
    return row === undefined ? null : { requestHash: row.request_hash, answer: row.answer };
  }
}

/** Whether a statement failed because a rival with the same key was faster: the rival's answer is the one to give. */
export function isKeyTaken(error: unknown): boolean {
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  return code === '23505' && constraint === 'idempotent_answer_pkey';
}
