import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { apply, openSeatMap } from './apply.js';
import type { Change } from './change.js';
import { checkInvariants } from './invariants.js';
import { configurationOf, Hall, identityOf, openedAtMs } from './testing/hall.js';

const atMs = openedAtMs + 100;
const ann = identityOf('ann');
const operator = identityOf('operator');
/** Ann holds 0 and 1 as change 2, until 1,000 ms after the opening; bob's hold, change 3, became booking 4 of seat 2; 3 is blocked. */
function hallInUse(): Hall {
  const hall = new Hall();
  hall.hold('ann', 0, 1);
  hall.confirm('bob', hall.hold('bob', 2));
  hall.block(3);
  return hall;
}

const held = { holdEpoch: 3, holdSeq: 2 };
const confirmed = { holdEpoch: 3, holdSeq: 3 };
const booking = { bookingEpoch: 3, bookingSeq: 4, holderId: 'bob', reason: 'why' };
const deadlineMs = openedAtMs + 2_000;
const priced = { totalMinor: 1, orderRef: 'order' };

const misfits: Record<string, Change> = {
  '[I3] a held seat is held again': {
    kind: 'SeatsHeld',
    atMs,
    identity: ann,
    deadlineMs,
    seats: [5, 0],
    totalMinor: 1,
  },
  '[I3] a booked seat is held': { kind: 'SeatsHeld', atMs, identity: ann, deadlineMs, seats: [2], totalMinor: 1 },
  '[I3] a blocked seat is held': { kind: 'SeatsHeld', atMs, identity: ann, deadlineMs, seats: [3], totalMinor: 1 },
  '[I3] a seat is named twice': { kind: 'SeatsHeld', atMs, identity: ann, deadlineMs, seats: [5, 5], totalMinor: 1 },
  '[I3] there is no such seat': { kind: 'SeatsHeld', atMs, identity: ann, deadlineMs, seats: [12], totalMinor: 1 },
  '[I4] a hold has no seats': { kind: 'SeatsHeld', atMs, identity: ann, deadlineMs, seats: [], totalMinor: 1 },
  '[I5] a deadline is not ahead': {
    kind: 'SeatsHeld',
    atMs,
    identity: ann,
    deadlineMs: atMs,
    seats: [5],
    totalMinor: 1,
  },
  '[I2] a confirm of no hold': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    holdEpoch: 3,
    holdSeq: 9,
    seats: [0, 1],
    ...priced,
  },
  '[I2] a confirm of a booking': {
    kind: 'BookingConfirmed',
    atMs,
    identity: identityOf('bob'),
    ...confirmed,
    seats: [2],
    ...priced,
  },
  '[I2] a confirm of another’s hold': {
    kind: 'BookingConfirmed',
    atMs,
    identity: identityOf('bob'),
    ...held,
    seats: [0, 1],
    ...priced,
  },
  '[I2] a confirm of a hold of another epoch': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    holdEpoch: 2,
    holdSeq: 2,
    seats: [0, 1],
    ...priced,
  },
  '[I2] a confirm of some of the seats': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    ...held,
    seats: [0],
    ...priced,
  },
  '[I2] a confirm of more seats': {
    kind: 'BookingConfirmed',
    atMs,
    identity: ann,
    ...held,
    seats: [0, 1, 5],
    ...priced,
  },
  '[I2] a confirm at the deadline': {
    kind: 'BookingConfirmed',
    atMs: openedAtMs + 1_000,
    identity: ann,
    ...held,
    seats: [0, 1],
    ...priced,
  },
  '[I2] an extension at the deadline': {
    kind: 'HoldExtended',
    atMs: openedAtMs + 1_000,
    identity: ann,
    ...held,
    deadlineMs,
    seats: [0, 1],
    totalMinor: 1,
  },
  '[I5] an extension to an earlier deadline': {
    kind: 'HoldExtended',
    atMs,
    identity: ann,
    ...held,
    deadlineMs: openedAtMs + 999,
    seats: [0, 1],
    totalMinor: 1,
  },
  '[I5] an expiry before the deadline': {
    kind: 'HoldExpired',
    atMs: openedAtMs + 999,
    ...held,
    holderId: 'ann',
    seats: [0, 1],
  },
  '[I4] a release of a seat that the hold does not have': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [5],
    remaining: [0, 1],
  },
  '[I4] a release that forgets a seat': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [0],
    remaining: [],
  },
  '[I4] a release of a seat twice': {
    kind: 'HoldReleased',
    atMs,
    identity: ann,
    ...held,
    seats: [0, 0],
    remaining: [1],
  },
  '[I4] a release of nothing': { kind: 'HoldReleased', atMs, identity: ann, ...held, seats: [], remaining: [0, 1] },
  '[I4] a release by another': {
    kind: 'HoldReleased',
    atMs,
    identity: operator,
    ...held,
    seats: [0, 1],
    remaining: [],
  },
  '[I4] a revoke of a booking': {
    kind: 'HoldRevoked',
    atMs,
    identity: operator,
    ...confirmed,
    holderId: 'bob',
    seats: [2],
    reason: '',
  },
  '[I4] a revoke from the wrong holder': {
    kind: 'HoldRevoked',
    atMs,
    identity: operator,
    ...held,
    holderId: 'bob',
    seats: [0, 1],
    reason: '',
  },
  '[I1] a cancel of a held seat': { kind: 'BookingCancelled', atMs, identity: operator, ...booking, seats: [0, 1] },
  '[I1] a cancel of more seats': { kind: 'BookingCancelled', atMs, identity: operator, ...booking, seats: [2, 0] },
  '[I1] a cancel of no seats': { kind: 'BookingCancelled', atMs, identity: operator, ...booking, seats: [] },
  '[I1] a cancel of another booking': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...booking,
    bookingSeq: 3,
    seats: [2],
  },
  '[I1] a cancel of a booking of another epoch': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...booking,
    bookingEpoch: 2,
    seats: [2],
  },
  '[I1] a cancel from the wrong holder': {
    kind: 'BookingCancelled',
    atMs,
    identity: operator,
    ...booking,
    holderId: 'ann',
    seats: [2],
  },
  '[I3] a held seat is blocked': { kind: 'SeatsBlocked', atMs, identity: operator, seats: [4, 0], reason: '' },
  '[I3] a free seat is unblocked': { kind: 'SeatsUnblocked', atMs, identity: operator, seats: [3, 4], reason: '' },
  'time falls': { kind: 'SeatsBlocked', atMs: openedAtMs - 1, identity: operator, seats: [4], reason: '' },
  'there is no time': { kind: 'SeatsBlocked', atMs: Number.NaN, identity: operator, seats: [4], reason: '' },
  'the event is opened again': { kind: 'EventOpened', atMs, configuration: configurationOf() },
};

for (const [name, change] of Object.entries(misfits)) {
  test(`a change that does not fit stops the event: ${name}`, () => {
    const invariant = /^\[I\d+\]/.exec(name)?.[0] ?? 'Cannot';
    assert.throws(
      () => apply(hallInUse().map, change, 3),
      (error) => error instanceof InvariantError && error.message.includes(invariant),
    );
  });
}

test('[I8] a change of an older epoch stops the event', () => {
  const hall = hallInUse();
  assert.throws(
    () => apply(hall.map, { kind: 'SeatsBlocked', atMs, identity: operator, seats: [4], reason: '' }, 2),
    InvariantError,
  );
});

test('[I8] seq rises by one with each change and runs on across epochs', () => {
  const hall = new Hall();
  assert.deepEqual([hall.map.epoch, hall.map.seq, hall.map.atMs], [3, 1, openedAtMs]);
  hall.hold('ann', 0);
  hall.epoch = 9;
  hall.nowMs += 5;
  hall.block(1);
  assert.deepEqual([hall.map.epoch, hall.map.seq, hall.map.atMs], [9, 3, openedAtMs + 5]);
});

test('[I5] raised deadlines: none earlier than untilMs, later ones as they were, expiry in order of the deadline', () => {
  const hall = new Hall();
  const early = hall.hold('ann', 0);
  hall.nowMs += 900;
  const late = hall.hold('bob', 1);
  hall.nowMs += 5_000;
  hall.record({ kind: 'DeadlinesRaised', atMs: hall.nowMs, untilMs: openedAtMs + 6_000 });
  hall.extend('bob', late);
  hall.nowMs = openedAtMs + 5_999;
  hall.endDue();
  assert.equal(hall.map.counts.held, 2);
  hall.nowMs = openedAtMs + 6_000;
  hall.endDue();
  assert.equal(
    hall.mustReject({ kind: 'release', identity: ann, holdId: early, seats: null, quantity: null }).reason,
    'expired',
  );
  assert.equal(hall.map.counts.held, 1);
  checkInvariants(hall.map);
});

test('holds with one deadline expire in the order in which they were made', () => {
  const hall = new Hall();
  for (const seat of [5, 1, 9, 3]) hall.hold(`holder-${seat}`, seat);
  hall.nowMs += 1_000;
  hall.endDue();
  assert.deepEqual(
    hall.changes.slice(-4).map(({ change }) => 'seats' in change && change.seats),
    [[5], [1], [9], [3]],
  );
});

test('no event opens with a configuration that its columns cannot hold', () => {
  const configuration = configurationOf({ seatCount: 13 });
  assert.throws(() => openSeatMap({ kind: 'EventOpened', atMs, configuration }, 1), InvariantError);
});
