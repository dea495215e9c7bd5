import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { ActorTime } from './actor-time.js';
import { DeadlineReminder } from './deadline-reminder.js';

function scene(): { time: VirtualTime; reminder: DeadlineReminder; due: number[] } {
  const time = new VirtualTime();
  const actorTime = new ActorTime(time);
  actorTime.renewed({
    storeOffsetMs: -time.monotonicMs(),
    answersUntilMonotonicMs: Number.POSITIVE_INFINITY,
    mayTakeOverFromMonotonicMs: 0,
    wallOffsetMs: 0,
  });
  const due: number[] = [];
  return { time, due, reminder: new DeadlineReminder(actorTime, time, () => due.push(actorTime.nowMs())) };
}

test('it reminds at the nearest deadline it was given, once', () => {
  const { time, reminder, due } = scene();
  reminder.set(500);
  reminder.set(300);
  reminder.set(900);
  reminder.set(Number.POSITIVE_INFINITY);
  time.advance(2_000);
  assert.deepEqual(due, [300]);
  reminder.set(2_100);
  time.advance(2_000);
  assert.deepEqual(due, [300, 2_100]);
});

test('a deadline that has passed is reminded of at once, but not within the call', () => {
  const { time, reminder, due } = scene();
  time.advance(1_000);
  reminder.set(400);
  assert.deepEqual(due, []);
  time.advance(1);
  assert.deepEqual(due, [1_001]);
});

test('one that is further off than timers reach: it reminds early, to be set again', () => {
  const { time, reminder, due } = scene();
  const dayMs = 24 * 3_600_000;
  reminder.set(30 * dayMs);
  time.advance(30 * dayMs - 1);
  assert.deepEqual(due, [dayMs]);
});

test('cancelled, it is silent', () => {
  const { time, reminder, due } = scene();
  reminder.set(500);
  reminder.cancel();
  assert.equal(time.pendingTimers, 0);
  time.advance(1_000);
  assert.deepEqual(due, []);
});
