import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BookingEffect } from './booking-effect.js';
import { replay } from './replay.js';
import { SeatMapReplay } from './seat-map-replay.js';
import { sampleConfiguration } from './testing/configuration.js';
import { journalBeforeAreas } from './testing/journal-before-areas.js';

test('[I13] a journal that the release before general admission wrote is read as it was meant', () => {
  const entries = [...replay(journalBeforeAreas)];
  assert.deepStrictEqual(
    entries.map(({ epoch, seq, change }) => [epoch, seq, change.kind]),
    [
      [1, 1, 'EventOpened'],
      [2, 2, 'SeatsHeld'],
      [2, 3, 'HoldExtended'],
      [2, 4, 'HoldReleased'],
      [2, 5, 'BookingConfirmed'],
      [2, 6, 'SeatsHeld'],
      [2, 7, 'SeatsHeld'],
      [2, 8, 'SeatsBlocked'],
      [3, 9, 'DeadlinesRaised'],
      [3, 10, 'SeatsUnblocked'],
      [3, 11, 'HoldRevoked'],
      [3, 12, 'HoldExpired'],
      [3, 13, 'BookingCancelled'],
      [3, 14, 'SeatsHeld'],
      [3, 15, 'BookingConfirmed'],
    ],
  );
  const [opened] = entries;
  assert.ok(opened?.change.kind === 'EventOpened');
  assert.deepStrictEqual(opened.change.configuration, { ...sampleConfiguration, areas: [], layout: null });
  for (const { change } of entries) assert.ok(!('places' in change) && !('remainingQuantity' in change));
});

test('[I13] such a journal replays to a seat map that breaks no rule, and to the same bookings', () => {
  const [map, effect] = [new SeatMapReplay(), new BookingEffect()];
  for (const entry of replay(journalBeforeAreas)) {
    assert.equal(map.apply(entry), null);
    assert.equal(effect.apply(entry), null);
  }
  assert.equal(map.finish(), null);
  assert.deepStrictEqual(
    [...effect.bookings].map((row) => [row.bookingSeq, row.seats, row.area, row.quantity, row.cancelledAtMs === null]),
    [
      [5, [1, 2], null, null, false],
      [15, [2], null, null, true],
    ],
  );
});
