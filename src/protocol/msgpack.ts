/**
 * The only importer of msgpackr. From `msgpackr/pack`, which is the same code without the native string extractor: no C++
 * reads a client's bytes, and for messages as short as ours JavaScript is as fast. (That entry's own types do not resolve
 * under nodenext; the main entry's do.)
 */
import type { Packr } from 'msgpackr';
import { Packr as PortablePackr } from 'msgpackr/pack';
import type { DownFrame } from './down.js';
import type { UpFrame } from './up.js';
import { upToWire } from './up-to-wire.js';

/**
 * No records, 64-bit integers as numbers, maps as plain objects (msgpackr renames the key `__proto__`). Frames leave absent
 * fields out; should an `undefined` slip through it becomes nil, as msgpackr's own choice is an extension type.
 */
const packr: Packr = new PortablePackr({
  useRecords: false,
  int64AsType: 'number',
  mapsAsObjects: true,
  encodeUndefinedAsNil: true,
});

/**
 * The frame's bytes, as a slice of a pool that all frames share: valid until the next call of any encoder here. Copy them
 * to keep them, to queue them, and always before transferring them to another thread, which would take the pool away.
 */
export function encodeMsgpack(frame: DownFrame): Uint8Array {
  return packr.pack(frame);
}

/** As `encodeMsgpack`, for a client's frame. */
export function encodeUpMsgpack(frame: UpFrame): Uint8Array {
  return packr.pack(upToWire(frame));
}

/** Any value of these types, for messages between nodes. The bytes are valid until the next call, as above. */
export function packValue(value: Packable): Uint8Array {
  return packr.pack(value);
}

export type Packable = null | boolean | number | string | Uint8Array | readonly Packable[];

/**
 * What the bytes say: null, booleans, numbers, strings, arrays, plain objects, and Uint8Arrays that are views on `bytes`.
 * Bytes from outside must have passed `scanMsgpack` first, which is what keeps everything else out; then this never throws.
 */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  return packr.unpack(bytes) as unknown;
}
