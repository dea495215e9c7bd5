import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { checkInvariants } from './invariants.js';
import type { SeatMap } from './seat-map.js';
import { Hall, openedAtMs, standingConfigurationOf } from './testing/hall.js';

/** Ann holds 0 and 1 as change 2 and 3 as change 4; bob's hold, change 5, became booking 6 of seat 2; cid's, change 7, ended. Dan holds 3 places as change 9; eve's hold, change 10, became booking 11 of 2 places. */
function hallInUse(): SeatMap {
  const hall = new Hall(standingConfigurationOf());
  hall.hold('ann', 0, 1);
  hall.nowMs += 10;
  hall.epoch = 4;
  hall.block(8);
  hall.hold('ann', 3);
  hall.confirm('bob', hall.hold('bob', 2));
  hall.release('cid', hall.hold('cid', 5));
  hall.holdPlaces('dan', 'floor', 3);
  hall.confirm('eve', hall.holdPlaces('eve', 'floor', 2));
  return hall.map;
}

test('a map that only apply has touched is sound', () => {
  checkInvariants(hallInUse());
});

const faults: Record<string, [RegExp, (map: SeatMap) => void]> = {
  'a held seat looks free': [/\[I3\].*seat is 0/, ({ states }) => states.fill(0, 0, 1)],
  'a free seat looks booked': [/\[I3\].*seat is 11/, ({ states }) => states.fill(2, 11)],
  'a seat has no such state': [/\[I11\]/, ({ states }) => states.fill(7, 11)],
  'counts drifted': [/\[I11\].*counted wrong/, ({ states }) => states.fill(3, 11)],
  'two holds have one seat': [/\[I3\]/, (map) => map.claims.addHold(8, map.holders.find('ann'), [0], openedAtMs)],
  'a booking has a held seat': [/\[I[13]\]/, (map) => map.claims.setSeats(map.claims.find(5), [2, 3])],
  'a hold lost a seat': [/\[I3\]/, (map) => map.claims.setSeats(map.claims.find(2), [1])],
  'a booking is older than its hold': [
    /\[I2\]/,
    (map) => {
      map.claims.confirm(map.claims.find(4), 3);
      map.states[3] = 2;
    },
  ],
  'a hold has too many seats': [
    /\[I12\].*hold seq is 2/,
    (map) => map.claims.setSeats(map.claims.find(2), [0, 1, 10, 11]),
  ],
  'places were moved that nobody claims': [
    /\[I11\].*counted wrong.*floor,4,4,2,0, held are 3/,
    ({ areas }) => areas.move(0, 0, 1, 1),
  ],
  'a booking’s places look held': [/\[I11\].*booked are 2/, ({ areas }) => areas.move(0, 2, 1, 2)],
  'a hold of places drifted': [/\[I11\].*held are 1/, ({ claims }) => claims.setQuantity(claims.find(9), 1)],
  'a claim is on places of no area': [
    /\[I11\].*no area: hold seq is 8/,
    (map) => map.claims.addHoldOfPlaces(8, map.holders.find('ann'), 7, 1, openedAtMs),
  ],
  'a hold has too many places': [
    /\[I12\].*hold seq is 9, seats is 4/,
    ({ claims }) => claims.setQuantity(claims.find(9), 4),
  ],
  'a hold was extended too often': [/\[I12\].*extensions/, (map) => map.claims.setExtensions(map.claims.find(2), 2)],
  'a hold has no deadline': [/\[I5\]/, (map) => map.claims.setDeadline(map.claims.find(2), Number.NaN)],
  'a holder’s seats drifted': [
    /\[I12\].*holderId is ann/,
    (map) => map.holders.removeSeats(map.holders.find('ann'), 1),
  ],
  'a holder is forgotten': [
    /\[I12\]/,
    (map) => {
      map.holders.removeSeats(map.holders.find('bob'), 1);
    },
  ],
  'a holder lost a hold': [/\[I4\]/, (map) => map.holders.removeHold(map.holders.find('ann'), map.claims.find(2))],
  'a hold lives and has ended': [/\[I4\].*hold seq is 2/, (map) => map.endedHolds.add(2, 'ann', 'expired', 0)],
  'a hold has ended twice': [/\[I4\].*ended twice/, (map) => map.endedHolds.add(7, 'cid', 'expired', 0)],
  'an ended hold was booked and was not': [/\[I2\]/, (map) => map.endedHolds.add(6, 'dan', 'expired', 8)],
  'a hold comes from no change': [/\[I8\].*seq is 99/, (map) => map.endedHolds.add(99, 'dan', 'expired', 0)],
  'the epoch is not the last change’s': [
    /\[I8\]/,
    (map) => {
      map.epoch = 3;
    },
  ],
};

for (const [name, [pattern, spoil]] of Object.entries(faults)) {
  test(`an unsound map is found: ${name}`, () => {
    const map = hallInUse();
    spoil(map);
    assert.throws(
      () => checkInvariants(map),
      (error) => error instanceof InvariantError && pattern.test(error.message),
    );
  });
}
