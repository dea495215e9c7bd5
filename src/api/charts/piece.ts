import type { z } from 'zod';
import { fault, shownPath } from '../problem.js';
import type { ChartReading, Place } from './chart-reading.js';

/** `chart.sections[3].rows[2].seats[17]` */
export function shownPlace(lists: ChartReading<unknown>['lists'], place: Place): string {
  return place.reduce<string>((shown, at, level) => `${shown}.${lists[level]}[${at}]`, 'chart');
}

/**
 * What `schema` reads from one piece of a document.
 * @throws Problem 400, naming the first fault by its path in the whole document
 */
export function readPiece<T>(schema: z.ZodType<T>, given: unknown, path: () => string): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw fault(shownPath([path(), ...(issue?.path ?? [])]), issue?.message ?? 'not valid');
}

/**
 * The names of the items. An empty name is none: rows need not have one.
 * @throws Problem 400: two items have the same name
 */
export function uniqueBy<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  pathOf: (at: number) => string,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [at, item] of items.entries()) {
    const itemName = nameOf(item);
    if (itemName !== '' && names.has(itemName)) throw fault(pathOf(at), `used twice: ${itemName}`);
    names.add(itemName);
  }
  return names;
}
