import { assert } from '../lib/assert.js';

const entriesMin = 32;

/**
 * Which commands this event has accepted: (holder, commandId) → (payload hash, seq of its change). The answer itself is
 * rebuilt from the journal, so an id costs about 40 bytes here and no string.
 *
 * Keys are 64-bit hashes under a seed of the event's own. Whoever finds an entry compares the change at `seq` with the real
 * ids before it answers, so a collision can never give somebody another's answer.
 *
 * Kept: the newest `idsMax`, each older id whose hold still lives, and each confirm for good. An id that is no longer among
 * the newest is forgotten, or goes back to the end of the queue while its hold lives:
 *
 *     #oldest ─► 16  17  18  …  61  12  62  15  63      12 and 15 have come round: their holds live
 *                └── newest, all above #agedUntilSeq
 */
export class RememberedIds {
  /** Slot → entry + 1, 0 for none; linear probing, at most half full. */
  #slots = new Int32Array(entriesMin * 2);
  #entries = new Entries(entriesMin);
  /** The entry to look at next; those before it are confirms, or gone. */
  #oldest = 0;
  /** How many are among the newest `idsMax`, confirms apart. */
  #newest = 0;
  /** Of the last id that came to be too old for them. */
  #agedUntilSeq = 0;

  constructor(
    readonly seed: number,
    private readonly idsMax: number,
  ) {}

  get count(): number {
    return this.#entries.live;
  }

  /**
   * @param holdSeq the hold that keeps this id alive; 0 for none
   * @param forGood never forgotten
   */
  remember(
    holderId: string,
    commandId: string,
    payloadHash: number,
    seq: number,
    holdSeq: number,
    forGood: boolean,
    holdLives: (holdSeq: number) => boolean,
  ): void {
    this.#hash(holderId, commandId);
    this.#add(this.#high, this.#low, payloadHash, seq, holdSeq, forGood);
    if (forGood) return;
    this.#newest += 1;
    while (this.#newest > this.idsMax) this.#takeOldest(holdLives);
  }

  /** Index for `payloadHashAt` and `seqAt`, or -1. Valid until the next `remember`. */
  find(holderId: string, commandId: string): number {
    this.#hash(holderId, commandId);
    const mask = this.#slots.length - 1;
    for (let slot = this.#low & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (
        this.#entries.high[entry] === this.#high &&
        this.#entries.low[entry] === this.#low &&
        this.#entries.seq[entry] !== 0
      ) {
        return entry;
      }
    }
  }

  payloadHashAt(entry: number): number {
    return this.#entries.payloadHash[entry] as number;
  }

  seqAt(entry: number): number {
    return this.#entries.seq[entry] as number;
  }

  /** Every entry as bytes, oldest first, for a snapshot: columns copied whole, so that cutting one is not felt. */
  encode(): Uint8Array {
    this.#compact();
    return this.#entries.encode();
  }

  /** Puts back what `encode` gave, under the same seed. */
  static decode(seed: number, idsMax: number, bytes: Uint8Array): RememberedIds {
    const ids = new RememberedIds(seed, idsMax);
    ids.#entries = Entries.decode(bytes);
    ids.#compact();
    ids.#countNewest();
    return ids;
  }

  #countNewest(): void {
    const { seq, forGood, length } = this.#entries;
    const seqs = seq.subarray(0, length).filter((_, entry) => forGood[entry] === 0);
    seqs.sort();
    this.#newest = Math.min(seqs.length, this.idsMax);
    this.#agedUntilSeq = seqs[seqs.length - this.#newest - 1] ?? 0;
  }

  #high = 0;
  #low = 0;

  /** Two 32-bit lanes of multiply-and-rotate over "holder/command", mixed at the end (after MurmurHash3's finalizer). */
  #hash(holderId: string, commandId: string): void {
    let a = this.seed | 0;
    let b = ~this.seed | 0;
    for (let i = 0; i < holderId.length; i += 1) {
      const c = holderId.charCodeAt(i);
      a = Math.imul(a ^ c, 0x9e3779b1);
      b = Math.imul(b ^ c, 0x85ebca6b);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    a ^= 0x2f;
    b ^= 0x2f;
    for (let i = 0; i < commandId.length; i += 1) {
      const c = commandId.charCodeAt(i);
      a = Math.imul(a ^ c, 0x9e3779b1);
      b = Math.imul(b ^ c, 0x85ebca6b);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    a = Math.imul(a ^ (b >>> 16), 0xc2b2ae35);
    b = Math.imul(b ^ (a >>> 13), 0x27d4eb2f);
    this.#high = (a ^ (a >>> 16)) >>> 0;
    this.#low = (b ^ (b >>> 15)) >>> 0;
  }

  #add(high: number, low: number, payloadHash: number, seq: number, holdSeq: number, forGood: boolean): void {
    assert(seq > 0, `Cannot remember a command as its change has no number: seq is ${seq}`);
    if (this.#entries.length === this.#entries.capacity) this.#compact();
    const entry = this.#entries.push(high, low, payloadHash, seq, holdSeq, forGood);
    this.#place(entry);
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#entries.low[entry] as number) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  /** Of the entries that have come round there are as many in front of one of the newest as holds live for each: few. */
  #takeOldest(holdLives: (holdSeq: number) => boolean): void {
    const e = this.#entries;
    const entry = this.#oldest;
    this.#oldest += 1;
    const seq = e.seq[entry] as number;
    if (seq === 0 || e.forGood[entry] === 1) return;
    if (seq > this.#agedUntilSeq) {
      this.#agedUntilSeq = seq;
      this.#newest -= 1;
    }
    e.seq[entry] = 0;
    e.live -= 1;
    const holdSeq = e.holdSeq[entry] as number;
    if (holdSeq === 0 || !holdLives(holdSeq)) return;
    const [high, low, hash] = [e.high[entry] as number, e.low[entry] as number, e.payloadHash[entry] as number];
    this.#add(high, low, hash, seq, holdSeq, false);
  }

  /** Closes the gaps that forgotten ids left, doubles the room where it is still short, and builds the slots anew. */
  #compact(): void {
    const old = this.#entries;
    this.#entries = new Entries(capacityFor(old.live));
    this.#oldest = 0;
    for (let entry = 0; entry < old.length; entry += 1) {
      if (old.seq[entry] !== 0) this.#entries.copy(old, entry);
    }
    this.#slots = new Int32Array(this.#entries.capacity * 2);
    for (let entry = 0; entry < this.#entries.length; entry += 1) this.#place(entry);
  }
}

/** A power of two, as the slots' mask needs it, and at least half of it free, so that compacting stays rare. */
function capacityFor(live: number): number {
  let capacity = entriesMin;
  while (capacity < live * 2) capacity *= 2;
  return capacity;
}

/** Two doubles, three 32-bit numbers, one byte. */
export const bytesPerEntry = 29;

/** Columns; an entry whose seq is 0 is forgotten. */
class Entries {
  length = 0;
  live = 0;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly payloadHash: Uint32Array;
  readonly seq: Float64Array;
  readonly holdSeq: Float64Array;
  readonly forGood: Uint8Array;

  constructor(readonly capacity: number) {
    this.high = new Uint32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.payloadHash = new Uint32Array(capacity);
    this.seq = new Float64Array(capacity);
    this.holdSeq = new Float64Array(capacity);
    this.forGood = new Uint8Array(capacity);
  }

  push(high: number, low: number, payloadHash: number, seq: number, holdSeq: number, forGood: boolean): number {
    const entry = this.length;
    this.high[entry] = high;
    this.low[entry] = low;
    this.payloadHash[entry] = payloadHash;
    this.seq[entry] = seq;
    this.holdSeq[entry] = holdSeq;
    this.forGood[entry] = forGood ? 1 : 0;
    this.length += 1;
    this.live += 1;
    return entry;
  }

  /** The live length of each column, one after the other, widest first so that each starts aligned. Little-endian. */
  encode(): Uint8Array {
    const { length } = this;
    const bytes = new Uint8Array(length * bytesPerEntry);
    let at = 0;
    for (const column of [this.seq, this.holdSeq, this.high, this.low, this.payloadHash, this.forGood]) {
      const used = column.subarray(0, length);
      bytes.set(new Uint8Array(used.buffer, used.byteOffset, used.byteLength), at);
      at += used.byteLength;
    }
    return bytes;
  }

  static decode(bytes: Uint8Array): Entries {
    const length = bytes.length / bytesPerEntry;
    const entries = new Entries(Math.max(length, 1));
    let at = 0;
    for (const column of [
      entries.seq,
      entries.holdSeq,
      entries.high,
      entries.low,
      entries.payloadHash,
      entries.forGood,
    ]) {
      const size = length * column.BYTES_PER_ELEMENT;
      new Uint8Array(column.buffer, 0, size).set(bytes.subarray(at, at + size));
      at += size;
    }
    entries.length = length;
    entries.live = length;
    return entries;
  }

  copy(from: Entries, entry: number): void {
    this.push(
      from.high[entry] as number,
      from.low[entry] as number,
      from.payloadHash[entry] as number,
      from.seq[entry] as number,
      from.holdSeq[entry] as number,
      from.forGood[entry] === 1,
    );
  }
}
