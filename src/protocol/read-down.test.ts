import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { goldenDownFrames } from './golden-frames.js';
import { readDown } from './read-down.js';

const goldenFrames = goldenDownFrames();
const position = [3, 1041];

/** Each differs in one place from a frame that is read. */
const wrong: readonly (readonly unknown[])[] = [
  [1, 1],
  [1, 1, { holderId: 'h', nodeId: 'n', serverTimeMs: 1, tokenExpiresInMs: 1 }],
  [1, 1, { holderId: 'h', nodeId: 'n', serverTimeMs: '1', tokenExpiresInMs: 1, limits: {} }],
  [2, 'e', position, 5, Uint8Array.of(1), []],
  [2, 'e', position, 4, 'AA==', []],
  [2, 'e', position, 4, Uint8Array.of(1)],
  [2, 'e', position, 4, Uint8Array.of(1), [['standing', 1, 2, 3]]],
  [2, 'e', null, 4, Uint8Array.of(1), []],
  [3, 'e', 1, 5, 4, [], []],
  [3, 'e', 1, 4, 5, [7], []],
  [3, 'e', 1, 4, 5, [7, 4], []],
  [3, 'e', 1, 4, 5, [-7, 1], []],
  [3, 'e', 1, 4, 5, [7, 1], null],
  [4, 1, position],
  [4, 1, position, []],
  [4, 1, position, new Uint8Array(1)],
  [4, 1, position, { holdId: 'H1-1', seats: [1] }],
  [4, 1, position, { holdId: 'H1-1', seats: [1], remaining: null }],
  [4, 1, position, { holdId: 'H1-1', seats: [1], expiresInMs: 1, totalMinor: 1 }],
  [4, 1, position, { bookingId: '', seats: [1], totalMinor: 1, currency: 'EUR' }],
  [4, 1, position, { holds: [{ holdId: 'H1-1', seats: [1] }] }],
  [4, -1, position, {}],
  [5, 1, 409, 'm', {}],
  [5, 1, '409 seat_taken', 'm'],
  [5, 1, '409 seat_taken', 'm', { seats: 7 }],
  [5, 1, '409 seat_taken', 'm', { alternatives: [7] }],
  [5, 1, '410 hold_ended', 'm', { reason: 'lost' }],
  [5, 1, '503 busy', 'm', { retryAfterMs: null }],
  [6, 'e', position, 'H1-1', 'lost', [1]],
  [6, 'e', position, 'H1-1', 'expired', [1], 7],
  [7, 'r', {}],
  [7, 'r', { retryAfterMs: 1, url: 7 }],
  [8, 1],
  [9, 'e', position, { holdId: 'H1-1', seats: [1] }],
  [10, 1, 'a frame that this version does not know'],
  ['1', 1],
  [],
];

describe('readDown', () => {
  test('[§3] reads every golden frame as it is, with the fields and keys that it does not know', () => {
    for (const { frame } of goldenFrames) assert.equal(readDown(frame), frame);
  });

  for (const frame of wrong) {
    test(`[§3] passes over ${JSON.stringify(frame)}`, () => {
      assert.equal(readDown(frame), null);
    });
  }

  test('[§1] any field that a golden frame lacks or has as something else is met without throwing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...goldenFrames), fc.nat(), fc.anything(), ({ frame }, at, value) => {
        const changed = [...frame];
        changed[at % frame.length] = value;
        const reading = readDown(changed);
        assert.ok(reading === null || reading[0] === changed[0]);
        readDown(frame.slice(0, at % frame.length));
        readDown(value);
      }),
      { numRuns: 5_000 },
    );
  });
});
