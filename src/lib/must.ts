import { InvariantError } from './assert.js';

/** The value, where the caller knows that it is there. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new InvariantError(`Cannot go on as a value is missing: ${what}`);
  return value;
}
