import type { CommandMail, Mail } from '../actor/mail.js';
import { unreachable } from '../lib/assert.js';
import type { Position } from '../protocol/up.js';
import type { AreaPlaces } from '../seatmap/area-places.js';
import type { BestSeatsWish, Command, Identity } from '../seatmap/command.js';
import type { PackedReader, PackedWriter } from './packed.js';

/** Records from the main thread to a shard. */
export const requestKinds = { command: 1, myHolds: 2, watch: 3, unwatch: 4, snapshot: 5, rewatch: 6 } as const;

const commandKinds = [
  'hold',
  'holdBest',
  'holdArea',
  'extend',
  'release',
  'confirm',
  'block',
  'unblock',
  'revoke',
  'cancel',
] as const;

export type ShardRequest =
  | Mail
  | { readonly kind: 'unwatch'; readonly eventId: string }
  /** This many sockets watch the event, of which the shard does not know: it was started anew, or the event was another node's. */
  | { readonly kind: 'rewatch'; readonly eventId: string; readonly watchers: number };

export function writeMail(writer: PackedWriter, mail: Mail): void {
  writer.begin(requestKinds[mail.kind]);
  writer.u32(mail.correlation);
  writer.text(mail.eventId);
  switch (mail.kind) {
    case 'command':
      writer.u32(mail.reqId);
      writer.u32(mail.sessionId);
      writer.u8(mail.othersListen ? 1 : 0);
      writeCommand(writer, mail.command);
      return;
    case 'myHolds':
      writer.u32(mail.reqId);
      writer.text(mail.holderId);
      return;
    case 'watch':
      writer.u32(mail.reqId);
      writer.u8(mail.position === null ? 0 : 1);
      if (mail.position !== null) {
        writer.f64(mail.position[0]);
        writer.f64(mail.position[1]);
      }
      return;
    case 'snapshot':
      return;
  }
}

export function writeUnwatch(writer: PackedWriter, eventId: string): void {
  writer.begin(requestKinds.unwatch);
  writer.text(eventId);
}

export function writeRewatch(writer: PackedWriter, eventId: string, watchers: number): void {
  writer.begin(requestKinds.rewatch);
  writer.text(eventId);
  writer.u32(watchers);
}

export function readRequest(reader: PackedReader): ShardRequest {
  const kind = reader.u8();
  switch (kind) {
    case requestKinds.command:
      return readCommandMail(reader);
    case requestKinds.myHolds:
      return {
        kind: 'myHolds',
        correlation: reader.u32(),
        eventId: reader.text(),
        reqId: reader.u32(),
        holderId: reader.text(),
      };
    case requestKinds.watch:
      return {
        kind: 'watch',
        correlation: reader.u32(),
        eventId: reader.text(),
        reqId: reader.u32(),
        position: readPosition(reader),
      };
    case requestKinds.unwatch:
      return { kind: 'unwatch', eventId: reader.text() };
    case requestKinds.snapshot:
      return { kind: 'snapshot', correlation: reader.u32(), eventId: reader.text() };
    case requestKinds.rewatch:
      return { kind: 'rewatch', eventId: reader.text(), watchers: reader.u32() };
    default:
      throw new RangeError(`Cannot read a message for a shard as a record is unknown: kind is ${kind}`);
  }
}

/** A record that is a mail. */
export function readMail(reader: PackedReader): Mail {
  const request = readRequest(reader);
  if (request.kind === 'unwatch' || request.kind === 'rewatch')
    throw new RangeError(`Cannot read a mail as the record is another: kind is ${request.kind}`);
  return request;
}

function readCommandMail(reader: PackedReader): CommandMail {
  return {
    kind: 'command',
    correlation: reader.u32(),
    eventId: reader.text(),
    reqId: reader.u32(),
    sessionId: reader.u32(),
    othersListen: reader.u8() === 1,
    command: readCommand(reader),
  };
}

function readPosition(reader: PackedReader): Position | null {
  return reader.u8() === 0 ? null : [reader.f64(), reader.f64()];
}

function writeCommand(writer: PackedWriter, command: Command): void {
  writer.u8(commandKinds.indexOf(command.kind));
  writer.text(command.identity.holderId);
  writer.text(command.identity.commandId);
  writer.u32(command.identity.payloadHash);
  switch (command.kind) {
    case 'hold':
      writer.seats(command.seats);
      return;
    case 'holdBest':
      writeWish(writer, command.wish);
      return;
    case 'holdArea':
      writePlaces(writer, command.places);
      return;
    case 'extend':
      writer.text(command.holdId);
      return;
    case 'release':
      writer.text(command.holdId);
      writer.u8(command.seats === null ? 0 : 1);
      if (command.seats !== null) writer.seats(command.seats);
      writeOptionalNumber(writer, command.quantity);
      return;
    case 'confirm':
      writer.text(command.holdId);
      writer.text(command.orderRef);
      writer.u8(command.by === 'server' ? 1 : 0);
      return;
    case 'block':
    case 'unblock':
      writer.seats(command.seats);
      writer.u8(command.places === null ? 0 : 1);
      if (command.places !== null) writePlaces(writer, command.places);
      writer.text(command.reason);
      return;
    case 'revoke':
      writer.text(command.holdId);
      writer.text(command.reason);
      return;
    case 'cancel':
      writer.text(command.bookingId);
      writer.text(command.reason);
      return;
    default:
      unreachable(command);
  }
}

function readCommand(reader: PackedReader): Command {
  const kind = commandKinds[reader.u8()];
  const identity: Identity = { holderId: reader.text(), commandId: reader.text(), payloadHash: reader.u32() };
  switch (kind) {
    case 'hold':
      return { kind, identity, seats: reader.seats() };
    case 'holdBest':
      return { kind, identity, wish: readWish(reader) };
    case 'holdArea':
      return { kind, identity, places: readPlaces(reader) };
    case 'extend':
      return { kind, identity, holdId: reader.text() };
    case 'release':
      return {
        kind,
        identity,
        holdId: reader.text(),
        seats: reader.u8() === 0 ? null : reader.seats(),
        quantity: readOptionalNumber(reader),
      };
    case 'confirm':
      return {
        kind,
        identity,
        holdId: reader.text(),
        orderRef: reader.text(),
        by: reader.u8() === 1 ? 'server' : 'holder',
      };
    case 'block':
    case 'unblock':
      return {
        kind,
        identity,
        seats: reader.seats(),
        places: reader.u8() === 0 ? null : readPlaces(reader),
        reason: reader.text(),
      };
    case 'revoke':
      return { kind, identity, holdId: reader.text(), reason: reader.text() };
    case 'cancel':
      return { kind, identity, bookingId: reader.text(), reason: reader.text() };
    case undefined:
      throw new RangeError('Cannot read a message for a shard as a command is unknown');
    default:
      return unreachable(kind);
  }
}

function writePlaces(writer: PackedWriter, { area, quantity }: AreaPlaces): void {
  writer.text(area);
  writer.f64(quantity);
}

function readPlaces(reader: PackedReader): AreaPlaces {
  return { area: reader.text(), quantity: reader.f64() };
}

function writeWish(writer: PackedWriter, wish: BestSeatsWish): void {
  writer.f64(wish.quantity);
  writeOptionalTexts(writer, wish.categories);
  writeOptionalTexts(writer, wish.sections);
  writer.u8(wish.together ? 1 : 0);
  writer.f64(wish.accessible);
  writeOptionalNumber(writer, wish.near);
}

function readWish(reader: PackedReader): BestSeatsWish {
  return {
    quantity: reader.f64(),
    categories: readOptionalTexts(reader),
    sections: readOptionalTexts(reader),
    together: reader.u8() === 1,
    accessible: reader.f64(),
    near: readOptionalNumber(reader),
  };
}

function writeOptionalNumber(writer: PackedWriter, value: number | null): void {
  writer.u8(value === null ? 0 : 1);
  if (value !== null) writer.f64(value);
}

function readOptionalNumber(reader: PackedReader): number | null {
  return reader.u8() === 0 ? null : reader.f64();
}

function writeOptionalTexts(writer: PackedWriter, texts: readonly string[] | null): void {
  writer.u8(texts === null ? 0 : 1);
  if (texts === null) return;
  writer.u32(texts.length);
  for (const text of texts) writer.text(text);
}

function readOptionalTexts(reader: PackedReader): readonly string[] | null {
  if (reader.u8() === 0) return null;
  return Array.from({ length: reader.u32() }, () => reader.text());
}
