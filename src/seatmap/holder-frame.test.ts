import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../lib/must.js';
import { holderFrame } from './holder-frame.js';
import { Hall, standingConfigurationOf } from './testing/hall.js';

function lastFrame(hall: Hall): unknown {
  const { change, epoch } = must(hall.changes.at(-1), 'a change');
  return holderFrame('event', epoch, hall.map.seq, change, hall.map, hall.nowMs);
}

test('frame 9 where a hold was made, extended or partly released', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 4, 0, 1);
  const changed = (seq: number, seats: number[], expiresInMs: number) => ({
    holderId: 'ann',
    frame: [9, 'event', [3, seq], { holdId, seats, expiresInMs }],
  });
  assert.deepEqual(lastFrame(hall), changed(2, [4, 0, 1], 1_000));
  hall.nowMs += 100;
  hall.release('ann', holdId, [0]);
  assert.deepEqual(lastFrame(hall), changed(3, [4, 1], 900));
  hall.extend('ann', holdId);
  assert.deepEqual(lastFrame(hall), changed(4, [4, 1], 1_000));
});

test('frame 6 where a hold ended, with how and the seats that it still had', () => {
  const hall = new Hall();
  const ended = (holdId: string, reason: string, seats: number[]) => ({
    holderId: 'ann',
    frame: [6, 'event', [3, hall.map.seq], holdId, reason, seats],
  });
  const released = hall.hold('ann', 1, 0);
  hall.release('ann', released, [1]);
  hall.release('ann', released, [0]);
  assert.deepEqual(lastFrame(hall), ended(released, 'released', [0]));
  const revoked = hall.hold('ann', 1, 0);
  hall.revoke(revoked);
  assert.deepEqual(lastFrame(hall), ended(revoked, 'revoked', [1, 0]));
  const confirmed = hall.hold('ann', 2);
  hall.confirm('ann', confirmed);
  assert.deepEqual(lastFrame(hall), ended(confirmed, 'confirmed', [2]));
  const expired = hall.hold('ann', 3);
  hall.nowMs += 1_000;
  hall.endDue();
  assert.deepEqual(lastFrame(hall), ended(expired, 'expired', [3]));
});

test('no frame where the change concerns no single hold', () => {
  const hall = new Hall();
  assert.equal(lastFrame(hall), null);
  const bookingId = hall.confirm('ann', hall.hold('ann', 0));
  hall.cancel(bookingId);
  assert.equal(lastFrame(hall), null);
  hall.block(5);
  assert.equal(lastFrame(hall), null);
  hall.unblock(5);
  assert.equal(lastFrame(hall), null);
  hall.record({ kind: 'DeadlinesRaised', atMs: hall.nowMs, untilMs: hall.nowMs + 1 });
  assert.equal(lastFrame(hall), null);
});

test('frames 9 and 6 of a hold of places name its area and how many it has', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  const changed = (seq: number, quantity: number, expiresInMs: number) => ({
    holderId: 'ann',
    frame: [9, 'event', [3, seq], { holdId, seats: [], area: 'floor', quantity, expiresInMs }],
  });
  assert.deepEqual(lastFrame(hall), changed(2, 3, 1_000));
  hall.nowMs += 100;
  hall.releasePlaces('ann', holdId, 1);
  assert.deepEqual(lastFrame(hall), changed(3, 2, 900));
  hall.extend('ann', holdId);
  assert.deepEqual(lastFrame(hall), changed(4, 2, 1_000));
  const ended = (id: string, reason: string, quantity: number) => ({
    holderId: 'ann',
    frame: [6, 'event', [3, hall.map.seq], id, reason, [], 'floor', quantity],
  });
  hall.releasePlaces('ann', holdId, 2);
  assert.deepEqual(lastFrame(hall), ended(holdId, 'released', 2));
  const revoked = hall.holdPlaces('ann', 'floor', 1);
  hall.revoke(revoked);
  assert.deepEqual(lastFrame(hall), ended(revoked, 'revoked', 1));
  const confirmed = hall.holdPlaces('ann', 'floor', 2);
  const bookingId = hall.confirm('ann', confirmed);
  assert.deepEqual(lastFrame(hall), ended(confirmed, 'confirmed', 2));
  hall.cancel(bookingId);
  assert.equal(lastFrame(hall), null);
  const expired = hall.holdPlaces('ann', 'floor', 3);
  hall.nowMs += 1_000;
  hall.endDue();
  assert.deepEqual(lastFrame(hall), ended(expired, 'expired', 3));
  hall.blockPlaces('floor', 1);
  assert.equal(lastFrame(hall), null);
  hall.unblockPlaces('floor', 1);
  assert.equal(lastFrame(hall), null);
});
