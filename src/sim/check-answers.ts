import type { Entry } from '../journal/entry.js';
import type { AreaPlaces } from '../seatmap/area-places.js';
import type { Change } from '../seatmap/change.js';
import type { Command } from '../seatmap/command.js';
import { claim, isSameList } from './claim.js';

/** [I9] The change is what the command asked for, all of it, and the answer says the same. */
export function checkAsked(command: Command, entry: Entry, body: unknown, what: () => string): void {
  const { change } = entry;
  claim(isAsked(command, change, entry), () => `[I9] a command made what it did not ask for: ${what()}`);
  const told = body as { seats?: readonly number[]; area?: string; quantity?: number };
  if ('seats' in change)
    claim(
      told.seats !== undefined && isSameList(told.seats, change.seats),
      () => `[I9] an answer names other seats: ${what()}`,
    );
  const places = 'places' in change ? change.places : undefined;
  claim(told.area === places?.area, () => `[I9] an answer names another area: ${what()}`);
  claim(told.quantity === places?.quantity, () => `[I9] an answer names other places: ${what()}`);
}

function isAsked(command: Command, change: Change, { epoch, seq }: Entry): boolean {
  switch (command.kind) {
    case 'hold':
      return change.kind === 'SeatsHeld' && isSameList(change.seats, command.seats);
    case 'holdBest':
      return change.kind === 'SeatsHeld' && change.seats.length === command.wish.quantity;
    case 'holdArea':
      return change.kind === 'PlacesHeld' && isSamePlaces(change.places, command.places);
    case 'extend':
      return change.kind === 'HoldExtended' && idOf(change) === command.holdId;
    case 'release':
      return (
        change.kind === 'HoldReleased' &&
        idOf(change) === command.holdId &&
        (command.seats === null || isSameList(change.seats, command.seats)) &&
        (command.quantity === null || change.places?.quantity === command.quantity) &&
        (command.seats !== null || command.quantity !== null || isAll(change))
      );
    case 'confirm':
      return change.kind === 'BookingConfirmed' && idOf(change) === command.holdId;
    case 'revoke':
      return change.kind === 'HoldRevoked' && idOf(change) === command.holdId;
    case 'cancel':
      return (
        change.kind === 'BookingCancelled' &&
        `B${change.bookingEpoch.toString(36)}-${change.bookingSeq.toString(36)}` === command.bookingId
      );
    case 'block':
      return command.places === null
        ? change.kind === 'SeatsBlocked' && isSameList(change.seats, command.seats)
        : change.kind === 'PlacesBlocked' && isSamePlaces(change.places, command.places);
    case 'unblock':
      return command.places === null
        ? change.kind === 'SeatsUnblocked' && isSameList(change.seats, command.seats)
        : change.kind === 'PlacesUnblocked' && isSamePlaces(change.places, command.places);
    default:
      throw new Error(`Cannot check a command: ${JSON.stringify(command)} at ${epoch}-${seq}`);
  }
}

function isAll({ remaining, remainingQuantity = 0 }: Extract<Change, { kind: 'HoldReleased' }>): boolean {
  return remaining.length === 0 && remainingQuantity === 0;
}

function idOf({ holdEpoch, holdSeq }: { readonly holdEpoch: number; readonly holdSeq: number }): string {
  return `H${holdEpoch.toString(36)}-${holdSeq.toString(36)}`;
}

function isSamePlaces(one: AreaPlaces, other: AreaPlaces): boolean {
  return one.area === other.area && one.quantity === other.quantity;
}
