/** The word that `given` is most likely a slip of, or null where none is near: at most a third of its letters are wrong. */
export function nearest(given: string, words: readonly string[]): string | null {
  const ranked = words.map((word) => ({ word, slips: slipsBetween(given, word) })).sort((a, b) => a.slips - b.slips);
  const best = ranked[0];
  return best !== undefined && best.slips <= given.length / 3 ? best.word : null;
}

/**
 * How many letters must be inserted, deleted, replaced or swapped with their neighbour.
 * Source: optimal string alignment, F. J. Damerau, "A technique for computer detection and correction of spelling errors", 1964.
 */
export function slipsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          (last[column] as number) + 1,
          (current[column - 1] as number) + 1,
          (last[column - 1] as number) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] as number) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] as number;
}
