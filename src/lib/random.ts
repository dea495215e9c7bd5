import { randomBytes, randomInt } from 'node:crypto';

/** Where chance comes from. Nothing outside this file draws real randomness, so that the simulation can own it. */
export interface Random {
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** An unguessable id of `length` characters out of `[A-Za-z0-9_-]`. */
  id(length: number): string;
}

export const systemRandom: Random = {
  below: (bound) => randomInt(bound),
  id: (length) =>
    randomBytes(Math.ceil((length * 3) / 4))
      .toString('base64url')
      .slice(0, length),
};
