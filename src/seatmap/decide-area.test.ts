import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdsOf } from './answer.js';
import { Hall, identityOf, openedAtMs, standingConfigurationOf } from './testing/hall.js';

const holdArea = (holderId: string, area: string, quantity: number) => ({
  kind: 'holdArea' as const,
  identity: identityOf(holderId),
  places: { area, quantity },
});
const release = (holderId: string, holdId: string, seats: number[] | null, quantity: number | null) => ({
  kind: 'release' as const,
  identity: identityOf(holderId),
  holdId,
  seats,
  quantity,
});
const list = (kind: 'block' | 'unblock', area: string, quantity: number) => ({
  kind,
  identity: identityOf('operator'),
  seats: [],
  places: { area, quantity },
  reason: 'why',
});

test('a hold of places has their price and the full hold time', () => {
  const hall = new Hall(standingConfigurationOf());
  assert.deepEqual(hall.mustAccept(holdArea('ann', 'box', 2)), {
    kind: 'PlacesHeld',
    atMs: openedAtMs,
    identity: identityOf('ann'),
    deadlineMs: openedAtMs + 1_000,
    places: { area: 'box', quantity: 2 },
    totalMinor: 10_000,
  });
  assert.deepEqual(
    [hall.placesOf('floor'), hall.placesOf('box')],
    [
      [10, 0, 0, 0],
      [1, 2, 0, 0],
    ],
  );
  assert.deepEqual(hall.map.counts, { free: 12, held: 0, booked: 0, blocked: 0 });
});

test('404 unknown_area where the event has no such area, before every other refusal', () => {
  const hall = new Hall(standingConfigurationOf({ onSaleAtMs: openedAtMs + 1 }));
  assert.deepEqual(hall.mustReject(holdArea('ann', 'nowhere', 9)), {
    code: 'unknown_area',
    message: 'Cannot hold places as there is no such area: area is nowhere',
  });
  assert.equal(new Hall().mustReject(holdArea('ann', 'floor', 1)).code, 'unknown_area');
});

test('422 not_on_sale before onSaleAt and from closesAt on, before the limits', () => {
  const hall = new Hall(standingConfigurationOf({ onSaleAtMs: openedAtMs + 500, closesAtMs: openedAtMs + 900 }));
  const { code, retryAfterMs } = hall.mustReject(holdArea('ann', 'floor', 9));
  assert.deepEqual([code, retryAfterMs], ['not_on_sale', 500]);
  hall.nowMs += 500;
  hall.holdPlaces('ann', 'floor', 1);
  hall.nowMs += 400;
  assert.equal(hall.mustReject(holdArea('ann', 'floor', 9)).code, 'not_on_sale');
});

test('[I12] 413 limit_exceeded: places count as seats, together with them, before 409', () => {
  const hall = new Hall(standingConfigurationOf());
  assert.match(hall.mustReject(holdArea('ann', 'box', 4)).message, /seatsPerHoldMax is 3$/);
  hall.hold('ann', 0, 1, 2);
  assert.match(hall.mustReject(holdArea('ann', 'floor', 3)).message, /seatsPerHolderMax is 5$/);
  hall.confirm('ann', hall.holdPlaces('ann', 'floor', 2));
  const oneMore = { kind: 'hold' as const, identity: identityOf('ann'), seats: [4] };
  assert.match(hall.mustReject(oneMore).message, /seatsPerHolderMax is 5$/);
  hall.holdPlaces('bob', 'floor', 1);
  hall.holdPlaces('bob', 'floor', 1);
  assert.match(hall.mustReject(holdArea('bob', 'floor', 1)).message, /holdsPerHolderMax is 2$/);
});

test('[I9] [I11] 409 not_available where fewer places are free than asked for, and none is held', () => {
  const hall = new Hall(standingConfigurationOf());
  hall.holdPlaces('ann', 'box', 2);
  assert.deepEqual(hall.mustReject(holdArea('bob', 'box', 2)), {
    code: 'not_available',
    message: 'Cannot hold places as too few are free: area is box, quantity is 2, free are 1',
  });
  hall.blockPlaces('box', 1);
  assert.equal(hall.mustReject(holdArea('bob', 'box', 1)).code, 'not_available');
  assert.deepEqual(hall.placesOf('box'), [0, 2, 0, 1]);
  hall.nowMs += 1_000;
  hall.holdPlaces('bob', 'box', 2);
});

test('[I4] places leave a hold some at a time; with the last one it ends', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  assert.deepEqual(hall.releasePlaces('ann', holdId, 2), {
    kind: 'HoldReleased',
    atMs: openedAtMs,
    identity: identityOf('ann'),
    holdEpoch: 3,
    holdSeq: 2,
    seats: [],
    places: { area: 'floor', quantity: 2 },
    remaining: [],
    remainingQuantity: 1,
  });
  assert.deepEqual(holdsOf(hall.map, 'ann', hall.nowMs).holds, [
    { holdId, seats: [], area: 'floor', quantity: 1, expiresInMs: 1_000 },
  ]);
  hall.releasePlaces('ann', holdId, 1);
  assert.equal(hall.mustReject(release('ann', holdId, null, 1)).reason, 'released');
  assert.equal(hall.map.holders.find('ann'), -1);
  hall.release('ann', hall.holdPlaces('ann', 'floor', 3));
  assert.deepEqual(hall.placesOf('floor'), [10, 0, 0, 0]);
});

test('[I9] 404 unknown_hold for more places than the hold has, and for seats, which it has not', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 2);
  hall.holdPlaces('bob', 'floor', 3);
  assert.deepEqual(hall.mustReject(release('ann', holdId, null, 3)), {
    code: 'unknown_hold',
    message: `Cannot release places as the hold has fewer: holdId is ${holdId}, quantity is 3, it has 2`,
  });
  for (const quantity of [null, 1]) {
    const { code, seats } = hall.mustReject(release('ann', holdId, [0, 1], quantity));
    assert.deepEqual([code, seats], ['unknown_hold', [0, 1]]);
  }
  assert.equal(hall.mustReject(release('bob', holdId, null, 1)).code, 'unknown_hold');
  assert.deepEqual(hall.placesOf('floor'), [5, 5, 0, 0]);
});

test('404 unknown_area for places of a hold of seats, which stays as it is', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.hold('ann', 0, 1);
  for (const seats of [null, [0]]) {
    assert.deepEqual(hall.mustReject(release('ann', holdId, seats, 1)), {
      code: 'unknown_area',
      message: `Cannot release places as the hold is of no area: holdId is ${holdId}`,
    });
  }
  assert.equal(hall.map.counts.held, 2);
});

test('a hold of places is extended and confirmed at the price of those that it still has', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  hall.releasePlaces('ann', holdId, 1);
  hall.nowMs += 700;
  const places = { area: 'floor', quantity: 2 };
  const common = { identity: identityOf('ann'), holdEpoch: 3, holdSeq: 2, seats: [], places, totalMinor: 4_000 };
  assert.deepEqual(hall.extend('ann', holdId), {
    kind: 'HoldExtended',
    atMs: openedAtMs + 700,
    deadlineMs: openedAtMs + 1_700,
    ...common,
  });
  hall.nowMs += 900;
  const confirm = {
    kind: 'confirm' as const,
    identity: identityOf('ann'),
    holdId,
    orderRef: 'order',
    by: 'holder' as const,
  };
  assert.deepEqual(hall.mustAccept(confirm), {
    kind: 'BookingConfirmed',
    atMs: openedAtMs + 1_600,
    orderRef: 'order',
    ...common,
  });
  assert.deepEqual(hall.placesOf('floor'), [8, 0, 2, 0]);
  assert.deepEqual(hall.ask(confirm), { kind: 'already', seq: hall.map.seq });
});

test('[I1] [I4] expiry, revoke and cancel free all places, once', () => {
  const hall = new Hall(standingConfigurationOf());
  const expired = hall.holdPlaces('ann', 'floor', 3);
  hall.nowMs += 1_000;
  hall.endDue();
  assert.deepEqual(hall.changes.at(-1)?.change, {
    kind: 'HoldExpired',
    atMs: openedAtMs + 1_000,
    holdEpoch: 3,
    holdSeq: 2,
    holderId: 'ann',
    seats: [],
    places: { area: 'floor', quantity: 3 },
  });
  assert.equal(hall.mustReject(release('ann', expired, null, 1)).reason, 'expired');
  const revoked = hall.revoke(hall.holdPlaces('bob', 'floor', 2));
  assert.deepEqual('places' in revoked && revoked.places, { area: 'floor', quantity: 2 });
  const bookingId = hall.confirm('cid', hall.holdPlaces('cid', 'box', 2));
  const cancelled = hall.cancel(bookingId);
  assert.deepEqual('places' in cancelled && cancelled.places, { area: 'box', quantity: 2 });
  const again = { kind: 'cancel' as const, identity: identityOf('operator'), bookingId, reason: 'why' };
  assert.equal(hall.mustReject(again).code, 'hold_ended');
  assert.deepEqual(hall.map.areas.all(), [
    ['floor', 10, 0, 0, 0],
    ['box', 3, 0, 0, 0],
  ]);
});

test('[I9] [I11] operators block free places and unblock blocked ones, on sale or not, all or none', () => {
  const hall = new Hall(standingConfigurationOf({ onSaleAtMs: openedAtMs + 1_000_000 }));
  assert.deepEqual(hall.mustAccept(list('block', 'floor', 8)), {
    kind: 'PlacesBlocked',
    atMs: openedAtMs,
    identity: identityOf('operator'),
    places: { area: 'floor', quantity: 8 },
    reason: 'why',
  });
  assert.deepEqual(hall.mustReject(list('block', 'floor', 3)), {
    code: 'not_available',
    message: 'Cannot block places as too few are free: area is floor, quantity is 3, free are 2',
  });
  assert.equal(hall.mustAccept(list('unblock', 'floor', 5)).kind, 'PlacesUnblocked');
  assert.deepEqual(hall.mustReject(list('unblock', 'floor', 4)), {
    code: 'not_available',
    message: 'Cannot unblock places as too few are blocked: area is floor, quantity is 4, blocked are 3',
  });
  for (const kind of ['block', 'unblock'] as const)
    assert.equal(hall.mustReject(list(kind, 'nowhere', 1)).code, 'unknown_area');
  assert.deepEqual(hall.placesOf('floor'), [7, 0, 0, 3]);
});

test('an event of areas alone sells them, and has no seat', () => {
  const hall = new Hall(standingConfigurationOf({ seatCount: 0, seatCategories: [] }));
  hall.confirm('ann', hall.holdPlaces('ann', 'floor', 2));
  const seat = { kind: 'hold' as const, identity: identityOf('ann'), seats: [0] };
  assert.equal(hall.mustReject(seat).code, 'unknown_seat');
  assert.deepEqual(hall.placesOf('floor'), [8, 0, 2, 0]);
});
