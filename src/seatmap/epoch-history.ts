import { InvariantError } from '../lib/assert.js';

/** Histories shorter than this are not worth shortening. */
const shortLength = 1_024;

/**
 * Which epoch made which change. `seq` runs on across epochs and epochs never fall (I8), so a history is where each epoch
 * begins, and no hold or booking needs an epoch of its own:
 *
 *     seq     1 ───────── 40 ──────── 57 ─────►
 *     epoch   3           4           9
 */
export class EpochHistory {
  /** Both rise. */
  #firstSeqs: number[] = [];
  #epochs: number[] = [];
  #lengthWhenLong = shortLength;

  /** Change `seq` was made in `epoch`. Changes come in order. */
  record(seq: number, epoch: number): void {
    const last = this.#epochs.length - 1;
    if (last >= 0 && this.#epochs[last] === epoch) return;
    if (last >= 0 && (epoch < (this.#epochs[last] as number) || seq <= (this.#firstSeqs[last] as number))) {
      throw new InvariantError(
        `[I8] Cannot record a change as its epoch or seq falls: epoch is ${epoch}, seq is ${seq}`,
      );
    }
    this.#firstSeqs.push(seq);
    this.#epochs.push(epoch);
  }

  /** The epoch that made change `seq`; undefined before the first. Exact for every seq that was remembered at each `keepOnly`. */
  epochOf(seq: number): number | undefined {
    return this.#epochs[this.#indexOf(seq)];
  }

  /** How many epochs are known. */
  get length(): number {
    return this.#epochs.length;
  }

  /** Time to call `keepOnly`. */
  get isLong(): boolean {
    return this.length > this.#lengthWhenLong;
  }

  /** Forgets epochs that made none of these changes. The last one stays. */
  keepOnly(remembered: Iterable<number>): void {
    const needed = this.#needed(remembered);
    this.#firstSeqs = this.#firstSeqs.filter((_, index) => needed[index] === 1);
    this.#epochs = this.#epochs.filter((_, index) => needed[index] === 1);
    this.#lengthWhenLong = shortLength + 2 * this.#epochs.length;
  }

  /** What `keepOnly` would leave, oldest first: `[first seq, epoch]`. */
  neededFor(remembered: Iterable<number>): (readonly [firstSeq: number, epoch: number])[] {
    const needed = this.#needed(remembered);
    const pairs: (readonly [number, number])[] = [];
    for (const [index, firstSeq] of this.#firstSeqs.entries()) {
      if (needed[index] === 1) pairs.push([firstSeq, this.#epochs[index] as number]);
    }
    return pairs;
  }

  #needed(remembered: Iterable<number>): Uint8Array {
    const needed = new Uint8Array(this.#epochs.length);
    needed[needed.length - 1] = 1;
    for (const seq of remembered) needed[this.#indexOf(seq)] = 1;
    return needed;
  }

  /** Of the last epoch that begins at or before `seq`; -1 where there is none. */
  #indexOf(seq: number): number {
    const firstSeqs = this.#firstSeqs;
    let high = firstSeqs.length - 1;
    if (high < 0 || (firstSeqs[high] as number) <= seq) return high;
    let low = -1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((firstSeqs[middle] as number) <= seq) low = middle;
      else high = middle;
    }
    return low;
  }
}
