import { z } from 'zod';

/** Neither control characters nor halves of surrogate pairs, which Postgres keeps in no text and in no JSON. */
const shape = /^[^\p{Cc}\p{Cs}]*$/u;

export const storableText = z.string().regex(shape, 'expected text without control characters');

const depthMax = 16;

/** Whether any JSON can be stored, and is not nested so deeply that whoever walks it runs out of stack. */
export function isStorable(value: unknown, depth = 0): boolean {
  if (depth > depthMax) return false;
  if (typeof value === 'string') return shape.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => shape.test(key) && isStorable(item, depth + 1));
}
