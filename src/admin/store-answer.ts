import { Problem } from '../api/problem.js';
import type { StoreAnswer } from './node-port.js';

/** @throws Problem 503 while what knows the answer cannot be reached */
export function valueOf<T>(answer: StoreAnswer<T>): T {
  if (answer.kind === 'answer') return answer.value;
  throw new Problem('unavailable', 'Cannot answer as the database cannot be reached: ask again', {
    retryAfterMs: 1000,
  });
}
