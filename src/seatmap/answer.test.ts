import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { acceptedBody, firstAcceptedBody, holdsOf } from './answer.js';
import { Hall, identityOf, openedAtMs, standingConfigurationOf } from './testing/hall.js';

test('bodies of accepted commands are those of the protocol page, section 3', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 6, 0, 1);
  const held = { holdId, seats: [6, 0, 1], expiresInMs: 1_000, totalMinor: 12_000, currency: 'EUR' };
  assert.deepEqual(hall.lastBody(), held);
  hall.nowMs += 400;
  assert.deepEqual(hall.lastBody(), { ...held, expiresInMs: 600 });
  hall.release('ann', holdId, [0]);
  assert.deepEqual(hall.lastBody(), { holdId, seats: [0], remaining: [6, 1] });
  hall.extend('ann', holdId);
  assert.deepEqual(hall.lastBody(), { holdId, seats: [6, 1], expiresInMs: 1_000, totalMinor: 7_000, currency: 'EUR' });
  const bookingId = hall.confirm('ann', holdId);
  assert.deepEqual(hall.lastBody(), { bookingId, seats: [6, 1], totalMinor: 7_000, currency: 'EUR' });
  assert.notEqual(bookingId, holdId);
  hall.cancel(bookingId);
  assert.deepEqual(hall.lastBody(), { seats: [6, 1] });
  hall.block(4, 3);
  assert.deepEqual(hall.lastBody(), { seats: [4, 3] });
  hall.unblock(3);
  assert.deepEqual(hall.lastBody(), { seats: [3] });
  hall.revoke(hall.hold('bob', 9));
  assert.deepEqual(hall.lastBody(), { seats: [9] });
});

test('a repeat gets its first answer with the time that is left: after an extension more, after the end 0', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 0, 1);
  const change = hall.changes.at(-1)?.change;
  assert.ok(change);
  const repeated = () => acceptedBody(change, 3, 2, hall.map, hall.nowMs);
  hall.release('ann', holdId, [1]);
  hall.nowMs += 300;
  const first = { holdId, seats: [0, 1], totalMinor: 10_000, currency: 'EUR' };
  assert.deepEqual(repeated(), { ...first, expiresInMs: 700 });
  hall.extend('ann', holdId);
  assert.deepEqual(repeated(), { ...first, expiresInMs: 1_000 });
  hall.confirm('ann', holdId);
  assert.deepEqual(repeated(), { ...first, expiresInMs: 0 });
});

test('a hold whose deadline has passed has no time left, never less', () => {
  const hall = new Hall();
  hall.hold('ann', 0);
  assert.deepEqual(
    holdsOf(hall.map, 'ann', openedAtMs + 5_000).holds.map((hold) => hold.expiresInMs),
    [0],
  );
});

test('a change that no command makes is no answer', () => {
  const hall = new Hall();
  const change = { kind: 'DeadlinesRaised', atMs: openedAtMs, untilMs: openedAtMs } as const;
  assert.throws(() => acceptedBody(change, 3, 2, hall.map, openedAtMs), InvariantError);
});

test('my holds: the live ones of that holder, oldest first, whatever ended between', () => {
  const hall = new Hall();
  const first = hall.hold('ann', 5, 4);
  hall.hold('bob', 0);
  hall.nowMs += 200;
  const second = hall.hold('ann', 1);
  assert.deepEqual(holdsOf(hall.map, 'ann', hall.nowMs), {
    holds: [
      { holdId: first, seats: [5, 4], expiresInMs: 800 },
      { holdId: second, seats: [1], expiresInMs: 1_000 },
    ],
  });
  hall.release('ann', first);
  hall.epoch = 40;
  const third = hall.hold('ann', 7);
  assert.deepEqual(
    holdsOf(hall.map, 'ann', hall.nowMs).holds.map((hold) => hold.holdId),
    [second, third],
  );
  hall.confirm('ann', second);
  assert.deepEqual(
    holdsOf(hall.map, 'ann', hall.nowMs).holds.map((hold) => hold.holdId),
    [third],
  );
  assert.deepEqual(holdsOf(hall.map, identityOf('nobody').holderId, hall.nowMs), { holds: [] });
});

test('bodies of commands on places name their area and quantity, and no seats', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  const held = { holdId, seats: [], area: 'floor', quantity: 3, totalMinor: 6_000, currency: 'EUR' };
  assert.deepEqual(hall.lastBody(), { ...held, expiresInMs: 1_000 });
  hall.nowMs += 400;
  assert.deepEqual(hall.lastBody(), { ...held, expiresInMs: 600 });
  hall.releasePlaces('ann', holdId, 1);
  const released = { holdId, seats: [], remaining: [], area: 'floor' };
  assert.deepEqual(hall.lastBody(), { ...released, quantity: 1, remainingQuantity: 2 });
  hall.extend('ann', holdId);
  assert.deepEqual(hall.lastBody(), { ...held, quantity: 2, totalMinor: 4_000, expiresInMs: 1_000 });
  const live = { holdId, seats: [], area: 'floor', quantity: 2, expiresInMs: 1_000 };
  assert.deepEqual(holdsOf(hall.map, 'ann', hall.nowMs), { holds: [live] });
  const bookingId = hall.confirm('ann', holdId);
  const places = { seats: [], area: 'floor', quantity: 2 };
  assert.deepEqual(hall.lastBody(), { bookingId, ...places, totalMinor: 4_000, currency: 'EUR' });
  hall.cancel(bookingId);
  assert.deepEqual(hall.lastBody(), places);
  hall.blockPlaces('box', 2);
  assert.deepEqual(hall.lastBody(), { seats: [], area: 'box', quantity: 2 });
  hall.unblockPlaces('box', 1);
  assert.deepEqual(hall.lastBody(), { seats: [], area: 'box', quantity: 1 });
  hall.revoke(hall.holdPlaces('bob', 'box', 1));
  assert.deepEqual(hall.lastBody(), { seats: [], area: 'box', quantity: 1 });
  const whole = hall.holdPlaces('bob', 'box', 2);
  hall.release('bob', whole);
  const all = { holdId: whole, seats: [], remaining: [], area: 'box', quantity: 2, remainingQuantity: 0 };
  assert.deepEqual(hall.lastBody(), all);
});

test('a repeat of a hold of places gets its first answer with the time that is left', () => {
  const hall = new Hall(standingConfigurationOf());
  const holdId = hall.holdPlaces('ann', 'floor', 3);
  const { change } = must(hall.changes.at(-1), 'a change');
  const first = firstAcceptedBody(change, 3, 2, hall.map, hall.nowMs);
  assert.deepEqual('expiresInMs' in first && first.expiresInMs, 1_000);
  hall.releasePlaces('ann', holdId, 2);
  hall.nowMs += 300;
  assert.deepEqual(acceptedBody(change, 3, 2, hall.map, hall.nowMs), { ...first, expiresInMs: 700 });
  hall.releasePlaces('ann', holdId, 1);
  assert.deepEqual(acceptedBody(change, 3, 2, hall.map, hall.nowMs), { ...first, expiresInMs: 0 });
});
