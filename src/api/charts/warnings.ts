const kindsMax = 100;

interface Kind {
  readonly text: (count: number) => string;
  count: number;
}

/** What is odd about a chart but does not keep it from being sold. Bounded, however odd the chart. */
export class Warnings {
  readonly #kinds = new Map<string, Kind>();
  #leftOut = 0;

  add(text: string): void {
    this.addOfKind(text, () => text);
  }

  /** One warning for all of a kind: `text` is the first one's, made at the end with how many there were. */
  addOfKind(kind: string, text: (count: number) => string): void {
    const known = this.#kinds.get(kind);
    if (known !== undefined) known.count += 1;
    else if (this.#kinds.size < kindsMax) this.#kinds.set(kind, { text, count: 1 });
    else this.#leftOut += 1;
  }

  /** In the order in which each was first found. */
  list(): readonly string[] {
    const texts = [...this.#kinds.values()].map(({ text, count }) => text(count));
    return this.#leftOut === 0 ? texts : [...texts, `and ${this.#leftOut} more`];
  }
}
