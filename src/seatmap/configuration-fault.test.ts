import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventConfiguration } from './configuration.js';
import { configurationFault } from './configuration-fault.js';
import { configurationOf } from './testing/hall.js';

test('a configuration that seat maps can hold has no fault', () => {
  assert.equal(configurationFault(configurationOf()), null);
  assert.equal(
    configurationFault(configurationOf({ extensionsPerHoldMax: 0, onSaleAtMs: 0, pricesMinor: [0, 0] })),
    null,
  );
});

const faults: readonly (readonly [Partial<EventConfiguration>, RegExp])[] = [
  [{ seatCount: 0 }, /seatCount is 0/],
  [{ seatCount: 13 }, /name 12 seats: seatCount is 13/],
  [{ seatCount: 1e9 }, /seatCount/],
  [{ categories: [], pricesMinor: [] }, /number of categories is 0/],
  [{ pricesMinor: [1] }, /1 prices, 2 categories/],
  [{ pricesMinor: [1, -1] }, /a price is -1/],
  [{ pricesMinor: [1, 0.5] }, /a price is 0.5/],
  [{ pricesMinor: [1, 2 ** 52] }, /more than a number can say/],
  [{ seatCategories: [[2, 12]] }, /a seat's category is 2/],
  [
    {
      seatCategories: [
        [0, 12],
        [1, 0],
      ],
    },
    /a run of seats of one category is 0 long/,
  ],
  [{ holdTtlMs: 0 }, /holdTtlMs is 0/],
  [{ seatsPerHoldMax: 0 }, /seatsPerHoldMax is 0/],
  [{ holdsPerHolderMax: Number.NaN }, /holdsPerHolderMax is NaN/],
  [{ seatsPerHolderMax: 1.5 }, /seatsPerHolderMax is 1.5/],
  [{ extensionsPerHoldMax: -1 }, /extensionsPerHoldMax is -1/],
  [{ onSaleAtMs: -5 }, /onSaleAtMs is -5/],
  [{ closesAtMs: Number.POSITIVE_INFINITY }, /closesAtMs is Infinity/],
];

for (const [overrides, fault] of faults) {
  test(`a configuration's fault is named: ${fault.source}`, () => {
    assert.match(configurationFault(configurationOf(overrides)) ?? '', fault);
  });
}
