import { InvariantError } from '../lib/assert.js';
import { varintBytesMax, varintSize, writeVarint } from './varint.js';

/** A growable buffer that is filled from the front and used again: in steady state it allocates nothing. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(private readonly capacityMin: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacityMin);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written after `length`. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Empties the writer; a buffer that grew beyond `keepBytesMax` is let go. */
  clear(keepBytesMax: number): void {
    this.#length = 0;
    if (this.#bytes.length > keepBytesMax) this.#bytes = Buffer.allocUnsafeSlow(this.capacityMin);
  }

  copyTo(target: Uint8Array, at: number): void {
    this.#bytes.copy(target, at, 0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Little-endian. */
  uint32(value: number): void {
    if (value >>> 0 !== value) throw unwritable(value);
    this.#reserve(4);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = value & 0xff;
    bytes[at++] = (value >>> 8) & 0xff;
    bytes[at++] = (value >>> 16) & 0xff;
    bytes[at++] = value >>> 24;
    this.#length = at;
  }

  varint(value: number): void {
    if (value >>> 0 !== value && !(Number.isSafeInteger(value) && value >= 0)) throw unwritable(value);
    this.#reserve(varintBytesMax);
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  /** Number of values, then the values. */
  varints(values: readonly number[]): void {
    this.varint(values.length);
    for (let index = 0; index < values.length; index += 1) this.varint(values[index] as number);
  }

  /** Length in bytes, then UTF-8. Ids are ASCII: a loop over them beats a call into the runtime. */
  string(value: string): void {
    this.#reserve(varintBytesMax + value.length);
    const bytes = this.#bytes;
    let at = writeVarint(bytes, this.#length, value.length);
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.#wideString(value);
        return;
      }
      bytes[at++] = code;
    }
    this.#length = at;
  }

  /** Begins a block whose length goes before it; `endBlock` gets what this returns. */
  beginBlock(): number {
    this.byte(0);
    return this.#length;
  }

  /** Writes the block's length. One byte was kept for it: a block of 128 bytes or more moves up. */
  endBlock(start: number): void {
    const length = this.#length - start;
    const extra = varintSize(length) - 1;
    if (extra > 0) {
      this.#reserve(extra);
      this.#bytes.copyWithin(start + extra, start, this.#length);
      this.#length += extra;
    }
    writeVarint(this.#bytes, start - 1, length);
  }

  /** A lone surrogate, which has no UTF-8, is written as U+FFFD. */
  #wideString(value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(varintBytesMax + size);
    const at = writeVarint(this.#bytes, this.#length, size);
    this.#length = at + this.#bytes.write(value, at, size, 'utf8');
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function unwritable(value: number): InvariantError {
  return new InvariantError(`Cannot write a number as it is not whole, negative or too large: value is ${value}`);
}
