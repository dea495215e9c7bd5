import { bookingIdOf } from '../change.js';
import type { Booking, EventModel } from '../event-model.js';
import type { Report } from '../violations.js';

/** A row of `event_head`. */
export interface HeadRow {
  readonly epoch: number;
  readonly seq: number;
  readonly nextDeadlineMs: number | null;
}

/** A row of `booking`. */
export interface BookingRow {
  readonly bookingSeq: number;
  readonly epoch: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly holderId: string;
  readonly commandId: string;
  readonly seats: readonly number[];
  readonly area: string | null;
  readonly quantity: number | null;
  readonly totalMinor: number;
  readonly currency: string;
  readonly orderRef: string;
  readonly bookedAtMs: number;
  readonly cancelledAtMs: number | null;
}

/** A row of `booked_seat`. */
export interface BookedSeatRow {
  readonly seat: number;
  readonly bookingSeq: number;
  readonly cancelled: boolean;
}

/** The rows of one event, all as of one moment, that of the journal's end. */
export interface EventTables {
  readonly head: HeadRow | null;
  readonly bookings: readonly BookingRow[];
  readonly bookedSeats: readonly BookedSeatRow[];
}

/** [I8] The head stands where the journal ends. [I4] It says when to wake the event for the first end of a hold. */
export function checkHead(report: Report, head: HeadRow | null, event: EventModel): void {
  if (head === null) {
    report('I8', 'the event has no head');
    return;
  }
  if (head.seq !== event.seq) report('I8', `the head stands at ${head.seq}, and the journal ends at ${event.seq}`);
  if (head.epoch < event.epoch) report('I8', `the head is of epoch ${head.epoch}, and the journal of ${event.epoch}`);
  let firstMs = Number.POSITIVE_INFINITY;
  for (const { deadlineMs } of event.holds.values()) firstMs = Math.min(firstMs, deadlineMs);
  if (head.seq === event.seq && (head.nextDeadlineMs ?? Number.POSITIVE_INFINITY) > firstMs) {
    report('I4', `the event is to be woken at ${head.nextDeadlineMs}, and a hold ends at ${firstMs}`);
  }
}

/** [I13] The booking tables equal the replay. [I1] A seat is in one live booking at most. [I9] A booking is there with all its seats. */
export function checkBookings(report: Report, tables: EventTables, event: EventModel): void {
  const rows = new Map(tables.bookings.map((row) => [row.bookingSeq, row]));
  for (const booking of event.bookings.values()) {
    const row = rows.get(booking.seq);
    rows.delete(booking.seq);
    compare(report, booking, row, event.configuration.currency);
  }
  for (const seq of rows.keys())
    report('I13', `the tables have a booking that the journal has not: change ${seq}`, seq);
  checkBookedSeats(report, tables.bookedSeats, event);
}

function compare(report: Report, booking: Booking, row: BookingRow | undefined, currency: string): void {
  const { epoch, seq } = booking;
  const id = bookingIdOf(epoch, seq);
  if (row === undefined) {
    report('I13', `booking ${id} is not in the tables`, seq);
    return;
  }
  for (const [column, value] of Object.entries(rowOf(booking, currency))) {
    const [is, should] = [JSON.stringify(row[column as keyof BookingRow]), JSON.stringify(value)];
    if (is !== should)
      report('I13', `booking ${id} has ${column} ${is} in the tables, and by the journal ${should}`, seq);
  }
}

function rowOf({ seq, places, ...booking }: Booking, currency: string): BookingRow {
  return {
    bookingSeq: seq,
    epoch: booking.epoch,
    holdEpoch: booking.holdEpoch,
    holdSeq: booking.holdSeq,
    holderId: booking.holderId,
    commandId: booking.commandId,
    seats: booking.seats,
    area: places?.area ?? null,
    quantity: places?.quantity ?? null,
    totalMinor: booking.totalMinor,
    currency,
    orderRef: booking.orderRef,
    bookedAtMs: booking.bookedAtMs,
    cancelledAtMs: booking.cancelledAtMs,
  };
}

function checkBookedSeats(report: Report, rows: readonly BookedSeatRow[], event: EventModel): void {
  const liveBookings = new Map<number, number>();
  const seatsOf = new Map<number, Set<number>>();
  for (const { seat, bookingSeq, cancelled } of rows) {
    const rival = cancelled ? undefined : liveBookings.get(seat);
    if (rival !== undefined)
      report('I1', `seat ${seat} is sold twice: by changes ${rival} and ${bookingSeq}`, bookingSeq);
    if (!cancelled) liveBookings.set(seat, bookingSeq);
    const booking = event.bookings.get(bookingSeq);
    if (booking === undefined || !booking.seats.includes(seat)) {
      report('I13', `seat ${seat} is in the tables for change ${bookingSeq}, which did not book it`, bookingSeq);
    } else if (cancelled !== (booking.cancelledAtMs !== null)) {
      report(
        'I13',
        `seat ${seat} of change ${bookingSeq} is ${cancelled ? '' : 'not '}cancelled in the tables`,
        bookingSeq,
      );
    }
    seatsOf.set(bookingSeq, (seatsOf.get(bookingSeq) ?? new Set()).add(seat));
  }
  for (const { epoch, seq, seats } of event.bookings.values()) {
    const missing = seats.filter((seat) => seatsOf.get(seq)?.has(seat) !== true);
    if (missing.length === 0) continue;
    const invariant = missing.length < seats.length ? 'I9' : 'I13';
    report(invariant, `seats ${missing.join()} of booking ${bookingIdOf(epoch, seq)} are not in the tables`, seq);
  }
}
