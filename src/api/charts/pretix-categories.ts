import { type ChartCategory, color } from './chart.js';
import { FreeNames, storableName } from './names.js';

/** Colours that most people can tell apart, for categories without one. (Okabe and Ito, 2008, darkened for white text) */
const palette = ['#0072b2', '#b8520a', '#007a5a', '#a34f80', '#8a6d00', '#3b7fa8', '#5b5b9e', '#6b6b6b'] as const;
const keyLengthMax = 64;

export interface ReadCategories {
  readonly categories: ChartCategory[];
  /** By their name in the plan. */
  readonly keyOf: ReadonlyMap<string, string>;
  /** Indexes of those whose name was there before: seats cannot mean them. */
  readonly repeated: readonly number[];
}

/** A pretix category has a name and perhaps a colour: the name is also its key, shortened and made unique where need be. */
export function readCategories(given: readonly { readonly name: string; readonly color?: unknown }[]): ReadCategories {
  const keys = new FreeNames(keyLengthMax);
  const keyOf = new Map<string, string>();
  const categories: ChartCategory[] = [];
  const repeated: number[] = [];
  for (const [at, { name, color: wanted }] of given.entries()) {
    if (keyOf.has(name)) {
      repeated.push(at);
      continue;
    }
    const shown = storableName(name, keyLengthMax * 3) || `Category ${at + 1}`;
    const key = keys.take(storableName(shown, keyLengthMax));
    keyOf.set(name, key);
    categories.push({
      key,
      name: shown,
      color: usable(wanted) ?? palette[categories.length % palette.length] ?? palette[0],
    });
  }
  return { categories, keyOf, repeated };
}

function usable(wanted: unknown): string | null {
  const read = color.safeParse(wanted);
  return read.success ? read.data : null;
}
