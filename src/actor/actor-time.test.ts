import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActorTime } from './actor-time.js';

function timeAt(): { time: ActorTime; clock: { monotonicMs: number; wallMs: number } } {
  const clock = { monotonicMs: 1_000, wallMs: 50_000 };
  const time = new ActorTime({ monotonicMs: () => clock.monotonicMs, wallMs: () => clock.wallMs });
  time.renewed({
    storeOffsetMs: 9_000,
    answersUntilMonotonicMs: 5_500,
    mayTakeOverFromMonotonicMs: 0,
    wallOffsetMs: 49_000,
  });
  return { time, clock };
}

test("[I5] actor time is Postgres' time carried on by the monotonic clock, whatever the wall clock does", () => {
  const { time, clock } = timeAt();
  assert.equal(time.nowMs(), 10_000);
  clock.wallMs += 3_600_000;
  assert.equal(time.nowMs(), 10_000);
  clock.monotonicMs += 250;
  assert.equal(time.nowMs(), 10_250);
});

test('actor time never falls, though a better sample says it was ahead', () => {
  const { time, clock } = timeAt();
  assert.equal(time.nowMs(), 10_000);
  time.renewed({
    storeOffsetMs: 8_000,
    answersUntilMonotonicMs: 5_500,
    mayTakeOverFromMonotonicMs: 0,
    wallOffsetMs: 49_000,
  });
  assert.equal(time.nowMs(), 10_000);
  clock.monotonicMs += 1_500;
  assert.equal(time.nowMs(), 10_500);
});

test('answers stop at the end of the lease and go on once it is renewed', () => {
  const { time, clock } = timeAt();
  assert.ok(time.mayAnswer());
  clock.monotonicMs = 5_500;
  clock.wallMs = 54_500;
  assert.ok(!time.mayAnswer());
  time.renewed({
    storeOffsetMs: 9_000,
    answersUntilMonotonicMs: 10_000,
    mayTakeOverFromMonotonicMs: 0,
    wallOffsetMs: 49_000,
  });
  assert.ok(time.mayAnswer());
});

test('a machine that was suspended (the wall clock jumped) does not answer before its lease is renewed', () => {
  const { time, clock } = timeAt();
  clock.wallMs += 60_000;
  assert.ok(!time.mayAnswer());
  time.renewed({
    storeOffsetMs: 69_000,
    answersUntilMonotonicMs: 5_500,
    mayTakeOverFromMonotonicMs: 0,
    wallOffsetMs: 109_000,
  });
  assert.ok(time.mayAnswer());
});

test('without a lease nothing is answered', () => {
  assert.ok(!new ActorTime({ monotonicMs: () => 0, wallMs: () => 0 }).mayAnswer());
});
