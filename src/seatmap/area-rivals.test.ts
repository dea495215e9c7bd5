import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import { holdsOf } from './answer.js';
import { checkInvariants } from './invariants.js';
import { seatMapDifference } from './same-seat-map.js';
import { Hall, identityOf, standingConfigurationOf } from './testing/hall.js';

const capacity = 300;
const rivals = 1_000;
/** Far more than it takes until all places are sold. */
const actsMax = 1_000_000;

/** One thing that one rival does: who, what and how many come out of one number. */
function act(hall: Hall, chance: number): void {
  const identity = identityOf(`rival-${chance % rivals}`);
  const quantity = 1 + ((chance >>> 10) % 4);
  const kind = (chance >>> 12) % 8;
  const hold = holdsOf(hall.map, identity.holderId, hall.nowMs).holds.at(-1);
  if (hold === undefined || kind < 3) {
    hall.ask({ kind: 'holdArea', identity, places: { area: 'arena', quantity } });
  } else if (kind < 5) {
    hall.ask({ kind: 'release', identity, holdId: hold.holdId, seats: null, quantity });
  } else {
    hall.ask({ kind: 'confirm', identity, holdId: hold.holdId, orderRef: 'order', by: 'holder' });
  }
  if ((chance >>> 15) % 4 === 0) hall.nowMs += 20;
}

test('[I11] 1,000 rivals on an area of 300: never more than 300 held and booked, and in the end exactly 300 are sold', () => {
  const configuration = standingConfigurationOf({
    areas: [{ area: 'arena', capacity, category: 0 }],
    seatsPerHoldMax: 4,
    seatsPerHolderMax: 6,
  });
  fc.assert(
    fc.property(fc.infiniteStream(fc.noBias(fc.nat(2 ** 31 - 1))), (chances) => {
      const hall = new Hall(configuration);
      for (let acts = 0; acts < actsMax && hall.placesOf('arena')[2] !== capacity; acts += 1) {
        act(hall, chances.next().value);
        const [free = 0, held = 0, booked = 0, blocked = 0] = hall.placesOf('arena');
        assert.ok(held + booked <= capacity);
        assert.deepEqual([free + held + booked, blocked], [capacity, 0]);
      }
      const sold = hall.changes.map(({ change }) =>
        change.kind === 'BookingConfirmed' ? must(change.places, 'booked places').quantity : 0,
      );
      assert.equal(
        sold.reduce((sum, quantity) => sum + quantity, 0),
        capacity,
      );
      for (let rival = 0; rival < rivals; rival += 1) {
        const identity = identityOf(`late-${rival}`);
        const { code } = hall.mustReject({ kind: 'holdArea', identity, places: { area: 'arena', quantity: 1 } });
        assert.equal(code, 'not_available');
      }
      checkInvariants(hall.map);
      assert.equal(seatMapDifference(hall.replayed(), hall.map), null);
    }),
    { numRuns: 20 },
  );
});
