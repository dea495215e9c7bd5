import { assert } from '../lib/assert.js';
import { type DownFrame, downNumbers } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';

/** The number of a server's frame in MessagePack: arrays of our frames are short, so it is the second byte. */
export function frameNumber(frame: Uint8Array): DownFrame[0] {
  return frame[1] as DownFrame[0];
}

/**
 * Where a frame stands: the position of `accepted` (4) and of a snapshot (2), the end of a delta (3). Reads just these few
 * bytes, since a delta may be long.
 */
export function framePosition(frame: Uint8Array): Position {
  const number = frameNumber(frame);
  const at = skip(frame, 2);
  if (number !== downNumbers.delta) return [readWhole(frame, at + 1), readWhole(frame, skip(frame, at + 1))];
  return [readWhole(frame, at), readWhole(frame, skip(frame, skip(frame, at)))];
}

/** The name in a refusal's code: `seat_taken` where frame 5 says `"409 seat_taken"`. */
export function refusalName(frame: Uint8Array): string {
  const codeAt = skip(frame, 2);
  const nameAt = codeAt + 1 + '409 '.length;
  return Buffer.from(frame.buffer, frame.byteOffset, skip(frame, codeAt)).toString('latin1', nameAt);
}

/** The offset behind a short string or a whole number. */
function skip(frame: Uint8Array, at: number): number {
  const token = frame[at] as number;
  if (token < 0x80) return at + 1;
  if (token >= 0xa0 && token < 0xc0) return at + 1 + (token & 0x1f);
  if (token === 0xd9) return at + 2 + (frame[at + 1] as number);
  return at + 1 + widthOf(token);
}

function readWhole(frame: Uint8Array, at: number): number {
  const token = frame[at] as number;
  if (token < 0x80) return token;
  const view = new DataView(frame.buffer, frame.byteOffset + at + 1, widthOf(token));
  if (token === 0xcb) return view.getFloat64(0);
  let value = 0;
  for (let i = 0; i < view.byteLength; i += 1) value = value * 256 + view.getUint8(i);
  return value;
}

/** Bytes of an unsigned integer or a float64 behind its token. */
function widthOf(token: number): number {
  assert((token >= 0xcc && token <= 0xcf) || token === 0xcb, `Cannot read a frame's position: token is ${token}`);
  return token === 0xcb ? 8 : 1 << (token - 0xcc);
}
