/** Something that will happen, unless it is cancelled before. */
export class Happening {
  isCancelled = false;

  constructor(
    readonly atMs: number,
    /** Decides between happenings of the same millisecond. */
    readonly tie: number,
    readonly happen: () => void,
    /** Whether promises may have been settled by it, or asked for. */
    readonly settles: boolean,
  ) {}

  cancel(): void {
    this.isCancelled = true;
  }
}

/** A binary heap of happenings, earliest first. */
export class HappeningHeap {
  readonly #items: Happening[] = [];

  peek(): Happening | undefined {
    return this.#items[0];
  }

  push(item: Happening): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, items[parent] as Happening)) break;
      items[at] = items[parent] as Happening;
      at = parent;
    }
    items[at] = item;
  }

  pop(): Happening | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as Happening, items[child] as Happening)) child += 1;
      if (!before(items[child] as Happening, last)) break;
      items[at] = items[child] as Happening;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

function before(a: Happening, b: Happening): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);
}
