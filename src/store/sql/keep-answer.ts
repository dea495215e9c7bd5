/**
 * The part of a statement that keeps its own answer: kept where, and only where, `made` has a row. The three parameters
 * are the key, the request's hash and the answer as JSON; no key, no answer to keep.
 */
export function keepAnswer(made: string, key: string, requestHash: string, answer: string): string {
  return `insert into idempotent_answer (key, request_hash, answer)
      select ${key}::text, ${requestHash}::bytea, ${answer}::json from ${made} where ${key}::text is not null`;
}
