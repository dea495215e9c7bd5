/** How houses number seats and rows. Everything from left to right as those see it who sit there. */

/** `1 2 3 …`, or from another number on. */
export function ascending(count: number, first = 1): string[] {
  return Array.from({ length: count }, (_, at) => String(first + at));
}

/** `… 3 2 1` */
export function descending(count: number, last = 1): string[] {
  return ascending(count, last).toReversed();
}

/**
 * Odd on the left, even on the right, counted from the middle: `… 5 3 1 | 2 4 6 …`. Given the seats of each block of a row, the
 * middle block among them (it has the 1), numbers run on over the aisles.
 */
export function oddEven(counts: readonly number[]): string[][] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const middle = Math.floor(counts.length / 2);
  const before = counts.slice(0, middle).reduce((sum, count) => sum + count, 0);
  const odd = counts.length % 2 === 0 ? before : before + Math.ceil((counts[middle] ?? 0) / 2);
  const labels = [
    ...Array.from({ length: odd }, (_, at) => String(2 * (odd - at) - 1)),
    ...Array.from({ length: all - odd }, (_, at) => String(2 * at + 2)),
  ];
  return counts.map((count) => labels.splice(0, count));
}

/** `… 3 2 1 | … 5 4 |`: counted clockwise through the blocks of a row, given in that order, 1 at the right end of the first. */
export function clockwise(counts: readonly number[]): string[][] {
  let next = 1;
  return counts.map((count) => {
    const labels = descending(count, next);
    next += count;
    return labels;
  });
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** `A B … Z AA BB …`, without I and O, which look like 1 and 0. */
export function rowLetters(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const letter = letters.charAt(at % letters.length);
    return letter.repeat(1 + Math.floor(at / letters.length));
  });
}
