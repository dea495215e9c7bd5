/** A value that changes from time to time, along the changes of an event. */
export class SeqCourse<T> {
  readonly #seqs: number[] = [];
  readonly #values: T[] = [];

  /** From change `seq` on it is `value`. Changes come in order. */
  set(seq: number, value: T): void {
    if (this.#seqs.at(-1) === seq) this.#values[this.#values.length - 1] = value;
    else {
      this.#seqs.push(seq);
      this.#values.push(value);
    }
  }

  /** The value after change `seq`; undefined before the first. */
  at(seq: number): T | undefined {
    return this.#values[this.#countUntil(seq) - 1];
  }

  /** The values that it had after any of the changes `from`..`to`; undefined stands for none yet. */
  between(from: number, to: number): (T | undefined)[] {
    const values: (T | undefined)[] = [this.at(from)];
    for (let index = this.#countUntil(from); index < this.#countUntil(to); index += 1) values.push(this.#values[index]);
    return values;
  }

  /** The changes after `from` and up to `to` that changed it. */
  seqsBetween(from: number, to: number): number[] {
    return this.#seqs.slice(this.#countUntil(from), this.#countUntil(to));
  }

  /** How many of the changes lie at or before `seq`. */
  #countUntil(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] as number) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
