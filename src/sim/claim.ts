import { AssertionError } from 'node:assert/strict';

/** Throws unless it holds. The text is made only then: checks run by the million, and their texts cost more than they do. */
export function claim(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new AssertionError({ message: what(), stackStartFn: claim });
}

/** The same numbers in the same order. */
export function isSameList(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

/** The same for states: apart from the other, which so many kinds of lists come to that it is slow. */
export function isSameStates(one: Uint8Array, other: Uint8Array): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let seat = 0; seat < one.length; seat += 1) if (one[seat] !== other[seat]) return false;
  return true;
}

export function isSamePosition(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
