import { InvariantError, unreachable } from '../lib/assert.js';
import type { AreaPlaces } from '../seatmap/area-places.js';
import type {
  BookingCancelled,
  BookingConfirmed,
  Change,
  HoldExpired,
  HoldExtended,
  HoldReleased,
  HoldRevoked,
  PlacesHeld,
  SeatsHeld,
} from '../seatmap/change.js';
import type { Identity } from '../seatmap/command.js';
import type { ByteWriter } from './byte-writer.js';
import { kindNumbers, type OfSeatsOrPlaces } from './entry-format.js';

/** Writes one entry. `previousAtMs`: time of the entry before it in the same batch, 0 for the first. */
export function writeEntry(writer: ByteWriter, change: Change, previousAtMs: number): void {
  if (change.atMs < previousAtMs) throw timeFell(change, previousAtMs);
  const start = writer.beginBlock();
  writer.byte(kindNumbers[change.kind]);
  writer.varint(change.atMs - previousAtMs);
  writeFields(writer, change);
  writer.endBlock(start);
}

function writeFields(writer: ByteWriter, change: Change): void {
  switch (change.kind) {
    case 'SeatsHeld':
      return writeSeatsHeld(writer, change);
    case 'PlacesHeld':
      return writePlacesHeld(writer, change);
    case 'HoldReleased':
      return writeHoldReleased(writer, change);
    case 'HoldExpired':
      return writeHoldExpired(writer, change);
    case 'BookingConfirmed':
      return writeBookingConfirmed(writer, change);
    case 'HoldExtended':
      return writeHoldExtended(writer, change);
    case 'HoldRevoked':
      return writeHoldRevoked(writer, change);
    case 'BookingCancelled':
      return writeBookingCancelled(writer, change);
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
      writeIdentity(writer, change.identity);
      writer.varints(change.seats);
      return writer.string(change.reason);
    case 'PlacesBlocked':
    case 'PlacesUnblocked':
      writeIdentity(writer, change.identity);
      writePlaces(writer, change.places);
      return writer.string(change.reason);
    case 'DeadlinesRaised':
      return writeLater(writer, change.untilMs, change.atMs);
    case 'EventOpened':
      return writer.string(JSON.stringify(change.configuration));
    default:
      return unreachable(change);
  }
}

function writeSeatsHeld(writer: ByteWriter, change: SeatsHeld): void {
  writeIdentity(writer, change.identity);
  writeLater(writer, change.deadlineMs, change.atMs);
  writer.varints(change.seats);
  writer.varint(change.totalMinor);
}

function writePlacesHeld(writer: ByteWriter, change: PlacesHeld): void {
  writeIdentity(writer, change.identity);
  writeLater(writer, change.deadlineMs, change.atMs);
  writePlaces(writer, change.places);
  writer.varint(change.totalMinor);
}

function writeHoldExtended(writer: ByteWriter, change: HoldExtended): void {
  writeIdentity(writer, change.identity);
  writer.varint(change.holdEpoch);
  writer.varint(change.holdSeq);
  writeLater(writer, change.deadlineMs, change.atMs);
  writer.varints(change.seats);
  writer.varint(change.totalMinor);
  writePlacesAtEnd(writer, change);
}

function writeHoldReleased(writer: ByteWriter, change: HoldReleased): void {
  writeIdentity(writer, change.identity);
  writer.varint(change.holdEpoch);
  writer.varint(change.holdSeq);
  writer.varints(change.seats);
  writer.varints(change.remaining);
  writePlacesAtEnd(writer, change);
  const { places, remaining, remainingQuantity } = change;
  if ((places === undefined) !== (remainingQuantity === undefined) || (places !== undefined && remaining.length > 0)) {
    throw neitherSeatsNorPlaces(change);
  }
  if (remainingQuantity !== undefined) writer.varint(remainingQuantity);
}

function writeHoldExpired(writer: ByteWriter, change: HoldExpired): void {
  writer.varint(change.holdEpoch);
  writer.varint(change.holdSeq);
  writer.string(change.holderId);
  writer.varints(change.seats);
  writePlacesAtEnd(writer, change);
}

function writeHoldRevoked(writer: ByteWriter, change: HoldRevoked): void {
  writeIdentity(writer, change.identity);
  writer.varint(change.holdEpoch);
  writer.varint(change.holdSeq);
  writer.string(change.holderId);
  writer.varints(change.seats);
  writer.string(change.reason);
  writePlacesAtEnd(writer, change);
}

function writeBookingConfirmed(writer: ByteWriter, change: BookingConfirmed): void {
  writeIdentity(writer, change.identity);
  writer.varint(change.holdEpoch);
  writer.varint(change.holdSeq);
  writer.string(change.orderRef);
  writer.varints(change.seats);
  writer.varint(change.totalMinor);
  writePlacesAtEnd(writer, change);
}

function writeBookingCancelled(writer: ByteWriter, change: BookingCancelled): void {
  writeIdentity(writer, change.identity);
  writer.varint(change.bookingEpoch);
  writer.varint(change.bookingSeq);
  writer.string(change.holderId);
  writer.varints(change.seats);
  writer.string(change.reason);
  writePlacesAtEnd(writer, change);
}

/** Of a hold or booking of seats nothing: its entry ends with its kind's last field. */
function writePlacesAtEnd(writer: ByteWriter, change: OfSeatsOrPlaces): void {
  if (change.places === undefined) return;
  if (change.seats.length > 0) throw neitherSeatsNorPlaces(change);
  writePlaces(writer, change.places);
}

function writePlaces(writer: ByteWriter, { area, quantity }: AreaPlaces): void {
  if (quantity < 1) throw noPlaces(area, quantity);
  writer.string(area);
  writer.varint(quantity);
}

function writeIdentity(writer: ByteWriter, identity: Identity): void {
  writer.string(identity.holderId);
  writer.string(identity.commandId);
  writer.uint32(identity.payloadHash);
}

/** A moment at or after the change's own. */
function writeLater(writer: ByteWriter, laterMs: number, atMs: number): void {
  if (laterMs < atMs) throw deadlinePassed(laterMs, atMs);
  writer.varint(laterMs - atMs);
}

// Messages are made where they are thrown: a hold a microsecond comes through here.

function timeFell(change: Change, previousAtMs: number): InvariantError {
  return new InvariantError(
    `Cannot journal a change as its time lies before the one before it: ${change.kind} is at ${change.atMs}, before it ${previousAtMs}`,
  );
}

function neitherSeatsNorPlaces({ kind }: OfSeatsOrPlaces): InvariantError {
  return new InvariantError(`Cannot journal a change as it is neither of seats alone nor of places alone: ${kind}`);
}

function noPlaces(area: string, quantity: number): InvariantError {
  return new InvariantError(`Cannot journal places as there are none: area is ${area}, quantity is ${quantity}`);
}

function deadlinePassed(laterMs: number, atMs: number): InvariantError {
  return new InvariantError(`Cannot journal a change as its deadline lies before it: ${laterMs} is before ${atMs}`);
}
