import type { Configuration } from './configuration.js';

/**
 * The changes of an event, as docs/JOURNAL.md tells of them (section 3). Written from that page; the server has its own.
 * Of a hold or booking of places, `seats` is empty and `places` is there.
 */
export type Change =
  | EventOpened
  | SeatsHeld
  | PlacesHeld
  | HoldExtended
  | HoldReleased
  | HoldExpired
  | HoldRevoked
  | BookingConfirmed
  | BookingCancelled
  | SeatsBlocked
  | PlacesBlocked
  | DeadlinesRaised;

/** Change `seq` of its event, made in `epoch`. */
export interface Entry {
  readonly epoch: number;
  readonly seq: number;
  readonly change: Change;
}

export interface Identity {
  readonly holderId: string;
  readonly commandId: string;
  readonly payloadHash: number;
}

/** So many places of a general-admission area. */
export interface AreaPlaces {
  readonly area: string;
  readonly quantity: number;
}

interface Timed {
  /** Actor time, milliseconds since 1970. */
  readonly atMs: number;
}
interface Asked extends Timed {
  readonly identity: Identity;
}
interface OfHold {
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
}

export interface EventOpened extends Timed {
  readonly kind: 'EventOpened';
  readonly configuration: Configuration;
}
export interface SeatsHeld extends Asked {
  readonly kind: 'SeatsHeld';
  readonly deadlineMs: number;
  readonly seats: readonly number[];
  readonly totalMinor: number;
}
export interface PlacesHeld extends Asked {
  readonly kind: 'PlacesHeld';
  readonly deadlineMs: number;
  readonly places: AreaPlaces;
  readonly totalMinor: number;
}
export interface HoldExtended extends Asked, OfHold {
  readonly kind: 'HoldExtended';
  readonly deadlineMs: number;
  readonly totalMinor: number;
}
export interface HoldReleased extends Asked, OfHold {
  readonly kind: 'HoldReleased';
  readonly remaining: readonly number[];
  /** There with `places`. */
  readonly remainingQuantity?: number;
}
export interface HoldExpired extends Timed, OfHold {
  readonly kind: 'HoldExpired';
  readonly holderId: string;
}
export interface HoldRevoked extends Asked, OfHold {
  readonly kind: 'HoldRevoked';
  readonly holderId: string;
  readonly reason: string;
}
export interface BookingConfirmed extends Asked, OfHold {
  readonly kind: 'BookingConfirmed';
  readonly orderRef: string;
  readonly totalMinor: number;
}
export interface BookingCancelled extends Asked {
  readonly kind: 'BookingCancelled';
  readonly bookingEpoch: number;
  readonly bookingSeq: number;
  readonly holderId: string;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
  readonly reason: string;
}
export interface SeatsBlocked extends Asked {
  readonly kind: 'SeatsBlocked' | 'SeatsUnblocked';
  readonly seats: readonly number[];
  readonly reason: string;
}
export interface PlacesBlocked extends Asked {
  readonly kind: 'PlacesBlocked' | 'PlacesUnblocked';
  readonly places: AreaPlaces;
  readonly reason: string;
}
export interface DeadlinesRaised extends Timed {
  readonly kind: 'DeadlinesRaised';
  /** Every live hold that would end before this ends then. */
  readonly untilMs: number;
}

/** How a hold can end. */
export type EndReason = 'released' | 'expired' | 'revoked' | 'confirmed';

/** The seats that a change is about; none where it is about places, or about the event. */
export function seatsOf(change: Change): readonly number[] {
  return 'seats' in change ? change.seats : [];
}

/** The places that a change is about; null where it is about seats, or about the event. */
export function placesOf(change: Change): AreaPlaces | null {
  return 'places' in change ? (change.places ?? null) : null;
}

export function holdIdOf(epoch: number, seq: number): string {
  return `H${epoch.toString(36)}-${seq.toString(36)}`;
}

export function bookingIdOf(epoch: number, seq: number): string {
  return `B${epoch.toString(36)}-${seq.toString(36)}`;
}

const holdIdShape = /^H([1-9a-z][0-9a-z]*)-([1-9a-z][0-9a-z]*)$/;

/** The change that a hold is named by, or null where the text names none. */
export function madeBy(holdId: string): { readonly epoch: number; readonly seq: number } | null {
  const [, epoch, seq] = holdIdShape.exec(holdId) ?? [];
  if (epoch === undefined || seq === undefined) return null;
  return { epoch: Number.parseInt(epoch, 36), seq: Number.parseInt(seq, 36) };
}
