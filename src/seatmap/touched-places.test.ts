import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../lib/must.js';
import { Hall, standingConfigurationOf } from './testing/hall.js';
import { touchedPlaces } from './touched-places.js';

const lastTouched = (hall: Hall) => touchedPlaces(must(hall.changes.at(-1), 'a change').change);
const floor = (quantity: number) => ({ area: 'floor', quantity });

test('every change tells the places that it moves, from which state to which', () => {
  const hall = new Hall(standingConfigurationOf());
  assert.equal(lastTouched(hall), null);
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  assert.deepEqual(lastTouched(hall), { places: floor(3), from: 0, to: 1 });
  hall.extend('ann', holdId);
  assert.equal(lastTouched(hall), null);
  hall.releasePlaces('ann', holdId, 1);
  assert.deepEqual(lastTouched(hall), { places: floor(1), from: 1, to: 0 });
  const bookingId = hall.confirm('ann', holdId);
  assert.deepEqual(lastTouched(hall), { places: floor(2), from: 1, to: 2 });
  hall.cancel(bookingId);
  assert.deepEqual(lastTouched(hall), { places: floor(2), from: 2, to: 0 });
  hall.blockPlaces('floor', 4);
  assert.deepEqual(lastTouched(hall), { places: floor(4), from: 0, to: 3 });
  hall.unblockPlaces('floor', 2);
  assert.deepEqual(lastTouched(hall), { places: floor(2), from: 3, to: 0 });
  hall.revoke(hall.holdPlaces('ann', 'floor', 1));
  assert.deepEqual(lastTouched(hall), { places: floor(1), from: 1, to: 0 });
  hall.holdPlaces('ann', 'floor', 2);
  hall.record({ kind: 'DeadlinesRaised', atMs: hall.nowMs, untilMs: hall.nowMs + 2_000 });
  assert.equal(lastTouched(hall), null);
  hall.nowMs += 2_000;
  hall.endDue();
  assert.deepEqual(lastTouched(hall), { places: floor(2), from: 1, to: 0 });
});

test('changes of seats touch no places', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.hold('ann', 0, 1);
  assert.equal(lastTouched(hall), null);
  hall.release('ann', holdId, [1]);
  assert.equal(lastTouched(hall), null);
  hall.cancel(hall.confirm('ann', holdId));
  assert.equal(lastTouched(hall), null);
  hall.block(5);
  assert.equal(lastTouched(hall), null);
  hall.unblock(5);
  assert.equal(lastTouched(hall), null);
});
