import { type EventHistory, returnOf } from './event-history.js';
import { okOf } from './history.js';

/**
 * Where in the journal a moment of the clients' clock can lie. Two facts bound it:
 *
 *     an answer or a map at position 40 came in      change 40 was committed by then
 *     the command of change 45 was first called      change 45 was not yet decided then
 */
export class Knowledge {
  /** Of each thing seen: when it came in, and the highest seq of all that came in until then. */
  readonly #seenMs: Float64Array;
  readonly #seenSeqs: Float64Array;
  /** Of each command that made a change: its first call, and the lowest seq of it and all later ones. */
  readonly #calledMs: Float64Array;
  readonly #calledSeqs: Float64Array;
  /** By seq: when it or a later one was first seen. */
  readonly #sightsMs: Float64Array;

  constructor(
    private readonly lastSeq: number,
    history: EventHistory,
    private readonly staleForMs: number,
  ) {
    const { seen } = history;
    this.#seenMs = Float64Array.from(seen, returnOf);
    this.#seenSeqs = Float64Array.from(seen, (operation) => Math.min(okOf(operation)?.position[1] ?? 0, lastSeq));
    this.#sightsMs = new Float64Array(lastSeq + 2).fill(Number.POSITIVE_INFINITY);
    for (const [index, seq] of this.#seenSeqs.entries()) lower(this.#sightsMs, seq, this.#seenMs[index] as number);
    for (let seq = lastSeq; seq >= 0; seq -= 1) lower(this.#sightsMs, seq, this.#sightsMs[seq + 1] as number);
    for (let index = 1; index < seen.length; index += 1) {
      this.#seenSeqs[index] = Math.max(this.#seenSeqs[index] as number, this.#seenSeqs[index - 1] as number);
    }

    const made = Array.from(history.commands).filter(({ seq, isRepeated }) => seq !== null && !isRepeated);
    this.#calledMs = Float64Array.from(made, ({ first }) => first.call);
    this.#calledSeqs = Float64Array.from(made, ({ seq }) => seq ?? 0);
    for (let index = made.length - 2; index >= 0; index -= 1) {
      lower(this.#calledSeqs, index, this.#calledSeqs[index + 1] as number);
    }
  }

  /** The highest seq that anybody had seen before this moment: it was committed. At least 1. */
  committedBefore(atMs: number): number {
    const index = countOf(this.#seenMs, (seenMs) => seenMs < atMs) - 1;
    return Math.max(1, this.#seenSeqs[index] ?? 1);
  }

  /** The highest seq that whoever answers a call of this moment must have known. */
  knownToWriter(calledMs: number): number {
    return this.committedBefore(calledMs - this.staleForMs);
  }

  /** The highest seq that can have been decided by this moment. */
  decidedBy(atMs: number): number {
    const index = countOf(this.#calledMs, (calledMs) => calledMs <= atMs);
    return Math.min(this.lastSeq, (this.#calledSeqs[index] ?? Number.POSITIVE_INFINITY) - 1);
  }

  /** When anybody first saw change `seq` or a later one. */
  earliestSight(seq: number): number {
    return this.#sightsMs[seq] ?? Number.POSITIVE_INFINITY;
  }
}

function lower(values: Float64Array, index: number, to: number): void {
  values[index] = Math.min(values[index] as number, to);
}

/** How many of the values are early; the early ones come first. */
function countOf(values: Float64Array, isEarly: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEarly(values[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
