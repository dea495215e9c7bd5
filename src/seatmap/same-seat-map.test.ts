import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seatMapDifference } from './same-seat-map.js';
import { configurationOf, Hall, standingConfigurationOf } from './testing/hall.js';

/** Two halls with one story, the other differing in what `differ` does. */
function differenceAfter(differ: (hall: Hall) => void): string | null {
  const one = hallInUse();
  const other = hallInUse();
  differ(other);
  return seatMapDifference(one.map, other.map);
}

/** Ann holds 0 and 1 as change 2, bob 5 as change 3, cid's change 5 booked 8, and dan holds 3 places as change 6. */
function hallInUse(): Hall {
  const hall = new Hall(standingConfigurationOf());
  hall.hold('ann', 0, 1);
  hall.hold('bob', 5);
  hall.confirm('cid', hall.hold('cid', 8));
  hall.holdPlaces('dan', 'floor', 3);
  return hall;
}

test('[I13] maps with one story do not differ', () => {
  assert.equal(
    differenceAfter(() => {}),
    null,
  );
});

const differences: Record<string, [RegExp, (hall: Hall) => void]> = {
  position: [/^position: \[3,6,1000000\], \[3,7,1000000\]/, (hall) => hall.block(3)],
  'a seat': [
    /^state of seat 7: 0, 3$/,
    ({ map }) => {
      map.states[7] = 3;
    },
  ],
  counts: [/^counts/, ({ map }) => map.block([9])],
  areas: [/^areas: .*7,3,0,0.*4,3,0,3/, ({ map }) => map.blockPlaces({ area: 'floor', quantity: 3 })],
  'a quantity': [
    /^claim: .*"places":\{"area":"floor","quantity":3\}.*"quantity":2/,
    ({ map }) => map.claims.setQuantity(map.claims.find(6), 2),
  ],
  'a deadline': [
    /^claim: .*"deadlineMs":1001000.*"deadlineMs":1001007/,
    ({ map }) => map.claims.setDeadline(map.claims.find(2), 1_001_007),
  ],
  extensions: [
    /^claim: .*"extensions":0.*"extensions":1/,
    ({ map }) => map.claims.setExtensions(map.claims.find(3), 1),
  ],
  'order of seats': [
    /^claim: .*"seats":\[0,1\].*"seats":\[1,0\]/,
    ({ map }) => map.claims.setSeats(map.claims.find(2), [1, 0]),
  ],
  'a booking': [
    /^claim: .*"bookingSeq":5.*"bookingSeq":4/,
    ({ map }) => {
      const slot = map.claims.find(4);
      map.claims.remove(slot);
      map.claims.confirm(map.claims.addHold(4, map.holders.find('cid'), [8], 0), 4);
    },
  ],
  'a holder’s seats': [
    /^holder ann: \{"seats":2.*\{"seats":1/,
    ({ map }) => map.holders.removeSeats(map.holders.find('ann'), 1),
  ],
  'an ended hold': [/^number of ended holds: 0, 1/, ({ map }) => map.endedHolds.add(1, 'ann', 'released', 0)],
};

for (const [name, [pattern, differ]] of Object.entries(differences)) {
  test(`[I13] a difference is told: ${name}`, () => {
    assert.match(differenceAfter(differ) ?? 'none', pattern);
  });
}

test('[I13] a difference is told: configuration', () => {
  const inFrancs = new Hall(configurationOf({ currency: 'CHF' }));
  assert.match(seatMapDifference(inFrancs.map, new Hall().map) ?? 'none', /^configuration: .*CHF.*EUR/);
});
