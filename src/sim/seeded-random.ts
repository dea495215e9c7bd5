import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '../lib/random.js';

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
/** The first numbers of neighbouring seeds are alike. */
const numbersSkipped = 16;

export type SeededRandom = ReturnType<typeof seededRandom>;

/** Chance that a seed decides. */
export function seededRandom(seed: number): Random & {
  chance(probability: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
} {
  const generator = xoroshiro128plus(seed);
  for (let skipped = 0; skipped < numbersSkipped; skipped += 1) generator.next();
  const share = (): number => (generator.next() >>> 0) / 2 ** 32;
  // Uniform but for one part in 2³²: nobody here needs more, and it is drawn several times a happening.
  const below = (bound: number): number => Math.floor(share() * bound);
  return {
    below,
    id: (length) => Array.from({ length }, () => idAlphabet[below(idAlphabet.length)]).join(''),
    chance: (probability) => share() < probability,
    between: (least, most) => least + below(most - least + 1),
  };
}
