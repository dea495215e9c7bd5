import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EndedHolds, endedHoldsMax } from './ended-holds.js';
import { Hall, identityOf, roomyConfigurationOf } from './testing/hall.js';

test('the last holds that ended are remembered, and as many as the limit says', () => {
  const ended = new EndedHolds(100);
  for (let holdSeq = 2; holdSeq < 1_002; holdSeq += 1) ended.add(holdSeq, `holder-${holdSeq}`, 'expired', 0);
  assert.equal(ended.count, 100);
  assert.equal(ended.find(901), null);
  assert.deepEqual(ended.find(902), { holdSeq: 902, holderId: 'holder-902', reason: 'expired', bookingSeq: 0 });
  assert.deepEqual(
    [...ended.all()].map(({ holdSeq }) => holdSeq),
    Array.from({ length: 100 }, (_, index) => 902 + index),
  );
});

test('a cancelled booking is known by its seq as long as its hold is', () => {
  const ended = new EndedHolds(2);
  ended.add(5, 'ann', 'confirmed', 6);
  ended.add(7, 'ann', 'released', 0);
  assert.deepEqual([ended.wasCancelled(6), ended.wasCancelled(5), ended.wasCancelled(0)], [true, false, false]);
  ended.add(8, 'ann', 'released', 0);
  assert.equal(ended.wasCancelled(6), false);
});

test('410 hold_ended for the last 100,000 holds of an event, 404 unknown_hold beyond, within 3 MB', () => {
  const hall = new Hall(roomyConfigurationOf(100));
  const release = (holdId: string) =>
    hall.mustReject({ kind: 'release', identity: identityOf('ann'), holdId, seats: null, quantity: null });
  const first = hall.hold('ann', 0);
  hall.release('ann', first);
  const second = hall.hold('ann', 0);
  hall.release('ann', second);
  assert.equal(release(first).code, 'hold_ended');
  for (let ended = 2; ended <= endedHoldsMax; ended += 1) hall.release('ann', hall.hold('ann', ended % 100));
  assert.equal(release(first).code, 'unknown_hold');
  assert.equal(release(second).reason, 'released');
  assert.ok(hall.map.endedHolds.byteLength < 3_000_000, `${hall.map.endedHolds.byteLength} bytes`);
});
