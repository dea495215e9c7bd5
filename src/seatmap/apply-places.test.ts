import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { apply } from './apply.js';
import type { Change } from './change.js';
import { Hall, identityOf, openedAtMs, standingConfigurationOf } from './testing/hall.js';

const atMs = openedAtMs + 100;
const deadlineMs = openedAtMs + 2_000;
const ann = identityOf('ann');
const operator = identityOf('operator');

/**
 * Ann holds 2 places of the floor as change 2; bob's hold, change 3, became booking 4 of 3; one place of the box is blocked. Ann
 * holds seats 0 and 1 as change 6; bob's hold, change 7, became booking 8 of seat 2.
 */
function hallInUse(): Hall {
  const hall = new Hall(standingConfigurationOf());
  hall.holdPlaces('ann', 'floor', 2);
  hall.confirm('bob', hall.holdPlaces('bob', 'floor', 3));
  hall.blockPlaces('box', 1);
  hall.hold('ann', 0, 1);
  hall.confirm('bob', hall.hold('bob', 2));
  return hall;
}

const onFloor = (quantity: number) => ({ area: 'floor', quantity });
const held = { holdEpoch: 3, holdSeq: 2 };
const heldSeats = { holdEpoch: 3, holdSeq: 6 };
const booking = { bookingEpoch: 3, bookingSeq: 4, holderId: 'bob', reason: 'why' };
const bookingOfSeats = { ...booking, bookingSeq: 8 };
const priced = { totalMinor: 1, orderRef: 'order' };

const misfits: Record<string, Change> = {
  '[I11] more places are held than are free': {
    kind: 'PlacesHeld',
    atMs,
    identity: ann,
    deadlineMs,
    places: onFloor(6),
    totalMinor: 1,
  },
  '[I11] no place is held': { kind: 'PlacesHeld', atMs, identity: ann, deadlineMs, places: onFloor(0), totalMinor: 1 },
  '[I11] half a place is held': {
    kind: 'PlacesHeld',
    atMs,
    identity: ann,
    deadlineMs,
    places: onFloor(0.5),
    totalMinor: 1,
  },
  'places of no area are held': {
    kind: 'PlacesHeld',
    atMs,
    identity: ann,
    deadlineMs,
    places: { area: 'nowhere', quantity: 1 },
    totalMinor: 1,
  },
  '[I5] a deadline of places is not ahead': {
    kind: 'PlacesHeld',
    atMs,
    identity: ann,
    deadlineMs: atMs,
    places: onFloor(1),
    totalMinor: 1,
  },
  '[I2] a confirm of some of the places': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: onFloor(1),
    ...priced,
  },
  '[I2] a confirm of places of another area': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: { area: 'box', quantity: 2 },
    ...priced,
  },
  '[I2] a confirm of places without them': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    ...priced,
  },
  '[I2] a confirm of seats and of places': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    ...heldSeats,
    seats: [0, 1],
    places: onFloor(2),
    ...priced,
  },
  '[I4] a release of more places than the hold has': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: onFloor(3),
    remaining: [],
    remainingQuantity: 0,
  },
  '[I4] a release that forgets a place': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: onFloor(1),
    remaining: [],
    remainingQuantity: 0,
  },
  '[I4] a release of places that does not say how many remain': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: onFloor(2),
    remaining: [],
  },
  '[I4] a release of places without them': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    remaining: [],
  },
  '[I4] a release of places that speaks of seats': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: onFloor(2),
    remaining: [4],
    remainingQuantity: 0,
  },
  '[I4] a release of places from a hold of seats': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...heldSeats,
    seats: [],
    places: onFloor(2),
    remaining: [],
    remainingQuantity: 0,
  },
  '[I11] a release of no place': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [],
    places: onFloor(0),
    remaining: [],
    remainingQuantity: 2,
  },
  '[I1] a cancel of held places': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...booking,
    bookingSeq: 2,
    seats: [],
    places: onFloor(2),
  },
  '[I1] a cancel of fewer places': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...booking,
    seats: [],
    places: onFloor(2),
  },
  '[I1] a cancel of places of a booking of seats': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...bookingOfSeats,
    seats: [],
    places: onFloor(3),
  },
  '[I1] a cancel of places of a booking of another epoch': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...booking,
    bookingEpoch: 2,
    seats: [],
    places: onFloor(3),
  },
  '[I11] more places are blocked than are free': {
    kind: 'PlacesBlocked',
    atMs,
    identity: operator,
    places: onFloor(6),
    reason: '',
  },
  '[I11] more places are unblocked than are blocked': {
    kind: 'PlacesUnblocked',
    atMs,
    identity: operator,
    places: { area: 'box', quantity: 2 },
    reason: '',
  },
};

for (const [name, change] of Object.entries(misfits)) {
  test(`a change of places that does not fit stops the event: ${name}`, () => {
    const invariant = /^\[I\d+\]/.exec(name)?.[0] ?? 'Cannot';
    assert.throws(
      () => apply(hallInUse().map, change, 3),
      (error) => error instanceof InvariantError && error.message.includes(invariant),
    );
  });
}
