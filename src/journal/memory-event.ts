import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import type { BookingRecord, EventTables } from './audit.js';
import {
  type AppendOutcome,
  type BookingRow,
  type Grant,
  type SealedBatch,
  StatementFailed,
  type StoredBatch,
  type StoredBooking,
  type StoredSnapshot,
} from './port.js';

/** Of an event that came to rest, or is new. */
export const nobody = '';

/** One event's rows in memory, with the constraints that the tables have (migrations/0001_spine.sql, 0004_areas.sql). */
export class MemoryEvent {
  epoch: number;
  seq: number;
  owner: string = nobody;
  rested = true;
  nextDeadlineMs: number | null = null;
  /** The newest that its journal may be in. */
  format: number;
  snapshot: StoredSnapshot | null = null;
  readonly journal: StoredBatch[];
  readonly grants: Grant[] = [];
  readonly #bookings = new Map<number, BookingRecord>();
  readonly #bookingOfHold = new Map<number, number>();
  readonly #bookingOfCommand = new Map<string, number>();
  /** [I1] The partial unique index: seat → its live booking. */
  readonly #liveSeats = new Map<number, number>();

  constructor(
    private readonly eventId: string,
    opening: SealedBatch,
  ) {
    this.epoch = opening.epoch;
    this.seq = opening.lastSeq;
    this.format = must(opening.blob[0], 'the format of the opening batch');
    this.journal = [storedBatch(opening)];
  }

  /** Makes the claimant the owner, who may write in that format. */
  grant(claimant: string, writes: number): Grant {
    const { rested } = this;
    const isHandover = rested && this.owner === claimant && isPlanted('epoch-kept-at-handover');
    if (!isPlanted('epoch-not-raised') && !isHandover) this.epoch += 1;
    this.owner = claimant;
    this.rested = false;
    this.format = Math.max(this.format, writes);
    const grant = { epoch: this.epoch, seq: this.seq, rested };
    this.grants.push(grant);
    return grant;
  }

  /** Whether the head stands where the batch goes. */
  fits(batch: SealedBatch): boolean {
    const isOwner = this.epoch === batch.epoch || isPlanted('read-only-fence');
    return isOwner && this.seq === batch.firstSeq - 1;
  }

  /**
   * What the tables would refuse, without changing anything.
   * @throws StatementFailed
   */
  check(batch: SealedBatch): void {
    if (batch.bookings.length === 0 && batch.cancellations.length === 0) return;
    const freed = new Set<number>();
    const cancelled = new Set<number>();
    for (const { bookingSeq } of batch.cancellations) {
      const booking = this.#bookings.get(bookingSeq);
      if (booking === undefined || booking.cancelledAtMs !== null || cancelled.has(bookingSeq)) {
        throw this.#refuse('cancel a booking as there is no live one', `booking_seq is ${bookingSeq}`);
      }
      cancelled.add(bookingSeq);
      for (const seat of booking.liveSeats) freed.add(seat);
    }
    const taken = new Set<number>();
    const unique = new Set<string>();
    for (const row of batch.bookings) {
      if (!isOfSeatsOrPlaces(row)) {
        throw this.#refuse(
          'make a booking as it is neither of seats nor of places',
          `booking_seq is ${row.bookingSeq}`,
        );
      }
      for (const key of uniqueKeys(row)) {
        if (unique.has(key)) throw this.#refuse('make a booking as its key is in use', key);
        unique.add(key);
      }
      if (
        this.#bookings.has(row.bookingSeq) ||
        this.#bookingOfHold.has(row.holdSeq) ||
        this.#bookingOfCommand.has(commandKey(row.holderId, row.commandId))
      ) {
        throw this.#refuse('make a booking as its key is in use', `booking_seq is ${row.bookingSeq}`);
      }
      if (row.cancelledAtMs !== null) continue;
      for (const seat of row.seats) {
        if (taken.has(seat) || (this.#liveSeats.has(seat) && !freed.has(seat))) {
          throw this.#refuse('book a seat as it has a live booking', `seat is ${seat}`);
        }
        taken.add(seat);
      }
    }
  }

  /** Takes a batch that fits and was checked. */
  append(batch: SealedBatch): void {
    this.seq = batch.lastSeq;
    this.rested = false;
    this.nextDeadlineMs = batch.nextDeadlineMs;
    this.journal.push(storedBatch(batch));
    for (const { bookingSeq, cancelledAtMs } of batch.cancellations) this.#cancel(bookingSeq, cancelledAtMs);
    for (const row of batch.bookings) this.#book(row, batch.epoch);
  }

  outcome(appended: boolean): AppendOutcome {
    return { eventId: this.eventId, appended, epoch: this.epoch, seq: this.seq };
  }

  bookingOfHold(holderId: string, holdSeq: number): StoredBooking | null {
    const found = this.#stored(this.#bookingOfHold.get(holdSeq));
    return found?.holderId === holderId ? madeBy(found) : null;
  }

  bookingOfCommand(holderId: string, commandId: string): StoredBooking | null {
    const found = this.#stored(this.#bookingOfCommand.get(commandKey(holderId, commandId)));
    return found === undefined ? null : madeBy(found);
  }

  tables(): EventTables {
    return {
      head: { epoch: this.epoch, seq: this.seq },
      tailSeq: this.journal.at(-1)?.lastSeq ?? 0,
      bookings: [...this.#bookings.values()],
      strayBookingSeqs: [],
    };
  }

  #book(row: BookingRow, epoch: number): void {
    const seats = row.seats.toSorted((a, b) => a - b);
    const live = row.cancelledAtMs === null;
    this.#bookings.set(row.bookingSeq, {
      ...row,
      epoch,
      liveSeats: live ? seats : [],
      cancelledSeats: live ? [] : seats,
    });
    this.#bookingOfHold.set(row.holdSeq, row.bookingSeq);
    this.#bookingOfCommand.set(commandKey(row.holderId, row.commandId), row.bookingSeq);
    if (live) for (const seat of seats) this.#liveSeats.set(seat, row.bookingSeq);
  }

  #cancel(bookingSeq: number, cancelledAtMs: number): void {
    const booking = this.#stored(bookingSeq);
    if (booking === undefined) return;
    for (const seat of booking.liveSeats) this.#liveSeats.delete(seat);
    this.#bookings.set(bookingSeq, { ...booking, cancelledAtMs, liveSeats: [], cancelledSeats: booking.liveSeats });
  }

  #stored(bookingSeq: number | undefined): BookingRecord | undefined {
    return bookingSeq === undefined ? undefined : this.#bookings.get(bookingSeq);
  }

  #refuse(cannot: string, detail: string): StatementFailed {
    return new StatementFailed(`Cannot ${cannot}: event_id is ${this.eventId}, ${detail}`, false);
  }
}

function storedBatch({ epoch, firstSeq, lastSeq, blob }: SealedBatch): StoredBatch {
  return { epoch, firstSeq, lastSeq, blob };
}

function madeBy(booking: BookingRecord): StoredBooking {
  return { bookingEpoch: booking.epoch, bookingSeq: booking.bookingSeq };
}

/** The table's check: seats or places, and never both. */
function isOfSeatsOrPlaces({ seats, area, quantity }: BookingRow): boolean {
  if (area === null) return quantity === null && seats.length > 0;
  return quantity !== null && quantity > 0 && seats.length === 0;
}

function uniqueKeys(row: BookingRow): string[] {
  return [
    `booking_seq ${row.bookingSeq}`,
    `hold_seq ${row.holdSeq}`,
    `command ${commandKey(row.holderId, row.commandId)}`,
  ];
}

/** Neither id has a space in it. */
function commandKey(holderId: string, commandId: string): string {
  return `${holderId} ${commandId}`;
}
