import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { decide } from './decide.js';
import { configurationOf, Hall, identityOf, openedAtMs } from './testing/hall.js';

const hold = (holderId: string, ...seats: number[]) => ({
  kind: 'hold' as const,
  identity: identityOf(holderId),
  seats,
});

test('a hold has its seats in the order asked for, the price of each category, and the full hold time', () => {
  const hall = new Hall();
  assert.deepEqual(hall.mustAccept(hold('ann', 6, 5, 0)), {
    kind: 'SeatsHeld',
    atMs: openedAtMs,
    identity: identityOf('ann'),
    deadlineMs: openedAtMs + 1_000,
    seats: [6, 5, 0],
    totalMinor: 12_000,
  });
  assert.deepEqual(hall.states(), [1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  assert.deepEqual(hall.map.counts, { free: 9, held: 3, booked: 0, blocked: 0 });
});

test('404 unknown_seat lists the seats that are not in the chart, and comes before every other refusal', () => {
  const hall = new Hall(configurationOf({ onSaleAtMs: openedAtMs + 1 }));
  const { code, seats } = hall.mustReject(hold('ann', 0, 12, 1, 2_000_000, 2));
  assert.deepEqual([code, seats], ['unknown_seat', [12, 2_000_000]]);
});

test('422 not_on_sale before onSaleAt says how long to wait, and comes before the limits', () => {
  const hall = new Hall(configurationOf({ onSaleAtMs: openedAtMs + 500 }));
  hall.nowMs += 499;
  const { code, retryAfterMs } = hall.mustReject(hold('ann', 0, 1, 2, 3));
  assert.deepEqual([code, retryAfterMs], ['not_on_sale', 1]);
  hall.nowMs += 1;
  hall.hold('ann', 0);
});

test('422 not_on_sale from closesAt on, for holds and extensions, with no time to wait', () => {
  const hall = new Hall(configurationOf({ closesAtMs: openedAtMs + 100 }));
  hall.nowMs += 99;
  const holdId = hall.hold('ann', 0);
  hall.nowMs += 1;
  const refused = hall.mustReject(hold('bob', 1));
  assert.equal(refused.code, 'not_on_sale');
  assert.equal('retryAfterMs' in refused, false);
  assert.equal(hall.mustReject({ kind: 'extend', identity: identityOf('ann'), holdId }).code, 'not_on_sale');
});

test('[I12] 413 limit_exceeded names the limit and its value, and comes before 409', () => {
  const hall = new Hall();
  hall.hold('bob', 0);
  const tooLong = hall.mustReject(hold('ann', 0, 1, 2, 3));
  assert.equal(tooLong.code, 'limit_exceeded');
  assert.match(tooLong.message, /seatsPerHoldMax is 3$/);

  hall.hold('ann', 1, 2, 3);
  assert.match(hall.mustReject(hold('ann', 0, 4, 5)).message, /seatsPerHolderMax is 5$/);
  hall.hold('ann', 4);
  assert.match(hall.mustReject(hold('ann', 0)).message, /holdsPerHolderMax is 2$/);
  assert.deepEqual(hall.map.counts, { free: 7, held: 5, booked: 0, blocked: 0 });
});

test('[I12] booked seats count against seats a holder, a booking does not count against holds a holder', () => {
  const hall = new Hall();
  const bookingId = hall.confirm('ann', hall.hold('ann', 0, 1, 2));
  hall.hold('ann', 3);
  hall.hold('ann', 4);
  assert.match(hall.mustReject(hold('ann', 5)).message, /holdsPerHolderMax/);
  hall.nowMs += 1_000;
  assert.match(hall.mustReject(hold('ann', 3, 4, 5)).message, /seatsPerHolderMax/);
  hall.cancel(bookingId);
  hall.hold('ann', 3, 4, 5);
});

test('[I9] 409 seat_taken lists the seats that are held, booked or blocked, and nothing is held', () => {
  const hall = new Hall();
  hall.hold('ann', 0);
  hall.confirm('ann', hall.hold('ann', 1));
  hall.block(2);
  const before = hall.states();
  assert.deepEqual(hall.mustReject(hold('bob', 5, 0, 2)).seats, [0, 2]);
  const { code, message, seats } = hall.mustReject(hold('bob', 1));
  assert.deepEqual([code, seats], ['seat_taken', [1]]);
  assert.equal(message, 'Cannot hold seats as not all of them are free');
  assert.deepEqual(hall.states(), before);
});

test('a seat is free again from the moment of the deadline', () => {
  const hall = new Hall();
  hall.hold('ann', 0);
  hall.nowMs += 999;
  assert.equal(hall.mustReject(hold('bob', 0)).code, 'seat_taken');
  hall.nowMs += 1;
  hall.hold('bob', 0);
});

test('[I2] decide refuses to work while a hold is due, or when time falls', () => {
  const hall = new Hall();
  hall.hold('ann', 0);
  assert.throws(() => decide(hall.map, hold('bob', 1), openedAtMs + 1_000), InvariantError);
  assert.throws(() => decide(hall.map, hold('bob', 1), openedAtMs - 1), InvariantError);
  assert.throws(() => decide(hall.map, hold('bob', 1), Number.NaN), InvariantError);
  assert.equal(decide(hall.map, hold('bob', 1), openedAtMs + 999).kind, 'accepted');
});
