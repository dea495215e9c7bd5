/**
 * A reader of the journal written from docs/JOURNAL.md alone. It shares nothing with Usher's own, so that the page can be
 * trusted; it looks for no faults but those that the page tells of.
 */
import { strict as assert } from 'node:assert';
import { crc32 } from 'node:zlib';

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

type Fields = Record<string, unknown>;

export function readForeign(blob: Buffer): { epoch: number; seq: number; change: Fields | null }[] {
  assert.equal(blob[0], 1, 'format version');
  assert.equal(blob.readUInt32LE(1), crc32(blob.subarray(5)), 'checksum');
  const cursor: Cursor = { bytes: blob, at: 5 };
  const epoch = varint(cursor);
  const firstSeq = varint(cursor);
  const count = varint(cursor);
  const entries = [];
  let atMs = 0;
  for (let index = 0; index < count; index += 1) {
    const length = varint(cursor);
    const end = cursor.at + length;
    const kind = blob.readUInt8(cursor.at++);
    atMs += varint(cursor);
    const read = kinds[kind];
    const change = read === undefined ? null : read(cursor, atMs);
    if (change !== null && kindsWithPlaces.has(kind) && cursor.at < end) {
      change['places'] = places(cursor);
      if (kind === 4) change['remainingQuantity'] = varint(cursor);
    }
    entries.push({ epoch, seq: firstSeq + index, change });
    cursor.at = end;
  }
  assert.equal(cursor.at, blob.length, 'end');
  return entries;
}

// Object fields are evaluated in the order in which they are written: the order of the page.
const kinds: Record<number, (cursor: Cursor, atMs: number) => Fields> = {
  1: (cursor, atMs) => ({ kind: 'EventOpened', atMs, configuration: JSON.parse(text(cursor)) }),
  2: (cursor, atMs) => ({
    kind: 'SeatsHeld',
    atMs,
    ...identity(cursor),
    deadlineMs: atMs + varint(cursor),
    seats: list(cursor),
    totalMinor: varint(cursor),
  }),
  3: (cursor, atMs) => ({
    kind: 'HoldExtended',
    atMs,
    ...identity(cursor),
    ...hold(cursor),
    deadlineMs: atMs + varint(cursor),
    seats: list(cursor),
    totalMinor: varint(cursor),
  }),
  4: (cursor, atMs) => ({
    kind: 'HoldReleased',
    atMs,
    ...identity(cursor),
    ...hold(cursor),
    seats: list(cursor),
    remaining: list(cursor),
  }),
  5: (cursor, atMs) => ({ kind: 'HoldExpired', atMs, ...hold(cursor), holderId: text(cursor), seats: list(cursor) }),
  6: (cursor, atMs) => ({
    kind: 'HoldRevoked',
    atMs,
    ...identity(cursor),
    ...hold(cursor),
    holderId: text(cursor),
    seats: list(cursor),
    reason: text(cursor),
  }),
  7: (cursor, atMs) => ({
    kind: 'BookingConfirmed',
    atMs,
    ...identity(cursor),
    ...hold(cursor),
    orderRef: text(cursor),
    seats: list(cursor),
    totalMinor: varint(cursor),
  }),
  8: (cursor, atMs) => ({
    kind: 'BookingCancelled',
    atMs,
    ...identity(cursor),
    bookingEpoch: varint(cursor),
    bookingSeq: varint(cursor),
    holderId: text(cursor),
    seats: list(cursor),
    reason: text(cursor),
  }),
  9: (cursor, atMs) => ({ kind: 'SeatsBlocked', atMs, ...identity(cursor), seats: list(cursor), reason: text(cursor) }),
  10: (cursor, atMs) => ({
    kind: 'SeatsUnblocked',
    atMs,
    ...identity(cursor),
    seats: list(cursor),
    reason: text(cursor),
  }),
  11: (cursor, atMs) => ({ kind: 'DeadlinesRaised', atMs, untilMs: atMs + varint(cursor) }),
  12: (cursor, atMs) => ({
    kind: 'PlacesHeld',
    atMs,
    ...identity(cursor),
    deadlineMs: atMs + varint(cursor),
    places: places(cursor),
    totalMinor: varint(cursor),
  }),
  13: (cursor, atMs) => ({
    kind: 'PlacesBlocked',
    atMs,
    ...identity(cursor),
    places: places(cursor),
    reason: text(cursor),
  }),
  14: (cursor, atMs) => ({
    kind: 'PlacesUnblocked',
    atMs,
    ...identity(cursor),
    places: places(cursor),
    reason: text(cursor),
  }),
};

/** Entries of these may go on with places after the fields above. */
const kindsWithPlaces = new Set([3, 4, 5, 6, 7, 8]);

function varint(cursor: Cursor): number {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = cursor.bytes.readUInt8(cursor.at++);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(value);
  }
}

function text(cursor: Cursor): string {
  const length = varint(cursor);
  cursor.at += length;
  return cursor.bytes.toString('utf8', cursor.at - length, cursor.at);
}

function list(cursor: Cursor): number[] {
  return Array.from({ length: varint(cursor) }, () => varint(cursor));
}

function identity(cursor: Cursor): Fields {
  const [holderId, commandId] = [text(cursor), text(cursor)];
  cursor.at += 4;
  return { identity: { holderId, commandId, payloadHash: cursor.bytes.readUInt32LE(cursor.at - 4) } };
}

function places(cursor: Cursor): Fields {
  return { area: text(cursor), quantity: varint(cursor) };
}

function hold(cursor: Cursor): Fields {
  return { holdEpoch: varint(cursor), holdSeq: varint(cursor) };
}
