import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdsOf } from './answer.js';
import { holdIdOf } from './ids.js';
import { configurationOf, Hall, identityOf, openedAtMs } from './testing/hall.js';

const extend = (holderId: string, holdId: string) => ({
  kind: 'extend' as const,
  identity: identityOf(holderId),
  holdId,
});
const release = (holderId: string, holdId: string, seats: number[] | null = null) => ({
  kind: 'release' as const,
  identity: identityOf(holderId),
  holdId,
  seats,
  quantity: null,
});
const confirm = (holderId: string, holdId: string, by: 'holder' | 'server' = 'holder') => ({
  kind: 'confirm' as const,
  identity: identityOf(holderId),
  holdId,
  orderRef: 'order',
  by,
});

test('404 unknown_hold for malformed ids, holds that never were, and holds of others, live or ended', () => {
  const hall = new Hall();
  const lives = hall.hold('ann', 0);
  const ended = hall.hold('ann', 1);
  hall.release('ann', ended);
  const booked = hall.hold('ann', 2);
  hall.confirm('ann', booked);
  const strange = ['', 'H', 'B3-2', 'H3-2 ', 'h3-2', 'H3-99', holdIdOf(3, 1), 'H3-zzzzzzzzzzz', 'H3-2-2'];
  for (const holdId of [...strange, lives, ended, booked]) {
    for (const command of [extend('bob', holdId), release('bob', holdId), confirm('bob', holdId)]) {
      const { code, reason } = hall.mustReject(command);
      assert.deepEqual([code, reason], ['unknown_hold', undefined], `${command.kind} ${holdId}`);
    }
  }
});

test('a hold of another epoch with the same seq is unknown: it was decided but never committed', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 0);
  const neverCommitted = holdIdOf(hall.epoch - 1, hall.map.seq);
  assert.equal(hall.mustReject(release('ann', neverCommitted)).code, 'unknown_hold');
  hall.epoch += 2;
  hall.hold('bob', 1);
  hall.release('ann', holdId);
});

test('410 hold_ended tells the holder how the hold ended', () => {
  const hall = new Hall();
  const released = hall.hold('ann', 0);
  hall.release('ann', released);
  const revoked = hall.hold('ann', 0);
  hall.revoke(revoked);
  const confirmed = hall.hold('ann', 0);
  hall.confirm('ann', confirmed);
  const expired = hall.hold('ann', 1);
  hall.nowMs += 1_000;
  for (const [holdId, reason] of Object.entries({
    [released]: 'released',
    [revoked]: 'revoked',
    [confirmed]: 'confirmed',
    [expired]: 'expired',
  })) {
    for (const command of [extend('ann', holdId), release('ann', holdId), confirm('ann', holdId)]) {
      if (reason === 'confirmed' && command.kind === 'confirm') continue;
      const rejection = hall.mustReject(command);
      assert.deepEqual([rejection.code, rejection.reason], ['hold_ended', reason], `${command.kind} ${reason}`);
    }
  }
});

test('an extension sets the remaining time to the full hold time, as often as the limit allows', () => {
  const hall = new Hall(configurationOf({ extensionsPerHoldMax: 2 }));
  const holdId = hall.hold('ann', 0, 6);
  hall.nowMs += 700;
  assert.deepEqual(hall.extend('ann', holdId), {
    kind: 'HoldExtended',
    atMs: openedAtMs + 700,
    identity: identityOf('ann'),
    holdEpoch: 3,
    holdSeq: 2,
    deadlineMs: openedAtMs + 1_700,
    seats: [0, 6],
    totalMinor: 7_000,
  });
  hall.nowMs += 999;
  hall.extend('ann', holdId);
  const refused = hall.mustReject(extend('ann', holdId));
  assert.equal(refused.code, 'limit_exceeded');
  assert.match(refused.message, /extensionsPerHoldMax is 2$/);
  hall.nowMs += 999;
  assert.equal(holdsOf(hall.map, 'ann', hall.nowMs).holds.length, 1);
  hall.nowMs += 1;
  hall.endDue();
  assert.deepEqual(holdsOf(hall.map, 'ann', hall.nowMs).holds, []);
});

test('[I5] an extension never brings a deadline forward that a recovery has raised', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 0);
  hall.record({ kind: 'DeadlinesRaised', atMs: openedAtMs + 5_000, untilMs: openedAtMs + 35_000 });
  hall.nowMs += 6_000;
  hall.extend('ann', holdId);
  assert.deepEqual(holdsOf(hall.map, 'ann', hall.nowMs).holds, [{ holdId, seats: [0], expiresInMs: 29_000 }]);
});

test('[I4] a release of some seats leaves the others in the hold; of all, listed or not, ends it', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 4, 2, 3);
  const partly = hall.release('ann', holdId, [3, 4]);
  assert.deepEqual('remaining' in partly && [partly.seats, partly.remaining], [[3, 4], [2]]);
  assert.deepEqual(holdsOf(hall.map, 'ann', hall.nowMs).holds, [{ holdId, seats: [2], expiresInMs: 1_000 }]);
  const rest = hall.release('ann', holdId, [2]);
  assert.deepEqual('remaining' in rest && rest.remaining, []);
  assert.equal(hall.mustReject(release('ann', holdId)).reason, 'released');
  const whole = hall.release('ann', hall.hold('ann', 9, 8));
  assert.deepEqual('remaining' in whole && [whole.seats, whole.remaining], [[9, 8], []]);
  assert.deepEqual(hall.map.counts, { free: 12, held: 0, booked: 0, blocked: 0 });
});

test('[I9] 404 unknown_hold for a seat that the hold does not have, and none of the others is released', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 0, 1);
  hall.hold('ann', 2);
  const { code, seats } = hall.mustReject(release('ann', holdId, [0, 2, 99]));
  assert.deepEqual([code, seats], ['unknown_hold', [2, 99]]);
  assert.deepEqual(hall.map.counts, { free: 9, held: 3, booked: 0, blocked: 0 });
  hall.release('ann', holdId, [0]);
  assert.equal(hall.mustReject(release('ann', holdId, [0])).code, 'unknown_hold');
});

test('[I2] a confirm is in time until just before the deadline, and too late at the deadline', () => {
  for (const [ms, accepted] of [
    [999, true],
    [1_000, false],
  ] as const) {
    const hall = new Hall();
    const holdId = hall.hold('ann', 0);
    hall.nowMs += ms;
    const decision = hall.ask(confirm('ann', holdId));
    assert.equal(decision.kind, accepted ? 'accepted' : 'rejected');
    if (decision.kind === 'rejected') assert.equal(decision.rejection.reason, 'expired');
  }
});

test('[I2] a confirm covers the seats that the hold still has, and is accepted after closesAt', () => {
  const hall = new Hall(configurationOf({ closesAtMs: openedAtMs + 10 }));
  const holdId = hall.hold('ann', 6, 0, 1);
  hall.release('ann', holdId, [0]);
  hall.nowMs += 500;
  assert.deepEqual(hall.mustAccept(confirm('ann', holdId)), {
    kind: 'BookingConfirmed',
    atMs: openedAtMs + 500,
    identity: identityOf('ann'),
    holdEpoch: 3,
    holdSeq: 2,
    orderRef: 'order',
    seats: [6, 1],
    totalMinor: 7_000,
  });
  hall.nowMs += 5_000;
  hall.endDue();
  assert.deepEqual(hall.map.counts, { free: 10, held: 0, booked: 2, blocked: 0 });
});

test('confirming one’s own confirmed hold gives the same booking, also once that is cancelled', () => {
  const hall = new Hall();
  const holdId = hall.hold('ann', 0);
  const bookingId = hall.confirm('ann', holdId);
  const bookingSeq = hall.map.seq;
  assert.deepEqual(hall.ask(confirm('ann', holdId)), { kind: 'already', seq: bookingSeq });
  hall.cancel(bookingId);
  hall.hold('bob', 0);
  assert.deepEqual(hall.ask(confirm('ann', holdId)), { kind: 'already', seq: bookingSeq });
});

test('where only a server may confirm, a holder is forbidden to, whatever the hold', () => {
  const hall = new Hall(configurationOf({ confirmBy: 'server' }));
  const holdId = hall.hold('ann', 0);
  for (const id of [holdId, 'nonsense']) assert.equal(hall.mustReject(confirm('ann', id)).code, 'forbidden');
  hall.mustAccept(confirm('ann', holdId, 'server'));
});
