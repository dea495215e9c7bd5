import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { holdsOf } from './answer.js';
import { apply } from './apply.js';
import { nextDeadlineMs } from './next-expiry.js';
import { seatMapDifference } from './same-seat-map.js';
import { decodeSeatMap, encodeSeatMap } from './snapshot.js';
import { SnapshotFault } from './snapshot-bytes.js';
import { Hall, identityOf, roomyConfigurationOf } from './testing/hall.js';

/** Holds, bookings, blocked seats, ended holds of every kind, over several epochs. */
function hallInUse(): Hall {
  const hall = new Hall();
  const extended = hall.hold('ann', 2, 1, 0);
  hall.nowMs += 100;
  hall.extend('ann', extended);
  hall.release('ann', extended, [1]);
  hall.epoch = 7;
  hall.confirm('bob', hall.hold('bob', 6));
  hall.revoke(hall.hold('cid', 7));
  hall.epoch = 8;
  hall.block(11, 10);
  hall.hold('žofie', 9);
  hall.cancel(hall.confirm('ann', hall.hold('ann', 8)));
  hall.release('bob', hall.hold('bob', 8));
  return hall;
}

test('[I13] a snapshot and the tail give the same as all changes', () => {
  const hall = hallInUse();
  const decoded = decodeSeatMap(encodeSeatMap(hall.map));
  assert.equal(seatMapDifference(decoded, hall.map), null);
  const cut = hall.changes.length;
  hall.nowMs += 1_000;
  hall.endDue();
  hall.epoch = 20;
  hall.hold('bob', 0, 1, 2);
  for (const { change, epoch } of hall.changes.slice(cut)) apply(decoded, change, epoch);
  assert.equal(seatMapDifference(decoded, hall.map), null);
  assert.equal(seatMapDifference(hall.replayed(), hall.map), null);
});

test('what anyone can ask of a map is the same after a snapshot', () => {
  const hall = hallInUse();
  const decoded = decodeSeatMap(encodeSeatMap(hall.map));
  assert.deepEqual(decoded.states, hall.map.states);
  assert.deepEqual(decoded.counts, hall.map.counts);
  assert.equal(nextDeadlineMs(decoded), nextDeadlineMs(hall.map));
  for (const holderId of ['ann', 'bob', 'cid', 'žofie']) {
    assert.deepEqual(holdsOf(decoded, holderId, hall.nowMs), holdsOf(hall.map, holderId, hall.nowMs));
  }
});

test('the same map gives the same bytes, whatever way it was reached', () => {
  const one = new Hall();
  const first = one.hold('ann', 0);
  const second = one.hold('bob', 1);
  one.release('ann', first);
  one.release('bob', second);
  one.hold('cid', 2);
  const restored = decodeSeatMap(encodeSeatMap(one.map));
  const other = new Hall();
  other.release('ann', other.hold('ann', 0));
  assert.deepEqual(encodeSeatMap(restored), encodeSeatMap(one.map));
  assert.deepEqual(encodeSeatMap(one.replayed()), encodeSeatMap(one.map));
  assert.notDeepEqual(encodeSeatMap(other.map), encodeSeatMap(one.map));
});

test('a snapshot cut short or continued at any byte is refused', () => {
  const bytes = encodeSeatMap(hallInUse().map);
  for (let length = 0; length < bytes.length; length += 1) {
    assert.throws(() => decodeSeatMap(bytes.subarray(0, length)), SnapshotFault, `the first ${length} bytes`);
  }
  assert.throws(() => decodeSeatMap(Buffer.concat([bytes, Buffer.of(0)])), SnapshotFault);
  assert.throws(() => decodeSeatMap(Buffer.concat([Buffer.of(2), bytes.subarray(1)])), /format is 2/);
});

test('a damaged snapshot is refused or is still a sound map, and is never anything else', () => {
  const bytes = Buffer.from(encodeSeatMap(hallInUse().map));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (offset, flip) => {
      const damaged = Buffer.from(bytes);
      damaged[offset] = (damaged[offset] ?? 0) ^ flip;
      try {
        decodeSeatMap(damaged);
      } catch (error) {
        assert.ok(error instanceof SnapshotFault, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a snapshot holds 100,000 ended holds and 20,000 live ones of as many holders', () => {
  const hall = new Hall(roomyConfigurationOf(20_000));
  for (let ended = 0; ended < 100_100; ended += 1) {
    const holderId = `gone-${ended}`;
    hall.release(holderId, hall.hold(holderId, ended % 20_000));
  }
  for (let seat = 0; seat < 20_000; seat += 1) hall.hold(`here-${seat}`, seat);
  const decoded = decodeSeatMap(encodeSeatMap(hall.map));
  assert.equal(seatMapDifference(decoded, hall.map), null);
  assert.deepEqual(decoded.endedHolds.find(2 + 2 * 100_099)?.holderId, 'gone-100099');
  assert.equal(decoded.holders.find(identityOf('gone-5').holderId), -1);
});
