import { crc32 } from 'node:zlib';
import { ByteCursor } from './byte-cursor.js';
import type {
  AreaPlaces,
  BookingCancelled,
  BookingConfirmed,
  Change,
  Entry,
  HoldExpired,
  HoldExtended,
  HoldReleased,
  HoldRevoked,
  Identity,
} from './change.js';
import { parseConfiguration } from './configuration.js';

/** A row of the table `journal`: changes `firstSeq`..`lastSeq` of one event. */
export interface JournalRow {
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly blob: Uint8Array;
}

const formatVersion = 1;
const checksumOffset = 1;
const headerOffset = 5;

/**
 * Reads a blob, by docs/JOURNAL.md alone. Stricter than the page asks of readers: a kind or field that it does not know is a
 * fault, as what is not understood cannot be checked.
 *
 * @throws Error where the blob is damaged, or not the one that its row says
 */
export function decodeJournal({ epoch, firstSeq, lastSeq, blob }: JournalRow): Entry[] {
  if (blob.length <= headerOffset) throw new Error(`a blob of ${blob.length} bytes is too short`);
  if (blob[0] !== formatVersion) throw new Error(`format version ${blob[0]} is unknown`);
  const checksum = new DataView(blob.buffer, blob.byteOffset).getUint32(checksumOffset, true);
  if (checksum !== crc32(blob.subarray(headerOffset))) throw new Error('the checksum is wrong');

  const cursor = new ByteCursor(blob, headerOffset);
  const told = [cursor.varint(), cursor.varint(), cursor.varint()];
  const expected = [epoch, firstSeq, lastSeq - firstSeq + 1];
  if (lastSeq < firstSeq || told.join() !== expected.join()) {
    throw new Error(
      `epoch, first seq and number are ${told.join(', ')} in the blob and ${expected.join(', ')} in its row`,
    );
  }
  const entries: Entry[] = [];
  let atMs = 0;
  for (let seq = firstSeq; seq <= lastSeq; seq += 1) {
    const change = cursor.block(() => readChange(cursor, atMs));
    entries.push({ epoch, seq, change });
    atMs = change.atMs;
  }
  if (!cursor.atEnd) throw new Error('the blob has bytes after its last entry');
  return entries;
}

/** Properties are read in the order in which they are written here: that of the page. */
function readChange(cursor: ByteCursor, previousAtMs: number): Change {
  const kind = cursor.byte();
  const atMs = readLater(cursor, previousAtMs);
  switch (kind) {
    case 1:
      return { kind: 'EventOpened', atMs, configuration: parseConfiguration(cursor.string()) };
    case 2:
      return {
        kind: 'SeatsHeld',
        atMs,
        identity: readIdentity(cursor),
        deadlineMs: readLater(cursor, atMs),
        seats: cursor.list(),
        totalMinor: cursor.varint(),
      };
    case 3:
      return withPlaces(cursor, {
        kind: 'HoldExtended',
        atMs,
        identity: readIdentity(cursor),
        holdEpoch: cursor.varint(),
        holdSeq: cursor.varint(),
        deadlineMs: readLater(cursor, atMs),
        seats: cursor.list(),
        totalMinor: cursor.varint(),
      });
    case 4: {
      const released: HoldReleased = withPlaces(cursor, {
        kind: 'HoldReleased',
        atMs,
        identity: readIdentity(cursor),
        holdEpoch: cursor.varint(),
        holdSeq: cursor.varint(),
        seats: cursor.list(),
        remaining: cursor.list(),
      });
      if (released.places === undefined) return released;
      if (released.remaining.length > 0) throw new Error('an entry has both seats and places');
      return { ...released, remainingQuantity: cursor.varint() };
    }
    case 5:
      return withPlaces(cursor, {
        kind: 'HoldExpired',
        atMs,
        holdEpoch: cursor.varint(),
        holdSeq: cursor.varint(),
        holderId: cursor.string(),
        seats: cursor.list(),
      });
    case 6:
      return withPlaces(cursor, {
        kind: 'HoldRevoked',
        atMs,
        identity: readIdentity(cursor),
        holdEpoch: cursor.varint(),
        holdSeq: cursor.varint(),
        holderId: cursor.string(),
        seats: cursor.list(),
        reason: cursor.string(),
      });
    case 7:
      return withPlaces(cursor, {
        kind: 'BookingConfirmed',
        atMs,
        identity: readIdentity(cursor),
        holdEpoch: cursor.varint(),
        holdSeq: cursor.varint(),
        orderRef: cursor.string(),
        seats: cursor.list(),
        totalMinor: cursor.varint(),
      });
    case 8:
      return withPlaces(cursor, {
        kind: 'BookingCancelled',
        atMs,
        identity: readIdentity(cursor),
        bookingEpoch: cursor.varint(),
        bookingSeq: cursor.varint(),
        holderId: cursor.string(),
        seats: cursor.list(),
        reason: cursor.string(),
      });
    case 9:
    case 10:
      return {
        kind: kind === 9 ? 'SeatsBlocked' : 'SeatsUnblocked',
        atMs,
        identity: readIdentity(cursor),
        seats: cursor.list(),
        reason: cursor.string(),
      };
    case 11:
      return { kind: 'DeadlinesRaised', atMs, untilMs: readLater(cursor, atMs) };
    case 12:
      return {
        kind: 'PlacesHeld',
        atMs,
        identity: readIdentity(cursor),
        deadlineMs: readLater(cursor, atMs),
        places: readPlaces(cursor),
        totalMinor: cursor.varint(),
      };
    case 13:
    case 14:
      return {
        kind: kind === 13 ? 'PlacesBlocked' : 'PlacesUnblocked',
        atMs,
        identity: readIdentity(cursor),
        places: readPlaces(cursor),
        reason: cursor.string(),
      };
    default:
      throw new Error(`kind ${kind} is unknown`);
  }
}

function readIdentity(cursor: ByteCursor): Identity {
  return { holderId: cursor.string(), commandId: cursor.string(), payloadHash: cursor.u32() };
}

/** A moment told as its distance from an earlier one. */
function readLater(cursor: ByteCursor, earlierMs: number): number {
  const laterMs = earlierMs + cursor.varint();
  if (laterMs > Number.MAX_SAFE_INTEGER) throw new Error('a time is above 2^53 − 1');
  return laterMs;
}

function readPlaces(cursor: ByteCursor): AreaPlaces {
  const area = cursor.string();
  const quantity = cursor.varint();
  if (quantity === 0) throw new Error('an entry is about no places');
  return { area, quantity };
}

type OfSeatsOrPlaces = HoldExtended | HoldReleased | HoldExpired | HoldRevoked | BookingConfirmed | BookingCancelled;

/** "Its length tells which": an entry that goes on after the last field of its kind is about places. */
function withPlaces<C extends OfSeatsOrPlaces>(cursor: ByteCursor, change: C): C {
  if (cursor.atEnd) return change;
  if (change.seats.length > 0) throw new Error('an entry has both seats and places');
  return { ...change, places: readPlaces(cursor) };
}
