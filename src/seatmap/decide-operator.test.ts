import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationOf, Hall, identityOf, openedAtMs } from './testing/hall.js';

const identity = identityOf('operator');
const list = (kind: 'block' | 'unblock', ...seats: number[]) => ({
  kind,
  identity,
  seats,
  places: null,
  reason: 'why',
});
const revoke = (holdId: string) => ({ kind: 'revoke' as const, identity, holdId, reason: 'why' });
const cancel = (bookingId: string) => ({ kind: 'cancel' as const, identity, bookingId, reason: 'why' });

test('[I9] operators block free seats, all or none, and unblock blocked ones', () => {
  const hall = new Hall(configurationOf({ onSaleAtMs: openedAtMs + 1_000_000 }));
  hall.block(11, 0, 5, 4, 3);
  assert.deepEqual(hall.mustReject(list('block', 1, 0, 2)), {
    code: 'seat_taken',
    message: 'Cannot block seats as not all of them are free',
    seats: [0],
  });
  assert.deepEqual(hall.mustReject(list('unblock', 0, 1, 11)), {
    code: 'not_available',
    message: 'Cannot unblock seats as not all of them are blocked',
    seats: [1],
  });
  for (const kind of ['block', 'unblock'] as const) {
    const { code, seats } = hall.mustReject(list(kind, 0, 12));
    assert.deepEqual([code, seats], ['unknown_seat', [12]]);
  }
  assert.deepEqual(hall.map.counts, { free: 7, held: 0, booked: 0, blocked: 5 });
  hall.unblock(0, 11);
  assert.deepEqual(hall.states(), [0, 0, 0, 3, 3, 3, 0, 0, 0, 0, 0, 0]);
});

test('held and booked seats cannot be blocked', () => {
  const hall = new Hall();
  hall.hold('ann', 0);
  hall.confirm('ann', hall.hold('ann', 1));
  assert.deepEqual(hall.mustReject(list('block', 0, 1, 2)).seats, [0, 1]);
});

test('[I4] an operator revokes anyone’s live hold', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 1, 0);
  const change = hall.mustAccept(revoke(holdId));
  assert.deepEqual(change, {
    kind: 'HoldRevoked',
    atMs: openedAtMs,
    identity,
    holdEpoch: 3,
    holdSeq: 2,
    holderId: 'ann',
    seats: [1, 0],
    reason: 'why',
  });
  assert.equal(hall.map.counts.free, 12);
  const again = hall.mustReject(revoke(holdId));
  assert.deepEqual([again.code, again.reason], ['hold_ended', 'revoked']);
  assert.equal(hall.mustReject(revoke('H3-7')).code, 'unknown_hold');
});

test('[I1] a cancelled booking’s seats are free for another, once', () => {
  const hall = new Hall();
  const bookingId = hall.confirm('ann', hall.hold('ann', 3, 2));
  hall.confirm('bob', hall.hold('bob', 4));
  const change = hall.mustAccept(cancel(bookingId));
  assert.deepEqual('seats' in change && [change.kind, change.seats], ['BookingCancelled', [3, 2]]);
  assert.equal(hall.map.holders.find('ann'), -1);
  hall.confirm('bob', hall.hold('bob', 3));
  const again = hall.mustReject(cancel(bookingId));
  assert.deepEqual([again.code, /booking/.test(again.message)], ['hold_ended', true]);
  assert.deepEqual(hall.map.counts, { free: 10, held: 0, booked: 2, blocked: 0 });
});

test('404 unknown_hold, speaking of a booking, where there is no such booking', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 0);
  const bookingId = hall.confirm('ann', holdId);
  for (const id of [
    '',
    'B3-99',
    'B2-3',
    holdId,
    bookingId.toLowerCase(),
    `${bookingId}0`,
    holdId.replace('H', 'B'),
    'B3-0',
  ]) {
    const { code, message } = hall.mustReject(cancel(id));
    assert.deepEqual([code, /no such booking/.test(message)], ['unknown_hold', true], id);
  }
  hall.cancel(bookingId);
});
