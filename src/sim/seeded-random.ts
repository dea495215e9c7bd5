import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Random } from '../lib/random.js';

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** Chance that a seed decides. */
export function seededRandom(seed: number): Random & { chance(probability: number): boolean } {
  const generator = xoroshiro128plus(seed);
  const below = (bound: number): number => uniformInt(generator, 0, bound - 1);
  return {
    below,
    id: (length) => Array.from({ length }, () => idAlphabet[below(idAlphabet.length)]).join(''),
    chance: (probability) => below(1_000_000) < probability * 1_000_000,
  };
}
