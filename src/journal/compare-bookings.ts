import { isDeepStrictEqual } from 'node:util';
import type { BookingRecord, EventTables } from './audit.js';
import type { BookingEffect, ExpectedBooking } from './booking-effect.js';

export interface BookingDifference {
  readonly bookingSeq: number;
  readonly what: string;
}

/** Where the booking tables and the journal's effect tell different stories (I13). */
export function* compareBookings(
  expected: BookingEffect,
  found: EventTables,
): Generator<BookingDifference, void, undefined> {
  const foundSeqs = new Set<number>();
  for (const record of found.bookings) {
    foundSeqs.add(record.bookingSeq);
    const booking = expected.booking(record.bookingSeq);
    if (booking === undefined) {
      yield { bookingSeq: record.bookingSeq, what: 'the tables have a booking that the journal does not' };
    } else {
      for (const what of differences(booking, record)) yield { bookingSeq: record.bookingSeq, what };
    }
  }
  for (const { bookingSeq } of expected.bookings) {
    if (!foundSeqs.has(bookingSeq)) yield { bookingSeq, what: 'the tables lack a booking that the journal has' };
  }
  for (const bookingSeq of found.strayBookingSeqs) {
    yield { bookingSeq, what: 'booked_seat has seats of a booking that is not in the table booking' };
  }
}

const comparedFields = [
  'epoch',
  'holdEpoch',
  'holdSeq',
  'holderId',
  'commandId',
  'seats',
  'area',
  'quantity',
  'totalMinor',
  'currency',
  'orderRef',
  'bookedAtMs',
  'cancelledAtMs',
] as const satisfies readonly (keyof ExpectedBooking)[];

function* differences(expected: ExpectedBooking, found: BookingRecord): Generator<string, void, undefined> {
  for (const field of comparedFields) {
    if (!isDeepStrictEqual(found[field], expected[field])) {
      yield `${field} is ${show(found[field])} in the tables and ${show(expected[field])} in the journal`;
    }
  }
  const seats = expected.seats.toSorted((a, b) => a - b);
  const live = expected.cancelledAtMs === null ? seats : [];
  const cancelled = expected.cancelledAtMs === null ? [] : seats;
  if (!isDeepStrictEqual(found.liveSeats, live)) {
    yield `live seats are ${show(found.liveSeats)} in booked_seat and ${show(live)} in the journal`;
  }
  if (!isDeepStrictEqual(found.cancelledSeats, cancelled)) {
    yield `cancelled seats are ${show(found.cancelledSeats)} in booked_seat and ${show(cancelled)} in the journal`;
  }
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
