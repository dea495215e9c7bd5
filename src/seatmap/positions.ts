import { InvariantError } from '../lib/assert.js';

/**
 * Positions of seats as one short text, for the journal: per seat the distance in x and in y from the seat before it (the
 * first from 0, 0), each a zigzag varint as in Protocol Buffers, all in base64. Seats of a row stand close: three bytes a seat
 * as a rule, where JSON takes twelve.
 *
 * @param positions x, y, x, y, … whole numbers within ±2^31
 */
export function encodePositions(positions: ArrayLike<number>): string {
  const bytes: number[] = [];
  for (let index = 0; index < positions.length; index += 1) {
    const before = index < 2 ? 0 : (positions[index - 2] as number);
    writeZigzag(bytes, (positions[index] as number) - before);
  }
  return Buffer.from(bytes).toString('base64');
}

/** @throws InvariantError the text is not the positions of so many seats */
export function decodePositions(text: string, seatCount: number): Int32Array {
  const bytes = Buffer.from(text, 'base64');
  const positions = new Int32Array(seatCount * 2);
  let at = 0;
  for (let index = 0; index < positions.length; index += 1) {
    let zigzag = 0;
    let factor = 1;
    let byte: number;
    do {
      if (at >= bytes.length)
        throw new InvariantError(`Cannot read positions as they end early: seatCount is ${seatCount}`);
      byte = bytes[at] as number;
      at += 1;
      zigzag += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80);
    const distance = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    positions[index] = (index < 2 ? 0 : (positions[index - 2] as number)) + distance;
  }
  if (at !== bytes.length) throw new InvariantError(`Cannot read positions as they go on: seatCount is ${seatCount}`);
  return positions;
}

function writeZigzag(bytes: number[], value: number): void {
  let zigzag = value < 0 ? -value * 2 - 1 : value * 2;
  while (zigzag >= 0x80) {
    bytes.push((zigzag % 0x80) | 0x80);
    zigzag = Math.floor(zigzag / 0x80);
  }
  bytes.push(zigzag);
}
