import { crc32 } from 'node:zlib';
import { bufferOf } from '../lib/buffer-of.js';
import { decodeSeatMap, encodeSeatMap } from '../seatmap/snapshot.js';
import { SnapshotFault } from '../seatmap/snapshot-bytes.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { RememberedIds } from './remembered-ids.js';

/**
 * A persistent snapshot: the seat map and the ids remembered at one seq. It only shortens recovery; the journal stays whole,
 * so a body that cannot be read is thrown away and the journal replayed from change 1.
 *
 *     u32 format | u32 crc32 of what follows | u32 seat map bytes | seat map | u32 seed | ids      (little-endian)
 */
export const snapshotFormat = 2;
const headBytes = 12;

export function encodeSnapshotBody(map: SeatMap, ids: RememberedIds): Uint8Array {
  const seatMap = encodeSeatMap(map);
  const remembered = ids.encode();
  const body = Buffer.allocUnsafe(headBytes + seatMap.length + 4 + remembered.length);
  body.writeUInt32LE(snapshotFormat, 0);
  body.writeUInt32LE(seatMap.length, 8);
  body.set(seatMap, headBytes);
  body.writeUInt32LE(ids.seed, headBytes + seatMap.length);
  body.set(remembered, headBytes + seatMap.length + 4);
  body.writeUInt32LE(crc32(body.subarray(8)), 4);
  return body;
}

/** Null: written by another version, or damaged. */
export function decodeSnapshotBody(bytes: Uint8Array, idsMax: number): { map: SeatMap; ids: RememberedIds } | null {
  const body = bufferOf(bytes);
  if (body.length < headBytes + 4 || body.readUInt32LE(0) !== snapshotFormat) return null;
  if (body.readUInt32LE(4) !== crc32(body.subarray(8))) return null;
  const idsAt = headBytes + body.readUInt32LE(8);
  const map = seatMapOf(body.subarray(headBytes, idsAt));
  if (map === null) return null;
  return { map, ids: RememberedIds.decode(body.readUInt32LE(idsAt), idsMax, body.subarray(idsAt + 4)) };
}

function seatMapOf(bytes: Uint8Array): SeatMap | null {
  try {
    return decodeSeatMap(bytes);
  } catch (error) {
    if (error instanceof SnapshotFault) return null;
    throw error;
  }
}
