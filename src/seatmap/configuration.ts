import type { SeatLayout } from './layout.js';

/** General admission: places without numbers, in one price category. */
export interface AreaConfiguration {
  /** Id of the area: 1–64 of `[A-Za-z0-9_-]`. */
  readonly area: string;
  /** At least 1. */
  readonly capacity: number;
  /** Index in `categories`. */
  readonly category: number;
}

/** All that an event's decisions rest on. Change 1 (`EventOpened`) carries it whole; `decide` reads nothing else. */
export interface EventConfiguration {
  readonly chartId: string;
  readonly chartVersion: number;
  readonly seatCount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Category keys of the chart. */
  readonly categories: readonly string[];
  /** Price of one seat in minor units, in the order of `categories`. */
  readonly pricesMinor: readonly number[];
  /** Run-length list over the seats in index order: `[category index, number of seats]`. */
  readonly seatCategories: readonly (readonly [category: number, seats: number])[];
  /** In the chart's order. An event has at least one seat or one area. */
  readonly areas: readonly AreaConfiguration[];
  /** Where the seats are; null: nothing is known but their order. */
  readonly layout: SeatLayout | null;
  readonly onSaleAtMs: number | null;
  readonly closesAtMs: number | null;
  readonly holdTtlMs: number;
  readonly seatsPerHoldMax: number;
  readonly holdsPerHolderMax: number;
  /** Held or booked; places of areas count as seats, here and in `seatsPerHoldMax`. */
  readonly seatsPerHolderMax: number;
  readonly extensionsPerHoldMax: number;
  /** `server`: only an integrator may confirm. */
  readonly confirmBy: 'holder' | 'server';
}

/** What holds unless the event says otherwise. Protocol page, section 3. */
export const eventDefaults = {
  holdTtlMs: 600_000,
  seatsPerHoldMax: 8,
  holdsPerHolderMax: 4,
  seatsPerHolderMax: 16,
  extensionsPerHoldMax: 2,
} as const;
