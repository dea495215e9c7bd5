import type { Random } from '../lib/random.js';

/** How long to wait between tries: the first try's bound, doubled with each failure, up to the cap. */
export interface BackOff {
  readonly firstMs: number;
  readonly capMs: number;
}

/**
 * A wait drawn evenly from 0 to the bound of this try ("full jitter"), so that clients which failed together do not come
 * back together. Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function fullJitterMs(backOff: BackOff, failures: number, random: Random): number {
  const bound = Math.min(backOff.capMs, backOff.firstMs * 2 ** failures);
  return random.below(Math.floor(bound) + 1);
}
