/** Counts by key. Keys are few: codes, never what clients choose freely. */
export class Tally<Key extends string | number> {
  readonly #counts = new Map<Key, number>();

  add(key: Key): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  toRecord(): Record<Key, number> {
    return Object.fromEntries(this.#counts) as Record<Key, number>;
  }
}
