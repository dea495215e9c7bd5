import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../lib/must.js';
import { Hall, standingConfigurationOf } from './testing/hall.js';
import { eachTouchedSeat } from './touched-seats.js';

function lastTouched(hall: Hall): number[][] {
  const touched: number[][] = [];
  eachTouchedSeat(must(hall.changes.at(-1), 'a change').change, (seat, state) => touched.push([seat, state]));
  return touched;
}

test('every change tells the seats that it touches and their state after it', () => {
  const hall = new Hall(standingConfigurationOf());
  assert.deepEqual(lastTouched(hall), []);
  const holdId = hall.hold('ann', 2, 0, 1);
  assert.deepEqual(lastTouched(hall), [
    [2, 1],
    [0, 1],
    [1, 1],
  ]);
  hall.extend('ann', holdId);
  assert.deepEqual(lastTouched(hall), []);
  hall.release('ann', holdId, [0]);
  assert.deepEqual(lastTouched(hall), [[0, 0]]);
  const bookingId = hall.confirm('ann', holdId);
  assert.deepEqual(lastTouched(hall), [
    [2, 2],
    [1, 2],
  ]);
  hall.cancel(bookingId);
  assert.deepEqual(lastTouched(hall), [
    [2, 0],
    [1, 0],
  ]);
  hall.block(7);
  assert.deepEqual(lastTouched(hall), [[7, 3]]);
  hall.unblock(7);
  assert.deepEqual(lastTouched(hall), [[7, 0]]);
  hall.revoke(hall.hold('ann', 4));
  assert.deepEqual(lastTouched(hall), [[4, 0]]);
  hall.hold('ann', 5);
  hall.record({ kind: 'DeadlinesRaised', atMs: hall.nowMs, untilMs: hall.nowMs + 2_000 });
  assert.deepEqual(lastTouched(hall), []);
  hall.nowMs += 2_000;
  hall.endDue();
  assert.deepEqual(lastTouched(hall), [[5, 0]]);
});

test('changes of places touch no seats', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  assert.deepEqual(lastTouched(hall), []);
  hall.releasePlaces('ann', holdId, 1);
  assert.deepEqual(lastTouched(hall), []);
  hall.cancel(hall.confirm('ann', holdId));
  assert.deepEqual(lastTouched(hall), []);
  hall.blockPlaces('floor', 1);
  assert.deepEqual(lastTouched(hall), []);
  hall.unblockPlaces('floor', 1);
  assert.deepEqual(lastTouched(hall), []);
});
