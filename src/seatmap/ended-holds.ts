import { must } from '../lib/must.js';
import { SeqTable } from '../lib/seq-table.js';
import { grown, grownLength } from '../lib/typed-growth.js';
import type { EndReason } from '../protocol/down.js';

/** How many of an event's holds are remembered after they ended. */
export const endedHoldsMax = 100_000;

export const endReasons: readonly EndReason[] = ['released', 'expired', 'revoked', 'confirmed'];

export interface EndedHold {
  readonly holdSeq: number;
  readonly holderId: string;
  readonly reason: EndReason;
  /** Of a hold that was confirmed and whose booking was cancelled; else 0. */
  readonly bookingSeq: number;
}

/**
 * How the last holds ended, so that who asks for one later learns why it is gone. A ring that grows as it is needed: from its
 * limit on, each new entry takes the place of the oldest. A confirmed hold comes here when its booking is cancelled; until
 * then its claim tells.
 */
export class EndedHolds {
  #holdSeqs = new Uint32Array(0);
  #bookingSeqs = new Uint32Array(0);
  #reasons = new Uint8Array(0);
  readonly #holderIds: string[] = [];
  #oldest = 0;
  readonly #entriesBySeq = new SeqTable((entry) => this.#holdSeqs[entry] as number);

  constructor(private readonly limit: number = endedHoldsMax) {}

  get count(): number {
    return this.#entriesBySeq.size;
  }

  get byteLength(): number {
    const columns = this.#holdSeqs.byteLength + this.#bookingSeqs.byteLength + this.#reasons.byteLength;
    return columns + this.#entriesBySeq.byteLength;
  }

  add(holdSeq: number, holderId: string, reason: EndReason, bookingSeq: number): void {
    const entry = this.count === this.limit ? this.#takeOldest() : this.count;
    if (entry === this.#holdSeqs.length) this.#grow();
    this.#holdSeqs[entry] = holdSeq;
    this.#bookingSeqs[entry] = bookingSeq;
    this.#reasons[entry] = endReasons.indexOf(reason);
    this.#holderIds[entry] = holderId;
    this.#entriesBySeq.add(entry);
  }

  /** How the hold that change `holdSeq` made has ended; null where it lives, never was, or is forgotten. */
  find(holdSeq: number): EndedHold | null {
    const entry = this.#entriesBySeq.find(holdSeq);
    return entry < 0 ? null : this.#read(entry);
  }

  /** Whether change `bookingSeq` made a booking that was cancelled. Only operators ask: a scan. */
  wasCancelled(bookingSeq: number): boolean {
    return bookingSeq !== 0 && this.#bookingSeqs.includes(bookingSeq);
  }

  /** Oldest first. */
  *all(): Generator<EndedHold> {
    const { count } = this;
    for (let index = 0; index < count; index += 1) yield this.#read((this.#oldest + index) % count);
  }

  #read(entry: number): EndedHold {
    return {
      holdSeq: this.#holdSeqs[entry] as number,
      holderId: must(this.#holderIds[entry], 'the holder of an ended hold'),
      reason: must(endReasons[this.#reasons[entry] as number], 'the reason of an ended hold'),
      bookingSeq: this.#bookingSeqs[entry] as number,
    };
  }

  #takeOldest(): number {
    const entry = this.#oldest;
    this.#entriesBySeq.delete(this.#holdSeqs[entry] as number);
    this.#oldest = (entry + 1) % this.limit;
    return entry;
  }

  #grow(): void {
    const length = Math.min(grownLength(this.#holdSeqs.length), this.limit);
    this.#holdSeqs = grown(this.#holdSeqs, length);
    this.#bookingSeqs = grown(this.#bookingSeqs, length);
    this.#reasons = grown(this.#reasons, length);
  }
}
