import { InvariantError } from '../lib/assert.js';
import { must } from '../lib/must.js';
import type { AreaPlaces } from './area-places.js';
import type { EventConfiguration } from './configuration.js';
import { endReasons } from './ended-holds.js';
import { checkInvariants } from './invariants.js';
import { SeatMap } from './seat-map.js';
import { seatStates } from './seat-state.js';
import { SnapshotFault, SnapshotReader, SnapshotWriter } from './snapshot-bytes.js';

/**
 * A seat map as bytes. What the map can work out again (states of held and booked seats, counts, tallies, tables, the heap) is
 * not written. The same map gives the same bytes whatever way it was reached. Numbers are little-endian, a text is its length
 * in bytes as u32 and UTF-8, a list is its length as u32 and u32 each:
 *
 *     u8 format | text configuration as JSON | u32 epoch | u32 seq | f64 atMs
 *     u32 epochs,     each: u32 first seq | u32 epoch                                       rising
 *     list of blocked seats                                                                 rising
 *     list of numbers of blocked places                                                     one for each area
 *     u32 holders,    each: text id                                                         as they come up in the claims
 *     u32 claims,     each: u32 hold seq | u32 holder | u32 extensions | u8 claim flags |
 *                           f64 deadline or booking seq |
 *                           list of seats, or of places: u32 area | u32 quantity            oldest hold first
 *     u32 ended holds, each: u32 hold seq | u8 reason | u32 booking seq | text holder id    first ended first
 *
 * Format 1 was before areas: its configuration names none, and there is no list of blocked places.
 */
const format = 2;
const formatBeforeAreas = 1;

const claimFlags = { booking: 1, places: 2 } as const;
const claimFlagsMax = claimFlags.booking | claimFlags.places;

export function encodeSeatMap(map: SeatMap): Uint8Array {
  const writer = new SnapshotWriter();
  writer.u8(format);
  writer.text(JSON.stringify(map.configuration));
  writer.u32(map.epoch);
  writer.u32(map.seq);
  writer.f64(map.atMs);
  writeEpochs(writer, map);
  writer.list(blockedSeats(map));
  writer.list(blockedPlaces(map));
  writeClaims(writer, map);
  writeEndedHolds(writer, map);
  return writer.bytes();
}

function writeEpochs(writer: SnapshotWriter, map: SeatMap): void {
  const epochs = map.epochs.neededFor(map.rememberedSeqs());
  writer.u32(epochs.length);
  for (const [firstSeq, epoch] of epochs) {
    writer.u32(firstSeq);
    writer.u32(epoch);
  }
}

function blockedSeats({ states }: SeatMap): number[] {
  const seats: number[] = [];
  for (let seat = 0; seat < states.length; seat += 1) if (states[seat] === seatStates.blocked) seats.push(seat);
  return seats;
}

function blockedPlaces({ areas }: SeatMap): number[] {
  return Array.from({ length: areas.count }, (_, index) => areas.countOf(index, seatStates.blocked));
}

function writeClaims(writer: SnapshotWriter, map: SeatMap): void {
  const { claims } = map;
  const slots = claims.slotsInOrder();
  const numberOfHolder = writeHolders(writer, map, slots);
  writer.u32(slots.length);
  for (const slot of slots) {
    writer.u32(claims.holdSeqOf(slot));
    writer.u32(numberOfHolder[claims.holderOf(slot)] as number);
    writer.u32(claims.extensionsOf(slot));
    const isHold = claims.isHold(slot);
    const area = claims.areaOf(slot);
    writer.u8((isHold ? 0 : claimFlags.booking) | (area < 0 ? 0 : claimFlags.places));
    writer.f64(isHold ? claims.deadlineMsOf(slot) : claims.bookingSeqOf(slot));
    if (area < 0) {
      writer.list(claims.seatsOf(slot));
    } else {
      writer.u32(area);
      writer.u32(claims.quantityOf(slot));
    }
  }
}

/** Returns the number of each holder in the snapshot, by its index in the map. */
function writeHolders(writer: SnapshotWriter, { claims, holders }: SeatMap, slots: Int32Array): number[] {
  const numberOfHolder: number[] = [];
  let count = 0;
  writer.u32(holders.count);
  for (const slot of slots) {
    const holder = claims.holderOf(slot);
    if (numberOfHolder[holder] !== undefined) continue;
    numberOfHolder[holder] = count;
    count += 1;
    writer.text(holders.idOf(holder));
  }
  return numberOfHolder;
}

function writeEndedHolds(writer: SnapshotWriter, { endedHolds }: SeatMap): void {
  writer.u32(endedHolds.count);
  for (const { holdSeq, reason, bookingSeq, holderId } of endedHolds.all()) {
    writer.u32(holdSeq);
    writer.u8(endReasons.indexOf(reason));
    writer.u32(bookingSeq);
    writer.text(holderId);
  }
}

/** @throws SnapshotFault where the bytes are not a whole and sound seat map of this format or format 1 */
export function decodeSeatMap(bytes: Uint8Array): SeatMap {
  try {
    return read(new SnapshotReader(bytes));
  } catch (cause) {
    if (cause instanceof SnapshotFault) throw cause;
    if (cause instanceof InvariantError || cause instanceof SyntaxError || cause instanceof TypeError) {
      throw new SnapshotFault(`Cannot read a seat map as its snapshot contradicts itself: ${cause.message}`, { cause });
    }
    throw cause;
  }
}

function read(reader: SnapshotReader): SeatMap {
  const version = reader.u8();
  if (version !== format && version !== formatBeforeAreas)
    throw new SnapshotFault(`Cannot read a seat map as its format is another: format is ${version}`);
  const map = new SeatMap(readConfiguration(reader, version));
  map.epoch = reader.u32();
  map.seq = reader.u32();
  map.atMs = reader.f64();
  for (let left = reader.u32(); left > 0; left -= 1) map.epochs.record(reader.u32(), reader.u32());
  map.block(reader.list());
  if (version !== formatBeforeAreas) readBlockedPlaces(reader, map);
  const holderIds: string[] = [];
  for (let left = reader.u32(); left > 0; left -= 1) holderIds.push(reader.text());
  for (let left = reader.u32(); left > 0; left -= 1) readClaim(reader, map, holderIds);
  for (let left = reader.u32(); left > 0; left -= 1) readEndedHold(reader, map);
  if (reader.bytesLeft > 0)
    throw new SnapshotFault(`Cannot read a seat map as its snapshot goes on: ${reader.bytesLeft} bytes are left`);
  checkInvariants(map);
  return map;
}

/** What a configuration had not yet when format 1 was written; an event may have been opened by a later release. */
const knewNoAreas = { areas: [], layout: null };

function readConfiguration(reader: SnapshotReader, version: number): EventConfiguration {
  const configuration = JSON.parse(reader.text()) as EventConfiguration;
  return version === formatBeforeAreas ? { ...knewNoAreas, ...configuration } : configuration;
}

function readBlockedPlaces(reader: SnapshotReader, map: SeatMap): void {
  const blocked = reader.list();
  if (blocked.length !== map.areas.count)
    throw new SnapshotFault(`Cannot read a seat map as its areas are others: blocked places are ${blocked.join()}`);
  for (const [index, quantity] of blocked.entries()) {
    if (quantity > 0) map.blockPlaces({ area: map.areas.idOf(index), quantity });
  }
}

function readClaim(reader: SnapshotReader, map: SeatMap, holderIds: readonly string[]): void {
  const holdSeq = reader.u32();
  const holderId = must(holderIds[reader.u32()], 'the holder of a claim');
  const extensions = reader.u32();
  const flags = reader.u8();
  if (flags > claimFlagsMax)
    throw new SnapshotFault(`Cannot read a seat map as a claim is of no kind: flags is ${flags}`);
  const deadlineOrBookingSeq = reader.f64();
  const isOfPlaces = (flags & claimFlags.places) !== 0;
  const seats = isOfPlaces ? [] : reader.list();
  const slot = isOfPlaces
    ? map.holdPlaces(holdSeq, holderId, readPlaces(reader, map), deadlineOrBookingSeq)
    : map.hold(holdSeq, holderId, seats, deadlineOrBookingSeq);
  map.claims.setExtensions(slot, extensions);
  if ((flags & claimFlags.booking) !== 0) map.confirm(slot, seats, deadlineOrBookingSeq);
}

function readPlaces(reader: SnapshotReader, map: SeatMap): AreaPlaces {
  return { area: map.areas.idOf(reader.u32()), quantity: reader.u32() };
}

function readEndedHold(reader: SnapshotReader, map: SeatMap): void {
  const holdSeq = reader.u32();
  const reason = must(endReasons[reader.u8()], 'the reason of an ended hold');
  const bookingSeq = reader.u32();
  map.endedHolds.add(holdSeq, reader.text(), reason, bookingSeq);
}
