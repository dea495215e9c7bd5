/**
 * MessagePack for tests, written from its specification (github.com/msgpack/msgpack, spec.md) and for the wire alone: no
 * extension types, map keys are strings. Simple rather than fast, and nothing of the product's, so that no mistake is shared.
 */

export function pack(value: unknown): Buffer {
  if (value === null) return Buffer.of(0xc0);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'number') return packNumber(value);
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([head(text.length, 0xa0, 31, [0xd9, 0xda, 0xdb]), text]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(value.length, 0, -1, [0xc4, 0xc5, 0xc6]), value]);
  if (Array.isArray(value)) {
    return Buffer.concat([head(value.length, 0x90, 15, [null, 0xdc, 0xdd]), ...value.map(pack)]);
  }
  if (typeof value !== 'object') throw new TypeError(`Cannot pack a ${typeof value}`);
  const entries = Object.entries(value).flatMap(([key, item]) => [pack(key), pack(item)]);
  return Buffer.concat([head(entries.length / 2, 0x80, 15, [null, 0xde, 0xdf]), ...entries]);
}

/** Throws where the bytes are anything but one whole value. */
export function unpack(bytes: Uint8Array): unknown {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const value = reader.value();
  if (reader.at !== bytes.length) throw new RangeError(`Cannot unpack as ${bytes.length - reader.at} bytes are left`);
  return value;
}

/** Integers in the fewest bytes, everything else as float 64. */
function packNumber(value: number): Buffer {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= -32 && value < 128) return Buffer.of(value & 0xff);
    if (value >= 0 && value < 2 ** 32) return head(value, 0, -1, [0xcc, 0xcd, 0xce]);
    const wide = Buffer.of(value >= 0 ? 0xcf : 0xd3, 0, 0, 0, 0, 0, 0, 0, 0);
    wide.writeBigInt64BE(BigInt(value), 1);
    return wide;
  }
  const float = Buffer.of(0xcb, 0, 0, 0, 0, 0, 0, 0, 0);
  float.writeDoubleBE(value, 1);
  return float;
}

/** A length, in the token itself up to `fixMax`, else behind the token for 8, 16 or 32 bits; null: there is none. */
function head(length: number, fix: number, fixMax: number, tokens: readonly (number | null)[]): Buffer {
  if (length <= fixMax) return Buffer.of(fix | length);
  const [eight = null, sixteen = null, thirtyTwo = null] = tokens;
  if (eight !== null && length < 2 ** 8) return Buffer.of(eight, length);
  if (sixteen !== null && length < 2 ** 16) return Buffer.of(sixteen, length >> 8, length & 0xff);
  const long = Buffer.of(thirtyTwo ?? 0, 0, 0, 0, 0);
  long.writeUInt32BE(length, 1);
  return long;
}

class Reader {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  value(): unknown {
    const token = this.#unsigned(1);
    if (token < 0x80) return token;
    if (token < 0x90) return this.#map(token & 0x0f);
    if (token < 0xa0) return this.#array(token & 0x0f);
    if (token < 0xc0) return this.#slice(token & 0x1f).toString();
    if (token >= 0xe0) return token - 256;
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return token === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return Uint8Array.from(this.#slice(this.#unsigned(1 << (token - 0xc4))));
      case 0xca:
        return this.#slice(4).readFloatBE();
      case 0xcb:
        return this.#slice(8).readDoubleBE();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (token - 0xcc));
      case 0xcf:
        return Number(this.#slice(8).readBigUInt64BE());
      case 0xd0:
      case 0xd1:
      case 0xd2:
        return this.#signed(1 << (token - 0xd0));
      case 0xd3:
        return Number(this.#slice(8).readBigInt64BE());
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#slice(this.#unsigned(1 << (token - 0xd9))).toString();
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(token === 0xdc ? 2 : 4));
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(token === 0xde ? 2 : 4));
      default:
        throw new RangeError(`Cannot unpack as the wire has no such type: token is 0x${token.toString(16)}`);
    }
  }

  #array(length: number): unknown[] {
    return Array.from({ length }, () => this.value());
  }

  #map(length: number): Record<string, unknown> {
    const entries = Array.from({ length }, () => {
      const key = this.value();
      if (typeof key !== 'string') throw new TypeError(`Cannot unpack as a key is no string: ${String(key)}`);
      return [key, this.value()] as const;
    });
    return Object.fromEntries(entries);
  }

  #unsigned(width: number): number {
    return this.#slice(width).readUIntBE(0, width);
  }

  #signed(width: number): number {
    return this.#slice(width).readIntBE(0, width);
  }

  #slice(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw new RangeError('Cannot unpack as the bytes end too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
