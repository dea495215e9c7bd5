import type { Random } from '../src/lib/random.js';
import { must } from '../src/lib/must.js';

/** What can happen, and how often compared with the others. */
export type Weighted<T> = readonly (readonly [what: T, weight: number])[];

const fine = 2 ** 24;

/** Evenly from the open interval (0, 1). */
function share(random: Random): number {
  return (random.below(fine) + 0.5) / fine;
}

/** True as often as `probability` says. */
export function chance(random: Random, probability: number): boolean {
  return share(random) < probability;
}

export function pickOne<T>(random: Random, list: readonly T[]): T | null {
  return list.length === 0 ? null : (list[random.below(list.length)] ?? null);
}

export function pickWeighted<T>(random: Random, choices: Weighted<T>): T {
  let at = share(random) * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [what, weight] of choices) {
    at -= weight;
    if (at < 0) return what;
  }
  return must(choices.at(-1), 'a choice')[0];
}

/** How people differ: about one in six takes more than twice the median. */
const spread = 0.7;
/** Nobody thinks longer than this many medians. */
const longest = 8;

/**
 * How long somebody thinks: log-normal, as times of human decisions are found to be. Half of all people take less than the
 * median; a few take very long. By Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
 */
export function thinkingMs(random: Random, medianMs: number): number {
  const normal = Math.sqrt(-2 * Math.log(share(random))) * Math.cos(2 * Math.PI * share(random));
  return Math.min(medianMs * Math.exp(spread * normal), medianMs * longest);
}
