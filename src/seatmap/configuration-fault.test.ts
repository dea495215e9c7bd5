import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventConfiguration } from './configuration.js';
import { configurationFault } from './configuration-fault.js';
import { configurationOf, standingConfigurationOf } from './testing/hall.js';
import { layoutOf } from './testing/layout.js';

test('a configuration that seat maps can hold has no fault', () => {
  assert.equal(configurationFault(configurationOf()), null);
  assert.equal(
    configurationFault(configurationOf({ extensionsPerHoldMax: 0, onSaleAtMs: 0, pricesMinor: [0, 0] })),
    null,
  );
  assert.equal(configurationFault(standingConfigurationOf()), null);
  assert.equal(configurationFault(standingConfigurationOf({ seatCount: 0, seatCategories: [] })), null);
  assert.equal(configurationFault(configurationOf({ layout: layoutOf(12) })), null);
});

const floor = { area: 'floor', capacity: 10, category: 0 };
const layout = layoutOf(12);

const faults: readonly (readonly [Partial<EventConfiguration>, RegExp])[] = [
  [{ seatCount: 0, seatCategories: [] }, /neither a seat nor an area/],
  [{ seatCount: 0 }, /neither a seat nor an area/],
  [{ seatCount: 0, areas: [floor] }, /a run of seats of one category is 6 long/],
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
  [{ areas: [{ ...floor, area: '' }] }, /an area's id is ""/],
  [{ areas: [{ ...floor, area: 'a b' }] }, /an area's id is "a b"/],
  [{ areas: [{ ...floor, area: 'a'.repeat(65) }] }, /an area's id is "a+"/],
  [{ areas: [floor, { ...floor, category: 1 }] }, /two areas have one id: area is floor/],
  [{ areas: [{ ...floor, capacity: 0 }] }, /capacity of area floor is 0/],
  [{ areas: [{ ...floor, capacity: 1_000_001 }] }, /capacity of area floor is 1000001/],
  [{ areas: [{ ...floor, capacity: 1.5 }] }, /capacity of area floor is 1.5/],
  [{ areas: [{ ...floor, category: 2 }] }, /category of area floor is 2/],
  [{ areas: Array.from({ length: 1_001 }, (_, n) => ({ ...floor, area: `a${n}` })) }, /number of areas is 1001/],
  [{ layout: { ...layout, focus: [0, Number.NaN] } }, /the layout's focus is 0,NaN/],
  // The journal would not give it back.
  [{ layout: { ...layout, focus: [0.5, 0] } }, /the layout's focus is 0.5,0/],
  [{ layout: { ...layout, sections: [] } }, /a seat's section is 0/],
  [{ layout: { ...layout, sections: Array<string>(65_537).fill('s') } }, /number of sections is 65537/],
  [{ layout: { ...layout, seatSections: [[0, 11]] } }, /of one section name 11 seats: seatCount is 12/],
  [{ layout: { ...layout, seatAccess: [[3, 12]] } }, /a seat's access is 3/],
  [{ layout: { ...layout, seatAccess: [[2, 13]] } }, /a run of seats of one access is 13 long/],
  [{ layout: { ...layout, blocks: [12, 0] } }, /a block of seats is 0 long/],
  [{ layout: { ...layout, blocks: [6, 5] } }, /blocks name 11 seats: seatCount is 12/],
  [{ layout: { ...layout, positions: layoutOf(11).positions } }, /positions cannot be read: .*end early/],
  [{ layout: { ...layout, positions: layoutOf(13).positions } }, /positions cannot be read: .*go on/],
  [{ seatCount: 13, seatCategories: [[0, 13]], layout }, /name 12 seats: seatCount is 13/],
];

for (const [overrides, fault] of faults) {
  test(`a configuration's fault is named: ${fault.source}`, () => {
    assert.match(configurationFault(configurationOf(overrides)) ?? '', fault);
  });
}
