import type { AreaPlaces } from './area-places.js';
import type { Identity } from './command.js';
import type { EventConfiguration } from './configuration.js';

/**
 * Facts, in the past tense. A change has no id of its own: it is change `seq` of its event, made in `epoch`. A hold is
 * named by the change that made it, and so is a booking. Each change tells enough to be read alone (relays, support).
 *
 * A hold has seats, or places of one area. Of a hold of an area, `seats` is empty and `places` is there; of a hold of seats,
 * `places` is left out.
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
  | SeatsUnblocked
  | PlacesBlocked
  | PlacesUnblocked
  | DeadlinesRaised;

export interface EventOpened {
  readonly kind: 'EventOpened';
  /** Actor time, milliseconds since 1970; never falls along the journal. */
  readonly atMs: number;
  readonly configuration: EventConfiguration;
}
export interface SeatsHeld {
  readonly kind: 'SeatsHeld';
  readonly atMs: number;
  readonly identity: Identity;
  readonly deadlineMs: number;
  readonly seats: readonly number[];
  readonly totalMinor: number;
}
/** Places of a general-admission area. */
export interface PlacesHeld {
  readonly kind: 'PlacesHeld';
  readonly atMs: number;
  readonly identity: Identity;
  readonly deadlineMs: number;
  readonly places: AreaPlaces;
  readonly totalMinor: number;
}
export interface HoldExtended {
  readonly kind: 'HoldExtended';
  readonly atMs: number;
  readonly identity: Identity;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly deadlineMs: number;
  /** Those that the hold still has. */
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
  readonly totalMinor: number;
}
export interface HoldReleased {
  readonly kind: 'HoldReleased';
  readonly atMs: number;
  readonly identity: Identity;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly seats: readonly number[];
  /** Those given back. */
  readonly places?: AreaPlaces;
  /** Empty: the hold has ended, unless places remain. */
  readonly remaining: readonly number[];
  /** There with `places`: how many the hold still has; 0: it has ended. */
  readonly remainingQuantity?: number;
}
export interface HoldExpired {
  readonly kind: 'HoldExpired';
  readonly atMs: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly holderId: string;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
}
export interface HoldRevoked {
  readonly kind: 'HoldRevoked';
  readonly atMs: number;
  readonly identity: Identity;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly holderId: string;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
  readonly reason: string;
}
export interface BookingConfirmed {
  readonly kind: 'BookingConfirmed';
  readonly atMs: number;
  /** `identity.holderId` is the owner of the booking. */
  readonly identity: Identity;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly orderRef: string;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
  readonly totalMinor: number;
}
export interface BookingCancelled {
  readonly kind: 'BookingCancelled';
  readonly atMs: number;
  readonly identity: Identity;
  readonly bookingEpoch: number;
  readonly bookingSeq: number;
  readonly holderId: string;
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
  readonly reason: string;
}
export interface SeatsBlocked {
  readonly kind: 'SeatsBlocked';
  readonly atMs: number;
  readonly identity: Identity;
  readonly seats: readonly number[];
  readonly reason: string;
}
export interface SeatsUnblocked {
  readonly kind: 'SeatsUnblocked';
  readonly atMs: number;
  readonly identity: Identity;
  readonly seats: readonly number[];
  readonly reason: string;
}
export interface PlacesBlocked {
  readonly kind: 'PlacesBlocked';
  readonly atMs: number;
  readonly identity: Identity;
  readonly places: AreaPlaces;
  readonly reason: string;
}
export interface PlacesUnblocked {
  readonly kind: 'PlacesUnblocked';
  readonly atMs: number;
  readonly identity: Identity;
  readonly places: AreaPlaces;
  readonly reason: string;
}
/** After an unplanned recovery: every live hold that would end before `untilMs` now ends at `untilMs`. */
export interface DeadlinesRaised {
  readonly kind: 'DeadlinesRaised';
  readonly atMs: number;
  readonly untilMs: number;
}
