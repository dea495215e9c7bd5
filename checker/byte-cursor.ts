const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const varintBytesMax = 8;

/** The basic types of docs/JOURNAL.md, section 2, one after the other. Whatever the page does not allow throws. */
export class ByteCursor {
  readonly #bytes: Buffer;
  #at: number;
  /** Nothing is read from here on. */
  #end: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#end = bytes.byteLength;
  }

  get atEnd(): boolean {
    return this.#at === this.#end;
  }

  byte(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  varint(): number {
    let value = 0;
    let weight = 1;
    for (let size = 1; size <= varintBytesMax; size += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte >= 0x80) {
        weight *= 128;
        continue;
      }
      if (byte === 0 && size > 1) throw new Error('a varint is not in its shortest form');
      if (value > Number.MAX_SAFE_INTEGER) break;
      return value;
    }
    throw new Error('a varint is above 2^53 − 1');
  }

  string(): string {
    const size = this.varint();
    const start = this.#advance(size);
    for (let at = start; at < this.#at; at += 1) {
      if ((this.#bytes[at] as number) > 0x7f) return strictUtf8.decode(this.#bytes.subarray(start, this.#at));
    }
    return this.#bytes.toString('latin1', start, this.#at);
  }

  list(): number[] {
    const length = this.varint();
    if (length > this.#end - this.#at) throw new Error('a list is longer than its entry');
    const values: number[] = [];
    for (let index = 0; index < length; index += 1) values.push(this.varint());
    return values;
  }

  /** Reads a length, and gives what `read` makes of exactly so many bytes. */
  block<T>(read: () => T): T {
    const length = this.varint();
    const outerEnd = this.#end;
    if (length > outerEnd - this.#at) throw new Error('an entry is longer than its blob');
    this.#end = this.#at + length;
    const value = read();
    if (!this.atEnd) throw new Error('an entry has bytes after its last field');
    this.#end = outerEnd;
    return value;
  }

  /** Gives where the bytes begin. */
  #advance(bytes: number): number {
    const start = this.#at;
    if (bytes > this.#end - start) throw new Error('it ends too early');
    this.#at = start + bytes;
    return start;
  }
}
