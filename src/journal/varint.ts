/**
 * LEB128 without sign: seven bits a byte, lowest first, the top bit says that another byte follows. Values are whole numbers
 * from 0 to 2^53 − 1, so at most eight bytes.
 */
export const varintBytesMax = 8;

const oneByteMax = 0x7f;
const shiftableMax = 0x7fffffff;

/** Writes at `at` and gives the offset behind it. The caller has checked the value and made room. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest > shiftableMax) {
    bytes[end++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > oneByteMax) {
    bytes[end++] = (rest & oneByteMax) | 0x80;
    rest >>>= 7;
  }
  bytes[end++] = rest;
  return end;
}

export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > oneByteMax; rest = Math.floor(rest / 128)) size += 1;
  return size;
}
