/** The kinds of field that frames are made of. Protocol page, section 1. Loops over characters: a fifth faster than regexes. */
import { protocolLimits } from './limits.js';
import type { Position } from './up.js';

/** 1 for each character that an id may have. */
const idCharacters = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') {
  idCharacters[character.charCodeAt(0)] = 1;
}

function isIdOf(value: unknown, lengthMin: number): value is string {
  if (typeof value !== 'string' || value.length < lengthMin || value.length > protocolLimits.idLengthMax) return false;
  for (let i = 0; i < value.length; i++) {
    if (idCharacters[value.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

/** `eventId`, `holdId`, `bookingId`, `holderId`, `area`. */
export function isId(value: unknown): value is string {
  return isIdOf(value, 1);
}

export function isCommandId(value: unknown): value is string {
  return isIdOf(value, protocolLimits.commandIdLengthMin);
}

/** Printable ASCII, space to tilde. */
export function isOrderRef(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > protocolLimits.orderRefLengthMax) return false;
  for (let i = 0; i < value.length; i++) {
    const character = value.charCodeAt(i);
    if (character < 0x20 || character > 0x7e) return false;
  }
  return true;
}

/** An unsigned 32-bit integer. */
export function isReqId(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}

/** 0, 1, 2, … up to 2^53 − 1: seats, counts, times, the halves of a position. */
export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

export function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && isWhole(value[0]) && isWhole(value[1]);
}

/** Seats of a command: at least one, none twice. Short by protocolLimits, so comparing all pairs is the fastest way. */
export function isSeatSelection(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > protocolLimits.itemsPerContainerMax) return false;
  for (let i = 0; i < value.length; i++) {
    const seat: unknown = value[i];
    if (!isWhole(seat)) return false;
    for (let j = 0; j < i; j++) if (value[j] === seat) return false;
  }
  return true;
}

export function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A map of the wire, as decoded from either encoding. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
