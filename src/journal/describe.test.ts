import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../seatmap/change.js';
import { describeEntry } from './describe.js';
import { bookingCancelled, oneOfEachPlacesChange, oneOfEachSeatsChange } from './testing/changes.js';

function linesOf(changes: readonly Change[]): string[] {
  return changes.map((change, index) => describeEntry({ epoch: 2, seq: 301 + index, change }));
}

test('each kind of change of seats is told in one line, with the ids that clients see', () => {
  assert.deepStrictEqual(linesOf(oneOfEachSeatsChange), [
    '301  epoch 2  2025-01-01T00:00:00.000Z  EventOpened  chart hall version 1, 100 seats, prices stalls 4500, balcony 2500 EUR',
    '302  epoch 2  2025-01-01T00:00:00.005Z  SeatsHeld  H2-8e by ann command cmd-0001 seats 0,127,128,59999 until 2025-01-01T00:10:00.005Z total 18000',
    '303  epoch 2  2025-01-01T00:00:00.005Z  HoldExtended  H2-8c by ann command cmd-0001 seats 0,127 until 2025-01-01T00:10:00.005Z total 0',
    '304  epoch 2  2025-01-01T00:00:01.000Z  HoldReleased  H2-8c by ann command cmd-0001 seats 0 remaining none',
    '305  epoch 2  2025-01-01T00:00:01.000Z  HoldExpired  H2-8c of ann seats 127',
    '306  epoch 2  2025-01-01T00:00:01.000Z  HoldRevoked  H2-8c of bob by ann command cmd-0001 seats 1 reason "Störung 🎭"',
    '307  epoch 2  2025-01-01T00:00:01.000Z  BookingConfirmed  B2-8j from H2-8c by ann command cmd-0001 seats 2,1 total 9007199254740991 order "order #1"',
    '308  epoch 2  2025-01-01T00:00:01.001Z  BookingCancelled  B2-8i of ann by ann command cmd-0001 seats 2,1 reason ""',
    '309  epoch 2  2025-01-01T00:00:01.001Z  SeatsBlocked  by ann command cmd-0001 seats 9 reason "camera"',
    '310  epoch 2  2025-01-01T00:00:01.001Z  SeatsUnblocked  by ann command cmd-0001 seats 9 reason "camera gone"',
    '311  epoch 2  2025-01-01T00:01:40.000Z  DeadlinesRaised  to 2025-01-01T00:02:10.000Z',
  ]);
});

test('changes of places name the area and how many, and an event its areas', () => {
  assert.deepStrictEqual(linesOf(oneOfEachPlacesChange), [
    '301  epoch 2  2025-01-01T00:00:00.000Z  EventOpened  chart hall version 1, 100 seats, areas floor 300, gallery 20, prices stalls 4500, balcony 2500 EUR',
    '302  epoch 2  2025-01-01T00:00:00.005Z  PlacesHeld  H2-8e by ann command cmd-0001 area floor quantity 3 until 2025-01-01T00:10:00.005Z total 13500',
    '303  epoch 2  2025-01-01T00:00:00.005Z  HoldExtended  H2-8c by ann command cmd-0001 area floor quantity 1 until 2025-01-01T00:10:00.005Z total 4500',
    '304  epoch 2  2025-01-01T00:00:01.000Z  HoldReleased  H2-8c by ann command cmd-0001 area floor quantity 128 remaining 0',
    '305  epoch 2  2025-01-01T00:00:01.000Z  HoldReleased  H2-8c by ann command cmd-0001 area floor quantity 3 remaining 300',
    '306  epoch 2  2025-01-01T00:00:01.000Z  HoldExpired  H2-8c of ann area floor quantity 3',
    '307  epoch 2  2025-01-01T00:00:01.000Z  HoldRevoked  H2-8c of bob by ann command cmd-0001 area floor quantity 3 reason "🎭"',
    '308  epoch 2  2025-01-01T00:00:01.000Z  BookingConfirmed  B2-8k from H2-8c by ann command cmd-0001 area floor quantity 3 total 13500 order "order #1"',
    '309  epoch 2  2025-01-01T00:00:01.001Z  BookingCancelled  B2-8i of ann by ann command cmd-0001 area floor quantity 3 reason ""',
    '310  epoch 2  2025-01-01T00:00:01.001Z  PlacesBlocked  by ann command cmd-0001 area floor quantity 3 reason "camera"',
    '311  epoch 2  2025-01-01T00:00:01.001Z  PlacesUnblocked  by ann command cmd-0001 area floor quantity 3 reason "camera gone"',
  ]);
});

test('a text cannot break the line or steer the terminal, and a time beyond any date is still told', () => {
  const change = {
    ...bookingCancelled(9, [1], Number.MAX_SAFE_INTEGER),
    reason: 'a\nb\u001b[2J"\u202e',
    holderId: 'x\u009b',
  };
  assert.equal(
    describeEntry({ epoch: 1, seq: 2, change }),
    '2  epoch 1  9007199254740991ms  BookingCancelled  B2-9 of x\\u{9b} by operator command cancel-9 seats 1 reason "a\\nb\\u001b[2J\\"\\u{202e}"',
  );
});
