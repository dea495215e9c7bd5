import type { EventConfiguration } from '../../seatmap/configuration.js';
import { encodePositions } from '../../seatmap/positions.js';

/** A small hall: 100 seats in two categories, no areas. */
export const sampleConfiguration: EventConfiguration = {
  chartId: 'hall',
  chartVersion: 1,
  seatCount: 100,
  currency: 'EUR',
  categories: ['stalls', 'balcony'],
  pricesMinor: [4500, 2500],
  seatCategories: [
    [0, 60],
    [1, 40],
  ],
  areas: [],
  layout: null,
  onSaleAtMs: null,
  closesAtMs: 1_767_225_600_000,
  holdTtlMs: 600_000,
  seatsPerHoldMax: 8,
  holdsPerHolderMax: 4,
  seatsPerHolderMax: 16,
  extensionsPerHoldMax: 2,
  confirmBy: 'holder',
};

/** The same hall with a standing floor, and with seats whose places are known. */
export const configurationWithAreas: EventConfiguration = {
  ...sampleConfiguration,
  areas: [
    { area: 'floor', capacity: 300, category: 0 },
    { area: 'gallery', capacity: 20, category: 1 },
  ],
  layout: {
    focus: [500, -20],
    sections: ['stalls', 'balcony'],
    seatSections: [
      [0, 60],
      [1, 40],
    ],
    blocks: [30, 30, 40],
    seatAccess: [
      [0, 98],
      [1, 1],
      [2, 1],
    ],
    positions: encodePositions(Array.from({ length: 200 }, (_, index) => index * 7)),
  },
};

/** As releases before general admission journalled it: without the keys that they did not know. */
export function configurationBeforeAreas(): Omit<EventConfiguration, 'areas' | 'layout'> {
  const { areas: _areas, layout: _layout, ...before } = sampleConfiguration;
  return before;
}
