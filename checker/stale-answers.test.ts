import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from './history.js';
import { held, judge, opened, released, told } from './testing/story.js';
import { ok, operation, refused } from './testing/told-operations.js';

// What a writer that was superseded may say until its lease lapses, and not a moment longer: a change was seen at 10, and what is
// called at 11 is answered without it.

const seen: Operation = operation('myHolds', {}, ok([1, 3], { holds: [] }), { process: 2, client: 'bob', return: 10 });
const seatFree = [opened(), held([1], { id: 'hold-1' }), released(2, [1], [], { id: 'release-1' })];
const releaseOf = { commandId: 'release-1', holdId: 'H1-2', seats: null };

const cases: Readonly<
  Record<string, readonly [changes: Parameters<typeof judge>[0], operations: Operation[], RegExp]>
> = {
  '[I8] own holds': [
    seatFree,
    [seen, operation('myHolds', {}, ok([1, 1], { holds: [] }), { call: 11, client: 'eve' })],
    /^I8 change 3 was seen before, and change 1 is told of by myHolds/,
  ],
  '[I10] a refusal': [
    seatFree,
    [
      seen,
      operation('hold', { commandId: 'hold-2', seats: [1] }, refused('seat_taken', { seats: [1] }), {
        call: 11,
        client: 'eve',
      }),
    ],
    /^I10 seat_taken between changes 3 and 3, but at no moment were just the seats 1 of 1 taken/,
  ],
  '[I7] a repeat of what the successor has accepted': [
    seatFree,
    [
      operation('release', releaseOf, ok([1, 3], { holdId: 'H1-2', seats: [1], remaining: [] })),
      operation('release', releaseOf, refused('hold_ended', { reason: 'released' }), { call: 11 }),
    ],
    /^I7@3 a command that had been accepted as change 3 was refused, hold_ended/,
  ],
};

for (const [name, [changes, operations, expected]] of Object.entries(cases)) {
  test(`${name}: stale answers are told of, unless a writer may be superseded for that long`, () => {
    const judged = (staleForMs?: number): string[] => {
      const options = staleForMs === undefined ? { operations } : { operations, staleForMs };
      return told(judge(changes, options).violations);
    };
    for (const staleForMs of [undefined, 0.5]) {
      const [violation = '', ...others] = judged(staleForMs);
      assert.match(violation, expected);
      assert.deepStrictEqual(others, []);
    }
    assert.deepStrictEqual(judged(1), []);
  });
}
