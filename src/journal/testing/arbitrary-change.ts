import * as fc from 'fast-check';
import type { AreaPlaces } from '../../seatmap/area-places.js';
import type { Change } from '../../seatmap/change.js';
import { sampleConfiguration } from './configuration.js';

const whole = fc.oneof(fc.nat(300), fc.nat(70_000), fc.maxSafeNat());
/** Text that has UTF-8: no lone surrogates. */
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 200 }));
const seats = fc.array(whole, { maxLength: 50 });
const identity = fc.record(
  { holderId: text, commandId: text, payloadHash: fc.nat(0xffffffff) },
  { noNullPrototype: true },
);
const hold = { holdEpoch: whole, holdSeq: whole };
const places = fc.record({ area: text, quantity: whole.map((quantity) => quantity || 1) }, { noNullPrototype: true });

/** Any change of seats whatever; `changesInOrder` puts the times right. */
const changeOfSeats: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('EventOpened' as const),
    atMs: whole,
    configuration: fc
      .record({ chartId: text, categories: fc.array(text) })
      .map((some) => Object.assign({}, sampleConfiguration, some)),
  }),
  fc.record({
    kind: fc.constant('SeatsHeld' as const),
    atMs: whole,
    identity,
    deadlineMs: whole,
    seats,
    totalMinor: whole,
  }),
  fc.record({
    kind: fc.constant('HoldExtended' as const),
    atMs: whole,
    identity,
    ...hold,
    deadlineMs: whole,
    seats,
    totalMinor: whole,
  }),
  fc.record({ kind: fc.constant('HoldReleased' as const), atMs: whole, identity, ...hold, seats, remaining: seats }),
  fc.record({ kind: fc.constant('HoldExpired' as const), atMs: whole, ...hold, holderId: text, seats }),
  fc.record({
    kind: fc.constant('HoldRevoked' as const),
    atMs: whole,
    identity,
    ...hold,
    holderId: text,
    seats,
    reason: text,
  }),
  fc.record({
    kind: fc.constant('BookingConfirmed' as const),
    atMs: whole,
    identity,
    ...hold,
    orderRef: text,
    seats,
    totalMinor: whole,
  }),
  fc.record({
    kind: fc.constant('BookingCancelled' as const),
    atMs: whole,
    identity,
    bookingEpoch: whole,
    bookingSeq: whole,
    holderId: text,
    seats,
    reason: text,
  }),
  fc.record({
    kind: fc.constantFrom('SeatsBlocked' as const, 'SeatsUnblocked' as const),
    atMs: whole,
    identity,
    seats,
    reason: text,
  }),
  fc.record({ kind: fc.constant('DeadlinesRaised' as const), atMs: whole, untilMs: whole }),
);

const changeOfPlaces: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('PlacesHeld' as const),
    atMs: whole,
    identity,
    deadlineMs: whole,
    places,
    totalMinor: whole,
  }),
  fc.record({
    kind: fc.constantFrom('PlacesBlocked' as const, 'PlacesUnblocked' as const),
    atMs: whole,
    identity,
    places,
    reason: text,
  }),
  fc.tuple(changeOfSeats, places, whole).map(([change, ofArea, remaining]) => aboutPlaces(change, ofArea, remaining)),
);

/** The same with places in the stead of seats, where there is such a thing. */
function aboutPlaces(change: Change, ofArea: AreaPlaces, remainingQuantity: number): Change {
  switch (change.kind) {
    case 'HoldReleased':
      return { ...change, seats: [], places: ofArea, remaining: [], remainingQuantity };
    case 'HoldExtended':
    case 'HoldExpired':
    case 'HoldRevoked':
    case 'BookingConfirmed':
    case 'BookingCancelled':
      return { ...change, seats: [], places: ofArea };
    default:
      return change;
  }
}

/** Changes as one batch may hold them: times never fall, no deadline lies before its change. */
export const changesInOrder: fc.Arbitrary<Change[]> = fc
  .array(fc.oneof(changeOfSeats, changeOfPlaces), { minLength: 1, maxLength: 12 })
  .map((changes) => {
    let atMs = 0;
    return changes.map((change) => {
      atMs = Math.max(atMs, change.atMs);
      if (change.kind === 'DeadlinesRaised') return { ...change, atMs, untilMs: Math.max(atMs, change.untilMs) };
      if ('deadlineMs' in change) return { ...change, atMs, deadlineMs: Math.max(atMs, change.deadlineMs) };
      return { ...change, atMs };
    });
  });
