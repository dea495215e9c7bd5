import { must } from '../../lib/must.js';
import { type ChartCategory, color } from './chart.js';
import { FreeNames, storableName } from './names.js';

/** Colours that most people can tell apart, for categories without one. (Okabe and Ito, 2008, darkened for white text) */
const palette = ['#0072b2', '#b8520a', '#007a5a', '#a34f80', '#8a6d00', '#3b7fa8', '#5b5b9e', '#6b6b6b'] as const;
const keyLengthMax = 64;

export interface ReadCategories {
  readonly categories: ChartCategory[];
  /** By their name in the plan. */
  readonly keyOf: ReadonlyMap<string, string>;
  /** Those whose name cannot be their key, with the key that they got. */
  readonly renamed: readonly (readonly [at: number, key: string])[];
  /** Indexes of those whose name was there before: seats cannot mean them. */
  readonly repeated: readonly number[];
}

interface Named {
  readonly name: string;
  /** As it can be stored. */
  readonly shown: string;
  /** As it can be a key, if nobody else has it. */
  readonly wanted: string;
  readonly color: string | null;
}

/** A pretix category has a name and perhaps a colour: the name is also its key, shortened and made unique where need be. */
export function readCategories(given: readonly { readonly name: string; readonly color?: unknown }[]): ReadCategories {
  const named = given.map((category, at): Named => {
    const shown = storableName(category.name, keyLengthMax * 3) || `Category ${at + 1}`;
    return { name: category.name, shown, wanted: storableName(shown, keyLengthMax), color: usable(category.color) };
  });
  const keyOf = keysOf(named);
  const categories = new Map<string, ChartCategory>();
  const renamed: [at: number, key: string][] = [];
  const repeated: number[] = [];
  for (const [at, { name, shown, color: wanted }] of named.entries()) {
    const key = must(keyOf.get(name), 'the key of a category');
    if (categories.has(name)) {
      repeated.push(at);
      continue;
    }
    if (key !== name) renamed.push([at, key]);
    const free = palette[categories.size % palette.length] ?? palette[0];
    categories.set(name, { key, name: shown, color: wanted ?? free });
  }
  return { categories: [...categories.values()], keyOf, renamed, repeated };
}

/** By name. A name that can be a key is its own, whichever others are alike once they are changed. */
function keysOf(named: readonly Named[]): ReadonlyMap<string, string> {
  const isOwn = ({ name, wanted }: Named): boolean => name === wanted;
  const keys = new FreeNames(keyLengthMax);
  const keyOf = new Map<string, string>();
  for (const { name, wanted } of [...named.filter(isOwn), ...named.filter((one) => !isOwn(one))]) {
    if (!keyOf.has(name)) keyOf.set(name, keys.take(wanted));
  }
  return keyOf;
}

function usable(wanted: unknown): string | null {
  const read = color.safeParse(wanted);
  return read.success ? read.data : null;
}
