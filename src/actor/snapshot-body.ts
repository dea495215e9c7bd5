import { crc32 } from 'node:zlib';
import { decodeSeatMap, encodeSeatMap } from '../seatmap/snapshot.js';
import { SnapshotFault } from '../seatmap/snapshot-bytes.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { RememberedIds } from './remembered-ids.js';

/**
 * A persistent snapshot: the seat map and the ids remembered at one seq. It only shortens recovery; the journal stays whole,
 * so a body that cannot be read is thrown away and the journal replayed from change 1.
 *
 *     u32 format | u32 crc32 of what follows | u32 seat map bytes | seat map | u32 seed | u32 ids | ids
 *     an id: u32 high | u32 low | u32 payload hash | f64 seq | f64 hold seq | u8 for good      (all little-endian)
 */
const format = 1;
const headBytes = 12;
const idBytes = 29;

export function encodeSnapshotBody(map: SeatMap, ids: RememberedIds): Uint8Array {
  const seatMap = encodeSeatMap(map);
  const body = Buffer.alloc(headBytes + seatMap.length + 8 + ids.count * idBytes);
  body.writeUInt32LE(format, 0);
  body.writeUInt32LE(seatMap.length, 8);
  body.set(seatMap, headBytes);
  let at = headBytes + seatMap.length;
  at = body.writeUInt32LE(ids.seed, at);
  at = body.writeUInt32LE(ids.count, at);
  for (const id of ids.all()) {
    at = body.writeUInt32LE(id.high, at);
    at = body.writeUInt32LE(id.low, at);
    at = body.writeUInt32LE(id.payloadHash, at);
    at = body.writeDoubleLE(id.seq, at);
    at = body.writeDoubleLE(id.holdSeq, at);
    at = body.writeUInt8(id.forGood ? 1 : 0, at);
  }
  body.writeUInt32LE(crc32(body.subarray(8)), 4);
  return body;
}

/** Null: written by another version, or damaged. */
export function decodeSnapshotBody(bytes: Uint8Array, idsMax: number): { map: SeatMap; ids: RememberedIds } | null {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (body.length < headBytes + 8 || body.readUInt32LE(0) !== format) return null;
  if (body.readUInt32LE(4) !== crc32(body.subarray(8))) return null;
  const seatMapBytes = body.readUInt32LE(8);
  let at = headBytes + seatMapBytes;
  let map: SeatMap;
  try {
    map = decodeSeatMap(body.subarray(headBytes, at));
  } catch (error) {
    if (error instanceof SnapshotFault) return null;
    throw error;
  }
  const ids = new RememberedIds(body.readUInt32LE(at), idsMax);
  const count = body.readUInt32LE(at + 4);
  at += 8;
  for (let i = 0; i < count; i += 1, at += idBytes) {
    ids.restore({
      high: body.readUInt32LE(at),
      low: body.readUInt32LE(at + 4),
      payloadHash: body.readUInt32LE(at + 8),
      seq: body.readDoubleLE(at + 12),
      holdSeq: body.readDoubleLE(at + 20),
      forGood: body.readUInt8(at + 28) === 1,
    });
  }
  return { map, ids };
}
