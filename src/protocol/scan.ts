import { protocolLimits } from './limits.js';

/**
 * Walks MessagePack bytes without building anything, so that the decoder only ever meets bytes that cost no more than
 * their length. What a decoder makes of hostile bytes is out of proportion: five bytes declare an array of 2^32 items,
 * and msgpackr turns extension types into RegExp, Date, Set and record definitions whatever its options say.
 */
export interface ScanBounds {
  /** The frame's own array counts as one. */
  readonly nestingMax: number;
  readonly itemsPerContainerMax: number;
}

/** A scan step returns the offset behind what it walked over, or one of these. */
const endsTooEarly = -1;
const hasExtension = -2;
const hasUnusedByte = -3;
const nestsTooDeep = -4;
const hasTooManyItems = -5;
const hasOtherKey = -6;

/**
 * Why the bytes may not be decoded, or null when they may: exactly one array, within the bounds, without extension
 * types, all map keys strings. Never throws; allocates nothing.
 */
export function scanMsgpack(bytes: Uint8Array, bounds: ScanBounds = protocolLimits): string | null {
  if (bytes.length === 0) return 'it is empty';
  if (!isArrayToken(bytes[0] as number)) return 'it is not a MessagePack array';
  const end = skipValue(bytes, 0, bounds.nestingMax, bounds.itemsPerContainerMax);
  if (end === bytes.length) return null;
  switch (end) {
    case endsTooEarly:
      return 'it ends before what it declares';
    case hasExtension:
      return 'it has an extension type';
    case hasUnusedByte:
      return 'it has the byte 0xc1, which MessagePack never uses';
    case nestsTooDeep:
      return 'it is nested too deep';
    case hasTooManyItems:
      return 'it has an array or a map of too many items';
    case hasOtherKey:
      return 'it has a map key that is not a string';
    default:
      return 'it goes on after its array';
  }
}

/** The bytes of the frame's element 1, also where later elements may not be decoded; null where there is no such element. */
export function scanReqId(bytes: Uint8Array): Uint8Array | null {
  const token = bytes[0] ?? 0;
  if (!isArrayToken(token)) return null;
  const lengthBytes = token < 0xa0 ? 0 : token === 0xdc ? 2 : 4;
  const count = lengthBytes === 0 ? token & 0x0f : readLength(bytes, 1, lengthBytes);
  if (count < 2) return null;
  const reqIdAt = skipValue(bytes, 1 + lengthBytes, 0, 0);
  if (reqIdAt < 0) return null;
  const end = skipValue(bytes, reqIdAt, 0, 0);
  return end < 0 ? null : bytes.subarray(reqIdAt, end);
}

function isArrayToken(token: number): boolean {
  return (token >= 0x90 && token < 0xa0) || token === 0xdc || token === 0xdd;
}

/** The offset behind the value at `at`, or a fault. `depthLeft`: how many containers may still be entered. */
function skipValue(bytes: Uint8Array, at: number, depthLeft: number, itemsMax: number): number {
  if (at >= bytes.length) return endsTooEarly;
  const token = bytes[at] as number;
  if (token < 0x80 || token >= 0xe0) return at + 1;
  if (token < 0x90) return skipItems(bytes, at + 1, token & 0x0f, true, depthLeft, itemsMax);
  if (token < 0xa0) return skipItems(bytes, at + 1, token & 0x0f, false, depthLeft, itemsMax);
  if (token < 0xc0) return skipBytes(bytes, at + 1, token & 0x1f);
  switch (token) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return at + 1;
    case 0xc1:
      return hasUnusedByte;
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return skipBytes(bytes, at + 1, 1);
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return skipBytes(bytes, at + 1, 2);
    case 0xca: // float 32
    case 0xce: // uint 32
    case 0xd2: // int 32
      return skipBytes(bytes, at + 1, 4);
    case 0xcb: // float 64
    case 0xcf: // uint 64
    case 0xd3: // int 64
      return skipBytes(bytes, at + 1, 8);
    case 0xc4: // bin 8
    case 0xd9: // str 8
      return skipBytes(bytes, at + 2, readLength(bytes, at + 1, 1));
    case 0xc5: // bin 16
    case 0xda: // str 16
      return skipBytes(bytes, at + 3, readLength(bytes, at + 1, 2));
    case 0xc6: // bin 32
    case 0xdb: // str 32
      return skipBytes(bytes, at + 5, readLength(bytes, at + 1, 4));
    case 0xdc: // array 16
      return skipItems(bytes, at + 3, readLength(bytes, at + 1, 2), false, depthLeft, itemsMax);
    case 0xdd: // array 32
      return skipItems(bytes, at + 5, readLength(bytes, at + 1, 4), false, depthLeft, itemsMax);
    case 0xde: // map 16
      return skipItems(bytes, at + 3, readLength(bytes, at + 1, 2), true, depthLeft, itemsMax);
    case 0xdf: // map 32
      return skipItems(bytes, at + 5, readLength(bytes, at + 1, 4), true, depthLeft, itemsMax);
    default: // ext 8, 16, 32; fixext 1, 2, 4, 8, 16
      return hasExtension;
  }
}

function skipItems(
  bytes: Uint8Array,
  at: number,
  count: number,
  isMap: boolean,
  depthLeft: number,
  itemsMax: number,
): number {
  if (count === endsTooEarly) return endsTooEarly;
  if (depthLeft === 0) return nestsTooDeep;
  if (count > itemsMax) return hasTooManyItems;
  let next = at;
  for (let i = 0; i < count && next >= 0; i++) {
    if (isMap) next = skipKey(bytes, next);
    if (next >= 0) next = skipValue(bytes, next, depthLeft - 1, itemsMax);
  }
  return next;
}

function skipKey(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return endsTooEarly;
  const token = bytes[at] as number;
  const isString = (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb);
  return isString ? skipValue(bytes, at, 0, 0) : hasOtherKey;
}

function skipBytes(bytes: Uint8Array, at: number, count: number): number {
  if (count === endsTooEarly || count > bytes.length - at) return endsTooEarly;
  return at + count;
}

/** A big-endian unsigned number of `width` bytes, or `endsTooEarly`. */
function readLength(bytes: Uint8Array, at: number, width: number): number {
  if (width > bytes.length - at) return endsTooEarly;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + (bytes[at + i] as number);
  return length;
}
