import { bufferOf } from '../lib/buffer-of.js';
import { JournalCorrupt } from './journal-corrupt.js';
import { varintBytesMax } from './varint.js';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads what `ByteWriter` wrote and trusts nothing: whatever cannot have been written throws `JournalCorrupt`. */
export class ByteReader {
  #position: number;
  #end: number;
  readonly #bytes: Buffer;

  constructor(
    bytes: Uint8Array,
    position: number,
    private readonly eventId: string,
    /** The change being read: errors name it. */
    public seq: number,
  ) {
    this.#bytes = bufferOf(bytes);
    this.#position = position;
    this.#end = bytes.byteLength;
  }

  get atEnd(): boolean {
    return this.#position === this.#end;
  }

  corrupt(what: string, options?: ErrorOptions): JournalCorrupt {
    return new JournalCorrupt(this.eventId, this.seq, what, options);
  }

  byte(): number {
    if (this.#position >= this.#end) throw this.corrupt('it ends too early');
    return this.#bytes[this.#position++] as number;
  }

  uint32(): number {
    const start = this.#take(4);
    return this.#bytes.readUInt32LE(start);
  }

  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let weight = 128;
    for (let size = 2; size <= varintBytesMax; size += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        if (byte === 0 || value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      weight *= 128;
    }
    throw this.corrupt('a number is too large or not in its shortest form');
  }

  varints(): number[] {
    const count = this.varint();
    if (count > this.#end - this.#position) throw this.corrupt('it ends too early');
    const values: number[] = [];
    for (let index = 0; index < count; index += 1) values.push(this.varint());
    return values;
  }

  string(): string {
    const size = this.varint();
    const start = this.#take(size);
    const end = start + size;
    for (let at = start; at < end; at += 1) {
      if ((this.#bytes[at] as number) > 0x7f) return this.#wideString(start, end);
    }
    return this.#bytes.toString('latin1', start, end);
  }

  /** Enters a block; until `leaveBlock`, nothing is read beyond it. */
  enterBlock(): number {
    const size = this.varint();
    const outerEnd = this.#end;
    if (size > outerEnd - this.#position) throw this.corrupt('an entry is longer than its batch');
    this.#end = this.#position + size;
    return outerEnd;
  }

  /** `outerEnd`: what `enterBlock` returned. */
  leaveBlock(outerEnd: number): void {
    if (!this.atEnd) throw this.corrupt('an entry has bytes after its last field');
    this.#end = outerEnd;
  }

  #wideString(start: number, end: number): string {
    try {
      return strictUtf8.decode(this.#bytes.subarray(start, end));
    } catch (cause) {
      throw this.corrupt('a text is not UTF-8', { cause });
    }
  }

  #take(size: number): number {
    const start = this.#position;
    if (size > this.#end - start) throw this.corrupt('it ends too early');
    this.#position = start + size;
    return start;
  }
}
