import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { holdsOf } from './answer.js';
import { apply } from './apply.js';
import { nextDeadlineMs } from './next-expiry.js';
import { seatMapDifference } from './same-seat-map.js';
import { decodeSeatMap, encodeSeatMap } from './snapshot.js';
import { SnapshotFault } from './snapshot-bytes.js';
import { configurationOf, Hall, identityOf, roomyConfigurationOf, standingConfigurationOf } from './testing/hall.js';
import { layoutOf } from './testing/layout.js';

/** Holds, bookings, blocked seats, ended holds of every kind, over several epochs. */
function hallInUse(configuration = standingConfigurationOf()): Hall {
  const hall = new Hall(configuration);
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

/** The same with places held, booked and blocked. */
function standingHallInUse(): Hall {
  const hall = hallInUse(standingConfigurationOf({ layout: layoutOf(12) }));
  hall.releasePlaces('dan', hall.holdPlaces('dan', 'floor', 3), 1);
  hall.confirm('eve', hall.holdPlaces('eve', 'box', 2));
  hall.blockPlaces('floor', 4);
  hall.release('eve', hall.holdPlaces('eve', 'box', 1));
  hall.extend('fay', hall.holdPlaces('fay', 'floor', 2));
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

test('[I13] [I11] areas come back from a snapshot with their claims', () => {
  const hall = standingHallInUse();
  const decoded = decodeSeatMap(encodeSeatMap(hall.map));
  assert.equal(seatMapDifference(decoded, hall.map), null);
  assert.deepEqual(decoded.areas.all(), [
    ['floor', 2, 4, 0, 4],
    ['box', 1, 0, 2, 0],
  ]);
  assert.deepEqual(decoded.configuration, hall.map.configuration);
  assert.deepEqual(encodeSeatMap(decoded), encodeSeatMap(hall.map));
  const cut = hall.changes.length;
  hall.holdPlaces('bob', 'floor', 2);
  hall.nowMs += 1_000;
  hall.endDue();
  for (const { change, epoch } of hall.changes.slice(cut)) apply(decoded, change, epoch);
  assert.equal(seatMapDifference(decoded, hall.map), null);
});

/** `hallInUse` as release 0.1, which knew no areas, wrote it. */
const ofFormat1 =
  'AT4BAAB7ImNoYXJ0SWQiOiJjaGFydCIsImNoYXJ0VmVyc2lvbiI6MSwic2VhdENvdW50IjoxMiwiY3VycmVuY3kiOiJFVVIiLCJjYXRlZ29yaWVzIjpbImRlYXIiLCJjaGVhcCJdLCJwcmljZXNNaW5vciI6WzUwMDAsMjAwMF0sInNlYXRDYXRlZ29yaWVzIjpbWzAsNl0sWzEsNl1dLCJvblNhbGVBdE1zIjpudWxsLCJjbG9zZXNBdE1zIjpudWxsLCJob2xkVHRsTXMiOjEwMDAsInNlYXRzUGVySG9sZE1heCI6MywiaG9sZHNQZXJIb2xkZXJNYXgiOjIsInNlYXRzUGVySG9sZGVyTWF4Ijo1LCJleHRlbnNpb25zUGVySG9sZE1heCI6MSwiY29uZmlybUJ5IjoiaG9sZGVyIn0IAAAADwAAAAAAAABIhS5BAwAAAAEAAAADAAAABQAAAAcAAAAJAAAACAAAAAIAAAAKAAAACwAAAAMAAAADAAAAYW5uAwAAAGJvYgYAAADFvm9maWUDAAAAAgAAAAAAAAABAAAAAAAAAAAYjS5BAgAAAAIAAAAAAAAABQAAAAEAAAAAAAAAAQAAAAAAABhAAQAAAAYAAAAKAAAAAgAAAAAAAAAAAAAAABiNLkEBAAAACQAAAAMAAAAHAAAAAgAAAAADAAAAY2lkCwAAAAMMAAAAAwAAAGFubg4AAAAAAAAAAAMAAABib2I=';

test('a snapshot of format 1 can still be read: its event has no areas and no layout', () => {
  const decoded = decodeSeatMap(Buffer.from(ofFormat1, 'base64'));
  const hall = hallInUse(configurationOf());
  assert.equal(seatMapDifference(decoded, hall.map), null);
  assert.equal(seatMapDifference(decodeSeatMap(encodeSeatMap(decoded)), hall.map), null);
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
  const bytes = encodeSeatMap(standingHallInUse().map);
  for (let length = 0; length < bytes.length; length += 1) {
    assert.throws(() => decodeSeatMap(bytes.subarray(0, length)), SnapshotFault, `the first ${length} bytes`);
  }
  assert.throws(() => decodeSeatMap(Buffer.concat([bytes, Buffer.of(0)])), SnapshotFault);
  for (const format of [0, 3]) {
    const ofFormat = Buffer.concat([Buffer.of(format), bytes.subarray(1)]);
    assert.throws(() => decodeSeatMap(ofFormat), new RegExp(`format is ${format}`));
  }
});

test('a claim of a kind that this format does not know is refused', () => {
  const hall = new Hall();
  hall.hold('ann', 0);
  const bytes = Buffer.from(encodeSeatMap(hall.map));
  // Behind the flags: the deadline, a list of one seat, no ended holds.
  const flagsAt = bytes.length - (8 + 4 + 4) - 4 - 1;
  assert.equal(bytes[flagsAt], 0);
  bytes[flagsAt] = 4;
  assert.throws(() => decodeSeatMap(bytes), /flags is 4/);
});

test('a damaged snapshot is refused or is still a sound map, and is never anything else', () => {
  const bytes = Buffer.from(encodeSeatMap(standingHallInUse().map));
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
