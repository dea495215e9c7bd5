import type { EventConfiguration } from '../../seatmap/configuration.js';

/** A small hall: 100 seats in two categories. */
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
  onSaleAtMs: null,
  closesAtMs: 1_767_225_600_000,
  holdTtlMs: 600_000,
  seatsPerHoldMax: 8,
  holdsPerHolderMax: 4,
  seatsPerHolderMax: 16,
  extensionsPerHoldMax: 2,
  confirmBy: 'holder',
};
