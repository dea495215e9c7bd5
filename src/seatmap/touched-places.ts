import { unreachable } from '../lib/assert.js';
import type { AreaPlaces } from './area-places.js';
import type { Change } from './change.js';
import { type SeatState, seatStates } from './seat-state.js';

const { free, held, booked, blocked } = seatStates;

/** Places of an area that the change moves from one state to another. */
export interface TouchedPlaces {
  readonly places: AreaPlaces;
  readonly from: SeatState;
  readonly to: SeatState;
}

/** Null where the change leaves all areas as they are. */
export function touchedPlaces(change: Change): TouchedPlaces | null {
  switch (change.kind) {
    case 'PlacesHeld':
      return moved(change.places, free, held);
    case 'HoldReleased':
    case 'HoldExpired':
    case 'HoldRevoked':
      return moved(change.places, held, free);
    case 'BookingConfirmed':
      return moved(change.places, held, booked);
    case 'BookingCancelled':
      return moved(change.places, booked, free);
    case 'PlacesBlocked':
      return moved(change.places, free, blocked);
    case 'PlacesUnblocked':
      return moved(change.places, blocked, free);
    case 'EventOpened':
    case 'SeatsHeld':
    case 'HoldExtended':
    case 'SeatsBlocked':
    case 'SeatsUnblocked':
    case 'DeadlinesRaised':
      return null;
    default:
      return unreachable(change);
  }
}

function moved(places: AreaPlaces | undefined, from: SeatState, to: SeatState): TouchedPlaces | null {
  return places === undefined ? null : { places, from, to };
}
