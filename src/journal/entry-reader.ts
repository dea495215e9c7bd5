import type { AreaPlaces } from '../seatmap/area-places.js';
import type { Change, HoldReleased } from '../seatmap/change.js';
import type { Identity } from '../seatmap/command.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import type { ByteReader } from './byte-reader.js';
import { parseConfiguration } from './configuration-json.js';
import { kindNumbers, type OfSeatsOrPlaces } from './entry-format.js';

/** Reads one entry. `previousAtMs`: time of the entry before it in the same batch, 0 for the first. */
export function readEntry(reader: ByteReader, previousAtMs: number): Change {
  const outerEnd = reader.enterBlock();
  const kind = reader.byte();
  const atMs = readLater(reader, previousAtMs);
  const change = readFields(reader, kind, atMs);
  reader.leaveBlock(outerEnd);
  return change;
}

function readFields(reader: ByteReader, kind: number, atMs: number): Change {
  switch (kind) {
    case kindNumbers.EventOpened:
      return { kind: 'EventOpened', atMs, configuration: readConfiguration(reader) };
    case kindNumbers.SeatsHeld:
      return {
        kind: 'SeatsHeld',
        atMs,
        identity: readIdentity(reader),
        deadlineMs: readLater(reader, atMs),
        seats: reader.varints(),
        totalMinor: reader.varint(),
      };
    case kindNumbers.PlacesHeld:
      return {
        kind: 'PlacesHeld',
        atMs,
        identity: readIdentity(reader),
        deadlineMs: readLater(reader, atMs),
        places: readPlaces(reader),
        totalMinor: reader.varint(),
      };
    case kindNumbers.HoldExtended:
      return withPlaces(reader, {
        kind: 'HoldExtended',
        atMs,
        identity: readIdentity(reader),
        holdEpoch: reader.varint(),
        holdSeq: reader.varint(),
        deadlineMs: readLater(reader, atMs),
        seats: reader.varints(),
        totalMinor: reader.varint(),
      });
    case kindNumbers.HoldReleased:
      return withRemaining(
        reader,
        withPlaces(reader, {
          kind: 'HoldReleased',
          atMs,
          identity: readIdentity(reader),
          holdEpoch: reader.varint(),
          holdSeq: reader.varint(),
          seats: reader.varints(),
          remaining: reader.varints(),
        }),
      );
    case kindNumbers.HoldExpired:
      return withPlaces(reader, {
        kind: 'HoldExpired',
        atMs,
        holdEpoch: reader.varint(),
        holdSeq: reader.varint(),
        holderId: reader.string(),
        seats: reader.varints(),
      });
    case kindNumbers.HoldRevoked:
      return withPlaces(reader, {
        kind: 'HoldRevoked',
        atMs,
        identity: readIdentity(reader),
        holdEpoch: reader.varint(),
        holdSeq: reader.varint(),
        holderId: reader.string(),
        seats: reader.varints(),
        reason: reader.string(),
      });
    case kindNumbers.BookingConfirmed:
      return withPlaces(reader, {
        kind: 'BookingConfirmed',
        atMs,
        identity: readIdentity(reader),
        holdEpoch: reader.varint(),
        holdSeq: reader.varint(),
        orderRef: reader.string(),
        seats: reader.varints(),
        totalMinor: reader.varint(),
      });
    case kindNumbers.BookingCancelled:
      return withPlaces(reader, {
        kind: 'BookingCancelled',
        atMs,
        identity: readIdentity(reader),
        bookingEpoch: reader.varint(),
        bookingSeq: reader.varint(),
        holderId: reader.string(),
        seats: reader.varints(),
        reason: reader.string(),
      });
    case kindNumbers.SeatsBlocked:
      return {
        kind: 'SeatsBlocked',
        atMs,
        identity: readIdentity(reader),
        seats: reader.varints(),
        reason: reader.string(),
      };
    case kindNumbers.SeatsUnblocked:
      return {
        kind: 'SeatsUnblocked',
        atMs,
        identity: readIdentity(reader),
        seats: reader.varints(),
        reason: reader.string(),
      };
    case kindNumbers.PlacesBlocked:
    case kindNumbers.PlacesUnblocked:
      return {
        kind: kind === kindNumbers.PlacesBlocked ? 'PlacesBlocked' : 'PlacesUnblocked',
        atMs,
        identity: readIdentity(reader),
        places: readPlaces(reader),
        reason: reader.string(),
      };
    case kindNumbers.DeadlinesRaised:
      return { kind: 'DeadlinesRaised', atMs, untilMs: readLater(reader, atMs) };
    default:
      throw reader.corrupt(`kind ${kind} is unknown`);
  }
}

/** An entry that goes on after its kind's last field is about places; one that ends there is about seats. */
function withPlaces<Read extends OfSeatsOrPlaces>(reader: ByteReader, change: Read): Read {
  if (reader.atEnd) return change;
  if (change.seats.length > 0) throw reader.corrupt('it has both seats and places');
  return { ...change, places: readPlaces(reader) };
}

function withRemaining(reader: ByteReader, change: HoldReleased): HoldReleased {
  if (change.places === undefined) return change;
  if (change.remaining.length > 0) throw reader.corrupt('it has both seats and places');
  return { ...change, remainingQuantity: reader.varint() };
}

function readPlaces(reader: ByteReader): AreaPlaces {
  const area = reader.string();
  const quantity = reader.varint();
  if (quantity === 0) throw reader.corrupt('it has no places');
  return { area, quantity };
}

function readIdentity(reader: ByteReader): Identity {
  return { holderId: reader.string(), commandId: reader.string(), payloadHash: reader.uint32() };
}

/** A moment given as its distance from an earlier one. */
function readLater(reader: ByteReader, earlierMs: number): number {
  const laterMs = earlierMs + reader.varint();
  if (laterMs > Number.MAX_SAFE_INTEGER) throw reader.corrupt('a time is too large');
  return laterMs;
}

function readConfiguration(reader: ByteReader): EventConfiguration {
  const json = reader.string();
  try {
    return parseConfiguration(json);
  } catch (cause) {
    throw reader.corrupt('the configuration is not of its shape', { cause });
  }
}
