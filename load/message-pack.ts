/**
 * As much MessagePack as the load needs, written by hand: a builder for frames that are made once, and a cursor that
 * peeks at answers without making objects of them. The server's own codec is deliberately not used here: it would cost
 * more than the rest of the generator together.
 */

/** Builds one value byte by byte. Numbers take a fixed width where the caller wants to patch them later. */
export class Builder {
  readonly bytes: number[] = [];

  array(length: number): this {
    this.bytes.push(...(length < 16 ? [0x90 | length] : [0xdc, length >> 8, length & 0xff]));
    return this;
  }

  /** Of at most 15 keys. */
  map(length: number): this {
    this.bytes.push(0x80 | length);
    return this;
  }

  nil(): this {
    this.bytes.push(0xc0);
    return this;
  }

  /** 0..127 in one byte. */
  small(value: number): this {
    this.bytes.push(value);
    return this;
  }

  /** Always five bytes. */
  uint32(value: number): this {
    this.bytes.push(0xce, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
    return this;
  }

  text(text: string): this {
    const utf8 = Buffer.from(text);
    this.bytes.push(...textHeader(utf8.length), ...utf8);
    return this;
  }
}

/** The bytes before a string of `length` bytes, in the shortest form. */
export function textHeader(length: number): number[] {
  if (length < 32) return [0xa0 | length];
  if (length < 256) return [0xd9, length];
  return [0xda, length >> 8, length & 0xff];
}

const scratch = new DataView(new ArrayBuffer(8));

/** Walks over one encoded message. Every read throws `RangeError` rather than leave the message's end. */
export class Cursor {
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;
  at = 0;
  /** Length in bytes of the string whose header was read last; it starts at `at`. */
  textLength = 0;

  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  private next(): number {
    if (this.at >= this.end) throw new RangeError('Cannot read the answer as it ends too early');
    return this.bytes[this.at++] as number;
  }

  private bigEndian(width: number): number {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + this.next();
    return value;
  }

  private advance(length: number): void {
    if (length > this.end - this.at) throw new RangeError('Cannot read the answer as it ends too early');
    this.at += length;
  }

  /** Number of elements of the array that starts here, −1 where none does. */
  arrayLength(): number {
    const head = this.next();
    if ((head & 0xf0) === 0x90) return head & 0x0f;
    if (head === 0xdc) return this.bigEndian(2);
    if (head === 0xdd) return this.bigEndian(4);
    return -1;
  }

  /** Number of pairs of the map that starts here, −1 where none does. */
  mapLength(): number {
    const head = this.next();
    if ((head & 0xf0) === 0x80) return head & 0x0f;
    if (head === 0xde) return this.bigEndian(2);
    if (head === 0xdf) return this.bigEndian(4);
    return -1;
  }

  /** A whole number ≥ 0 of any width, also an integral float; −1 where none starts here. */
  unsigned(): number {
    const head = this.next();
    if (head < 0x80) return head;
    if (head >= 0xcc && head <= 0xcf) return this.bigEndian(1 << (head - 0xcc));
    if (head !== 0xca && head !== 0xcb) return -1;
    const width = head === 0xca ? 4 : 8;
    for (let i = 0; i < width; i++) scratch.setUint8(i, this.next());
    const value = head === 0xca ? scratch.getFloat32(0) : scratch.getFloat64(0);
    return Number.isSafeInteger(value) ? value : -1;
  }

  /** Reads a string's header, after which `at` and `textLength` name its bytes; false where none starts here. */
  text(): boolean {
    const head = this.next();
    let length: number;
    if ((head & 0xe0) === 0xa0) length = head & 0x1f;
    else if (head >= 0xd9 && head <= 0xdb) length = this.bigEndian(1 << (head - 0xd9));
    else return false;
    if (length > this.end - this.at) throw new RangeError('Cannot read the answer as it ends too early');
    this.textLength = length;
    return true;
  }

  /** Whether the string at `at` of `textLength` bytes is this one. */
  isText(expected: Uint8Array): boolean {
    if (this.textLength !== expected.length) return false;
    for (let i = 0; i < expected.length; i++) if (this.bytes[this.at + i] !== expected[i]) return false;
    return true;
  }

  /** Jumps over one whole value. */
  skip(): void {
    for (let values = 1; values > 0; values--) values += this.skipHead();
  }

  /** Jumps over a value but for its elements, and says how many these are. */
  private skipHead(): number {
    const head = this.next();
    if (head < 0x80 || head >= 0xe0) return 0;
    if (head < 0x90) return (head & 0x0f) * 2;
    if (head < 0xa0) return head & 0x0f;
    if (head < 0xc0) this.advance(head & 0x1f);
    else if (head >= 0xc4 && head <= 0xc6) this.advance(this.bigEndian(1 << (head - 0xc4)));
    else if (head >= 0xc7 && head <= 0xc9) this.advance(this.bigEndian(1 << (head - 0xc7)) + 1);
    else if (head === 0xca || head === 0xcb) this.advance(head === 0xca ? 4 : 8);
    else if (head >= 0xcc && head <= 0xcf) this.advance(1 << (head - 0xcc));
    else if (head >= 0xd0 && head <= 0xd3) this.advance(1 << (head - 0xd0));
    else if (head >= 0xd4 && head <= 0xd8) this.advance((1 << (head - 0xd4)) + 1);
    else if (head >= 0xd9 && head <= 0xdb) this.advance(this.bigEndian(1 << (head - 0xd9)));
    else if (head === 0xdc || head === 0xdd) return this.bigEndian(head === 0xdc ? 2 : 4);
    else if (head === 0xde || head === 0xdf) return this.bigEndian(head === 0xde ? 2 : 4) * 2;
    return 0;
  }
}
