import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventConfiguration } from './configuration.js';
import { checkInvariants } from './invariants.js';
import { seatMapDifference } from './same-seat-map.js';
import { Hall, roomyConfigurationOf } from './testing/hall.js';

const seatCount = 60_000;

test('60,000 seats with 30,000 holds of two, by as many holders, fit in 2 MB, and so do the bookings', () => {
  const hall = new Hall(roomyConfigurationOf(seatCount));
  const holdIds: string[] = [];
  for (let seat = 0; seat < seatCount; seat += 2) holdIds.push(hall.hold(`holder-${seat}`, seat, seat + 1));
  assert.deepEqual(hall.map.counts, { free: 0, held: seatCount, booked: 0, blocked: 0 });
  assert.ok(hall.map.byteLength < 2_000_000, `${hall.map.byteLength} bytes`);
  for (const [index, holdId] of holdIds.entries()) hall.confirm(`holder-${index * 2}`, holdId);
  assert.deepEqual(hall.map.counts, { free: 0, held: 0, booked: seatCount, blocked: 0 });
  assert.ok(hall.map.byteLength < 2_000_000, `${hall.map.byteLength} bytes`);
  checkInvariants(hall.map);
});

test('an empty event of 60,000 seats takes under 400 KB', () => {
  assert.ok(new Hall(roomyConfigurationOf(seatCount)).map.byteLength < 400_000);
});

test('slots, holders and deadlines are used again: no room is lost however many holds come and go', () => {
  const hall = new Hall(roomyConfigurationOf(500));
  const fill = (round: number): void => {
    const holdIds: string[] = [];
    for (let seat = 0; seat < 500; seat += 1) holdIds.push(hall.hold(`holder-${round}-${seat}`, seat));
    for (const [seat, holdId] of holdIds.entries()) {
      if (seat % 3 !== 0) hall.release(`holder-${round}-${seat}`, holdId);
    }
    hall.nowMs += 1_000;
    hall.endDue();
  };
  fill(0);
  const { claims, holders } = hall.map;
  const before = [claims.byteLength, holders.byteLength];
  for (let round = 1; round <= 20; round += 1) fill(round);
  assert.deepEqual([claims.byteLength, holders.byteLength], before);
  assert.deepEqual([claims.count, holders.count], [0, 0]);
  checkInvariants(hall.map);
});

test('an event that was activated thousands of times still knows each hold’s epoch, and forgets the others', () => {
  const hall = new Hall(roomyConfigurationOf(100));
  const old = hall.hold('ann', 0);
  hall.confirm('ann', old);
  for (let activation = 0; activation < 5_000; activation += 1) {
    hall.epoch += 2;
    if (activation % 2 === 0) hall.block(1);
    else hall.unblock(1);
  }
  hall.release('bob', hall.hold('bob', 2));
  assert.ok(hall.map.epochs.length < 1_100);
  assert.equal(hall.map.epochOf(2), 3);
  checkInvariants(hall.map);
  assert.equal(seatMapDifference(hall.replayed(), hall.map), null);
});

test('more than 256 categories keep their prices', () => {
  const categories = Array.from({ length: 300 }, (_, index) => `category-${index}`);
  const hall = new Hall({
    ...roomyConfigurationOf(300),
    categories,
    pricesMinor: categories.map((_, index) => index),
    seatCategories: categories.map((_, index) => [index, 1] as const),
  });
  assert.equal(hall.map.totalMinorOf([0, 255, 256, 299], null), 810);
});

test('an area of 20,000 places, each held by another, fits in 2 MB; an area alone takes 16 bytes', () => {
  const areas = [{ area: 'arena', capacity: 20_000, category: 0 }];
  const hall = new Hall({ ...roomyConfigurationOf(1), areas });
  for (let place = 0; place < 20_000; place += 1) hall.holdPlaces(`holder-${place}`, 'arena', 1);
  assert.deepEqual(hall.placesOf('arena'), [0, 20_000, 0, 0]);
  assert.ok(hall.map.byteLength < 2_000_000, `${hall.map.byteLength} bytes`);
  const bytesOfClaims = (configuration: EventConfiguration): number => {
    const { map } = new Hall(configuration);
    return map.claims.byteLength + map.areas.byteLength;
  };
  const empty = roomyConfigurationOf(100);
  assert.equal(bytesOfClaims({ ...empty, areas }) - bytesOfClaims(empty), 16);
  checkInvariants(hall.map);
});

test('slots go from seats to places and back, and as many claims fit as there are seats and places', () => {
  const areas = [{ area: 'arena', capacity: 150, category: 0 }];
  const hall = new Hall({ ...roomyConfigurationOf(150), areas });
  for (let round = 0; round < 4; round += 1) {
    const holds: (readonly [string, string])[] = [];
    for (let index = 0; index < 150; index += 1) {
      const holderId = `holder-${(index * 7 + round) % 40}`;
      holds.push([holderId, hall.hold(holderId, index)], [holderId, hall.holdPlaces(holderId, 'arena', 1)]);
    }
    checkInvariants(hall.map);
    assert.deepEqual([hall.map.claims.count, hall.map.areas.freeOf(0), hall.map.counts.free], [300, 0, 0]);
    for (const [index, [holderId, holdId]] of holds.entries()) {
      if (index % 3 === round % 3) hall.cancel(hall.confirm(holderId, holdId));
      else if (index % 2 === 0) hall.release(holderId, holdId);
    }
    checkInvariants(hall.map);
    assert.equal(seatMapDifference(hall.replayed(), hall.map), null);
    hall.nowMs += 1_000;
    hall.endDue();
  }
  assert.deepEqual([hall.map.claims.count, hall.map.holders.count], [0, 0]);
});
