import { assert } from '../lib/assert.js';

/** Postgres' bigint travels as text; ours stay within 2^53 − 1. */
export function fromInt8(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `Cannot read a bigint as it is no safe integer: value is ${text}`);
  return value;
}
