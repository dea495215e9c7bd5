import type { AreaPlaces } from '../../seatmap/area-places.js';
import type { BookingCancelled, BookingConfirmed, Change, PlacesHeld, SeatsHeld } from '../../seatmap/change.js';
import { configurationWithAreas, sampleConfiguration } from './configuration.js';

/** In 2100: after the opening of any event that a test makes today. */
export const sampleAtMs = 4_102_444_800_000;

export function seatsHeld(fields: Partial<Omit<SeatsHeld, 'kind'>> = {}): SeatsHeld {
  const atMs = fields.atMs ?? sampleAtMs;
  return {
    kind: 'SeatsHeld',
    atMs,
    identity: { holderId: 'holder-1', commandId: 'command-1', payloadHash: 0xdeadbeef },
    deadlineMs: atMs + 600_000,
    seats: [7, 8],
    totalMinor: 9000,
    ...fields,
  };
}

export function placesHeld(fields: Partial<Omit<PlacesHeld, 'kind'>> = {}): PlacesHeld {
  const { seats: _, ...hold } = seatsHeld();
  return { ...hold, places: { area: 'floor', quantity: 2 }, ...fields, kind: 'PlacesHeld' };
}

export interface Sale {
  readonly holderId?: string;
  readonly commandId?: string;
  readonly holdSeq: number;
  /** Left out: none. */
  readonly seats?: readonly number[];
  readonly places?: AreaPlaces;
  readonly atMs?: number;
}

/** A confirm of a hold made in epoch 2. */
export function bookingConfirmed(sale: Sale): BookingConfirmed {
  const { holderId = 'holder-1', commandId, holdSeq, seats = [], places, atMs } = sale;
  return {
    kind: 'BookingConfirmed',
    atMs: atMs ?? sampleAtMs,
    identity: { holderId, commandId: commandId ?? `confirm-${holdSeq}`, payloadHash: 0xcafe },
    holdEpoch: 2,
    holdSeq,
    orderRef: `order ${holdSeq}`,
    seats,
    ...(places === undefined ? {} : { places }),
    totalMinor: (places?.quantity ?? seats.length) * 4500,
  };
}

export function placesCancelled(bookingSeq: number, places: AreaPlaces, atMs = sampleAtMs): BookingCancelled {
  return { ...bookingCancelled(bookingSeq, [], atMs), places };
}

export function bookingCancelled(bookingSeq: number, seats: readonly number[], atMs = sampleAtMs): BookingCancelled {
  return {
    kind: 'BookingCancelled',
    atMs,
    identity: { holderId: 'operator', commandId: `cancel-${bookingSeq}`, payloadHash: 0xfeed },
    bookingEpoch: 2,
    bookingSeq,
    holderId: 'holder-1',
    seats,
    reason: 'refund',
  };
}

const identity = { holderId: 'ann', commandId: 'cmd-0001', payloadHash: 4_000_000_000 };
const hold = { holdEpoch: 2, holdSeq: 300 };

/** One of each kind that is about seats, with numbers of every width and text beyond ASCII. Changing one breaks the golden blob. */
export const oneOfEachSeatsChange: readonly Change[] = [
  { kind: 'EventOpened', atMs: 1_735_689_600_000, configuration: sampleConfiguration },
  {
    kind: 'SeatsHeld',
    atMs: 1_735_689_600_005,
    identity,
    deadlineMs: 1_735_690_200_005,
    seats: [0, 127, 128, 59_999],
    totalMinor: 18_000,
  },
  {
    kind: 'HoldExtended',
    atMs: 1_735_689_600_005,
    identity,
    ...hold,
    deadlineMs: 1_735_690_200_005,
    seats: [0, 127],
    totalMinor: 0,
  },
  { kind: 'HoldReleased', atMs: 1_735_689_601_000, identity, ...hold, seats: [0], remaining: [] },
  { kind: 'HoldExpired', atMs: 1_735_689_601_000, ...hold, holderId: 'ann', seats: [127] },
  {
    kind: 'HoldRevoked',
    atMs: 1_735_689_601_000,
    identity,
    ...hold,
    holderId: 'bob',
    seats: [1],
    reason: 'Störung 🎭',
  },
  {
    kind: 'BookingConfirmed',
    atMs: 1_735_689_601_000,
    identity,
    ...hold,
    orderRef: 'order #1',
    seats: [2, 1],
    totalMinor: Number.MAX_SAFE_INTEGER,
  },
  {
    kind: 'BookingCancelled',
    atMs: 1_735_689_601_001,
    identity,
    bookingEpoch: 2,
    bookingSeq: 306,
    holderId: 'ann',
    seats: [2, 1],
    reason: '',
  },
  { kind: 'SeatsBlocked', atMs: 1_735_689_601_001, identity, seats: [9], reason: 'camera' },
  { kind: 'SeatsUnblocked', atMs: 1_735_689_601_001, identity, seats: [9], reason: 'camera gone' },
  { kind: 'DeadlinesRaised', atMs: 1_735_689_700_000, untilMs: 1_735_689_730_000 },
];

const places = { area: 'floor', quantity: 3 };

/** One of each kind that is, or can be, about places, under a configuration with areas and a layout. The same holds here. */
export const oneOfEachPlacesChange: readonly Change[] = [
  { kind: 'EventOpened', atMs: 1_735_689_600_000, configuration: configurationWithAreas },
  { kind: 'PlacesHeld', atMs: 1_735_689_600_005, identity, deadlineMs: 1_735_690_200_005, places, totalMinor: 13_500 },
  {
    kind: 'HoldExtended',
    atMs: 1_735_689_600_005,
    identity,
    ...hold,
    deadlineMs: 1_735_690_200_005,
    seats: [],
    places: { area: 'floor', quantity: 1 },
    totalMinor: 4_500,
  },
  {
    kind: 'HoldReleased',
    atMs: 1_735_689_601_000,
    identity,
    ...hold,
    seats: [],
    places: { area: 'floor', quantity: 128 },
    remaining: [],
    remainingQuantity: 0,
  },
  {
    kind: 'HoldReleased',
    atMs: 1_735_689_601_000,
    identity,
    ...hold,
    seats: [],
    places,
    remaining: [],
    remainingQuantity: 300,
  },
  { kind: 'HoldExpired', atMs: 1_735_689_601_000, ...hold, holderId: 'ann', seats: [], places },
  { kind: 'HoldRevoked', atMs: 1_735_689_601_000, identity, ...hold, holderId: 'bob', seats: [], places, reason: '🎭' },
  {
    kind: 'BookingConfirmed',
    atMs: 1_735_689_601_000,
    identity,
    ...hold,
    orderRef: 'order #1',
    seats: [],
    places,
    totalMinor: 13_500,
  },
  {
    kind: 'BookingCancelled',
    atMs: 1_735_689_601_001,
    identity,
    bookingEpoch: 2,
    bookingSeq: 306,
    holderId: 'ann',
    seats: [],
    places,
    reason: '',
  },
  { kind: 'PlacesBlocked', atMs: 1_735_689_601_001, identity, places, reason: 'camera' },
  { kind: 'PlacesUnblocked', atMs: 1_735_689_601_001, identity, places, reason: 'camera gone' },
];
