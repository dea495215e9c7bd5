import type { AreaPlaces } from '../seatmap/area-places.js';
import type { BookingCancelled, BookingConfirmed, EventOpened } from '../seatmap/change.js';
import type { BookingRecord } from './audit.js';
import type { Entry } from './entry.js';

export type ExpectedBooking = Omit<BookingRecord, 'liveSeats' | 'cancelledSeats'>;

/** What the journal says the booking tables must hold: the effect of every confirm and cancel so far. */
export class BookingEffect {
  readonly #bookings = new Map<number, ExpectedBooking>();
  readonly #liveSeats = new Map<number, number>();
  /** By area: the places that live bookings leave. Below 0, more are booked than there are. */
  readonly #placesLeft = new Map<string, number>();
  #currency = '';

  /** In the order of `bookingSeq`. */
  get bookings(): IterableIterator<ExpectedBooking> {
    return this.#bookings.values();
  }

  booking(bookingSeq: number): ExpectedBooking | undefined {
    return this.#bookings.get(bookingSeq);
  }

  /** Gives what is wrong with the change itself, or null. */
  apply({ epoch, seq, change }: Entry): string | null {
    if (change.kind === 'BookingConfirmed') return this.#confirm(epoch, seq, change);
    if (change.kind === 'BookingCancelled') return this.#cancel(change);
    if (change.kind === 'EventOpened') this.#open(change);
    return null;
  }

  #open({ configuration }: EventOpened): void {
    this.#currency = configuration.currency;
    for (const { area, capacity } of configuration.areas) this.#placesLeft.set(area, capacity);
  }

  #confirm(epoch: number, seq: number, change: BookingConfirmed): string | null {
    const { places } = change;
    const rivals = change.seats.filter((seat) => this.#liveSeats.has(seat));
    for (const seat of change.seats) this.#liveSeats.set(seat, seq);
    const overbooked = places === undefined ? null : this.#takePlaces(places);
    this.#bookings.set(seq, {
      bookingSeq: seq,
      epoch,
      holdEpoch: change.holdEpoch,
      holdSeq: change.holdSeq,
      holderId: change.identity.holderId,
      commandId: change.identity.commandId,
      seats: change.seats,
      area: places?.area ?? null,
      quantity: places?.quantity ?? null,
      totalMinor: change.totalMinor,
      currency: this.#currency,
      orderRef: change.orderRef,
      bookedAtMs: change.atMs,
      cancelledAtMs: null,
    });
    return rivals.length === 0 ? overbooked : `books seats that have a live booking: ${rivals.join(', ')}`;
  }

  #cancel(change: BookingCancelled): string | null {
    const booking = this.#bookings.get(change.bookingSeq);
    if (booking === undefined || booking.cancelledAtMs !== null) {
      return `cancels the booking of change ${change.bookingSeq}, which is not live`;
    }
    this.#bookings.set(change.bookingSeq, { ...booking, cancelledAtMs: change.atMs });
    for (const seat of booking.seats) {
      if (this.#liveSeats.get(seat) === booking.bookingSeq) this.#liveSeats.delete(seat);
    }
    if (booking.area !== null && booking.quantity !== null) {
      this.#placesLeft.set(booking.area, this.#placesLeftOf(booking.area) + booking.quantity);
    }
    return null;
  }

  #takePlaces({ area, quantity }: AreaPlaces): string | null {
    const left = this.#placesLeftOf(area) - quantity;
    this.#placesLeft.set(area, left);
    return left >= 0 ? null : `books ${-left} places more than area ${area} has`;
  }

  #placesLeftOf(area: string): number {
    return this.#placesLeft.get(area) ?? 0;
  }
}
