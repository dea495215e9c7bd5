import { assert } from '../lib/assert.js';

/** Older epochs are forgotten; positions in them are answered with a snapshot. */
const epochsKept = 64;

/** Which epoch made which change: `seq` runs on across epochs, so each epoch is where it starts. */
export class EpochHistory {
  /** Rising in both. */
  readonly #starts: { readonly epoch: number; readonly firstSeq: number }[] = [];

  /** Changes from `firstSeq` on were made in `epoch`. */
  began(epoch: number, firstSeq: number): void {
    const last = this.#starts.at(-1);
    if (last?.epoch === epoch) return;
    assert(
      last === undefined || (last.epoch < epoch && last.firstSeq < firstSeq),
      `Cannot go on in an epoch as it does not follow the last: epoch is ${epoch}, seq is ${firstSeq}`,
    );
    this.#starts.push({ epoch, firstSeq });
    if (this.#starts.length > epochsKept) this.#starts.shift();
  }

  /** The epoch that made change `seq`, or null where that is no longer known. */
  of(seq: number): number | null {
    for (let i = this.#starts.length - 1; i >= 0; i -= 1) {
      const start = this.#starts[i];
      if (start !== undefined && start.firstSeq <= seq) return start.epoch;
    }
    return null;
  }
}
