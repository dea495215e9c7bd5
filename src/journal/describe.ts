import { unreachable } from '../lib/assert.js';
import type { AreaPlaces } from '../seatmap/area-places.js';
import type { Change } from '../seatmap/change.js';
import { bookingIdOf, holdIdOf } from '../seatmap/ids.js';
import type { Entry } from './entry.js';

/** One line for people: `42  epoch 3  2026-05-01T10:00:00.000Z  SeatsHeld  H3-16 by ann seats 4,5 until … total 9000`. */
export function describeEntry(entry: Entry): string {
  const { epoch, seq, change } = entry;
  return spellOut(`${seq}  epoch ${epoch}  ${moment(change.atMs)}  ${change.kind}  ${details(entry)}`);
}

/** Control and format characters become `\u{…}`: one entry stays one line, and none of its texts can steer a terminal. */
function spellOut(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function details({ epoch, seq, change }: Entry): string {
  switch (change.kind) {
    case 'EventOpened':
      return opened(change.configuration);
    case 'SeatsHeld':
    case 'PlacesHeld':
      return `${holdIdOf(epoch, seq)} ${by(change)} ${seatsOrPlaces(change)} until ${moment(change.deadlineMs)} total ${change.totalMinor}`;
    case 'HoldExtended':
      return `${holdOf(change)} ${by(change)} ${seatsOrPlaces(change)} until ${moment(change.deadlineMs)} total ${change.totalMinor}`;
    case 'HoldReleased':
      return `${holdOf(change)} ${by(change)} ${seatsOrPlaces(change)} remaining ${change.remainingQuantity ?? seatNumbers(change.remaining)}`;
    case 'HoldExpired':
      return `${holdOf(change)} of ${change.holderId} ${seatsOrPlaces(change)}`;
    case 'HoldRevoked':
      return `${holdOf(change)} of ${change.holderId} ${by(change)} ${seatsOrPlaces(change)} reason ${quoted(change.reason)}`;
    case 'BookingConfirmed':
      return `${bookingIdOf(epoch, seq)} from ${holdOf(change)} ${by(change)} ${seatsOrPlaces(change)} total ${change.totalMinor} order ${quoted(change.orderRef)}`;
    case 'BookingCancelled':
      return `${bookingIdOf(change.bookingEpoch, change.bookingSeq)} of ${change.holderId} ${by(change)} ${seatsOrPlaces(change)} reason ${quoted(change.reason)}`;
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
    case 'PlacesBlocked':
    case 'PlacesUnblocked':
      return `${by(change)} ${seatsOrPlaces(change)} reason ${quoted(change.reason)}`;
    case 'DeadlinesRaised':
      return `to ${moment(change.untilMs)}`;
    default:
      return unreachable(change);
  }
}

type Configuration = Extract<Change, { kind: 'EventOpened' }>['configuration'];

function opened(configuration: Configuration): string {
  const prices = configuration.categories.map((category, index) => `${category} ${configuration.pricesMinor[index]}`);
  const areas = configuration.areas.map(({ area, capacity }) => ` ${area} ${capacity}`);
  const general = areas.length === 0 ? '' : `, areas${areas.join(',')}`;
  return `chart ${configuration.chartId} version ${configuration.chartVersion}, ${configuration.seatCount} seats${general}, prices ${prices.join(', ')} ${configuration.currency}`;
}

function by(change: Extract<Change, { identity: object }>): string {
  return `by ${change.identity.holderId} command ${change.identity.commandId}`;
}

function holdOf(change: Extract<Change, { holdSeq: number }>): string {
  return holdIdOf(change.holdEpoch, change.holdSeq);
}

function seatsOrPlaces(change: { readonly seats?: readonly number[]; readonly places?: AreaPlaces }): string {
  const { seats = [], places } = change;
  return places === undefined ? `seats ${seatNumbers(seats)}` : `area ${places.area} quantity ${places.quantity}`;
}

function seatNumbers(seats: readonly number[]): string {
  return seats.length === 0 ? 'none' : seats.join(',');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

const dateMsMax = 8.64e15;

/** A time beyond what a date can say is given as its number. */
function moment(ms: number): string {
  return ms <= dateMsMax ? new Date(ms).toISOString() : `${ms}ms`;
}
