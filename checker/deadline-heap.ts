interface Due {
  readonly atMs: number;
  readonly holdSeq: number;
}

/** Which deadline comes first: a binary heap. */
export class DeadlineHeap {
  readonly #items: Due[] = [];

  get first(): Due | null {
    return this.#items[0] ?? null;
  }

  add(due: Due): void {
    let index = this.#items.length;
    this.#items.push(due);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent).atMs <= due.atMs) break;
      this.#items[index] = this.#at(parent);
      index = parent;
    }
    this.#items[index] = due;
  }

  removeFirst(): void {
    const last = this.#items.pop();
    const { length } = this.#items;
    if (last === undefined || length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#at(child + 1).atMs < this.#at(child).atMs) child += 1;
      if (last.atMs <= this.#at(child).atMs) break;
      this.#items[index] = this.#at(child);
      index = child;
    }
    this.#items[index] = last;
  }

  #at(index: number): Due {
    return this.#items[index] as Due;
  }
}
