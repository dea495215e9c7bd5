import { unreachable } from '../lib/assert.js';
import type { Change } from './change.js';
import { type SeatState, seatStates } from './seat-state.js';

/** Visits the seats whose state the change changes, with the state that they get. */
export function eachTouchedSeat(change: Change, visit: (seat: number, state: SeatState) => void): void {
  const state = stateAfter(change);
  if (state === null || !('seats' in change)) return;
  for (const seat of change.seats) visit(seat, state);
}

/** The state that the change gives its seats; null where it leaves all seats as they are. */
function stateAfter(change: Change): SeatState | null {
  switch (change.kind) {
    case 'SeatsHeld':
      return seatStates.held;
    case 'BookingConfirmed':
      return seatStates.booked;
    case 'SeatsBlocked':
      return seatStates.blocked;
    case 'HoldReleased':
    case 'HoldExpired':
    case 'HoldRevoked':
    case 'BookingCancelled':
    case 'SeatsUnblocked':
      return seatStates.free;
    case 'EventOpened':
    case 'HoldExtended':
    case 'PlacesHeld':
    case 'PlacesBlocked':
    case 'PlacesUnblocked':
    case 'DeadlinesRaised':
      return null;
    default:
      return unreachable(change);
  }
}
