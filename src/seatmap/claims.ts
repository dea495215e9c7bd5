import { InvariantError } from '../lib/assert.js';
import { MinHeap } from '../lib/min-heap.js';
import { SeqTable } from '../lib/seq-table.js';
import { grown, grownLength } from '../lib/typed-growth.js';

/** No slot, and the end of the list of free ones. */
const noSlot = -1;

/**
 * Who has which seats, or places of an area. A claim is a hold and, once confirmed, the booking that it became; it keeps its
 * slot, a row of these columns, as long as it has any. Free slots have hold seq 0 and are chained through `#firstSeats`.
 *
 * The seats of a claim are a linked list, in the order in which the client named them. The last points back at the slot:
 *
 *     #firstSeats[slot] ─► 17 ─► #nextSeats[17] = 18 ─► #nextSeats[18] = ~slot
 *
 * so that a seat leads to its claim too, and no column for that is needed. A claim on places has `~area` where others have
 * their first seat, and says in `#quantities` how many; an event without areas has no such column.
 */
export class Claims {
  #holdSeqs = new Uint32Array(0);
  #holders = new Int32Array(0);
  #firstSeats = new Int32Array(0);
  /** One column for both: a hold has a deadline and no booking seq, a booking the other way round. */
  #deadlinesOrBookingSeqs = new Float64Array(0);
  #extensions = new Uint32Array(0);
  #quantities = new Uint32Array(0);
  readonly #nextSeats: Int32Array;
  #firstFreeSlot = noSlot;
  readonly #slotsBySeq = new SeqTable((slot) => this.#holdSeqs[slot] as number);
  /** The live holds, the earliest deadline first, the older hold where two are equal. */
  readonly #deadlines = new MinHeap((slot, other) => {
    const deadlineMs = this.#deadlinesOrBookingSeqs[slot] as number;
    const otherMs = this.#deadlinesOrBookingSeqs[other] as number;
    if (deadlineMs !== otherMs) return deadlineMs < otherMs;
    return (this.#holdSeqs[slot] as number) < (this.#holdSeqs[other] as number);
  });

  /** @param placeCount capacity of all areas */
  constructor(
    seatCount: number,
    private readonly placeCount: number,
  ) {
    this.#nextSeats = new Int32Array(seatCount);
  }

  /** Holds and bookings. */
  get count(): number {
    return this.#slotsBySeq.size;
  }

  get holdCount(): number {
    return this.#deadlines.size;
  }

  get byteLength(): number {
    const columns = [
      this.#holdSeqs,
      this.#holders,
      this.#firstSeats,
      this.#deadlinesOrBookingSeqs,
      this.#extensions,
      this.#quantities,
    ];
    const bytesOfColumns = columns.reduce((bytes, column) => bytes + column.byteLength, 0);
    return bytesOfColumns + this.#nextSeats.byteLength + this.#slotsBySeq.byteLength + this.#deadlines.byteLength;
  }

  /** The slot of the hold that change `holdSeq` made, also once it is a booking; -1 where it has ended. */
  find(holdSeq: number): number {
    return this.#slotsBySeq.find(holdSeq);
  }

  /** The slot of the booking that change `bookingSeq` made, or -1. Only cancellations ask: a scan, about a nanosecond a claim. */
  findBooking(bookingSeq: number): number {
    const { length } = this.#holdSeqs;
    for (let slot = 0; slot < length; slot += 1) {
      if (this.#deadlinesOrBookingSeqs[slot] === bookingSeq && this.#holdSeqs[slot] !== 0 && !this.isHold(slot))
        return slot;
    }
    return noSlot;
  }

  /** The slot of the hold with the earliest deadline, or -1. */
  get earliestHold(): number {
    return this.#deadlines.top;
  }

  isHold(slot: number): boolean {
    return this.#deadlines.has(slot);
  }

  holdSeqOf(slot: number): number {
    return this.#holdSeqs[slot] as number;
  }

  holderOf(slot: number): number {
    return this.#holders[slot] as number;
  }

  /** Of a hold. */
  deadlineMsOf(slot: number): number {
    return this.#deadlinesOrBookingSeqs[slot] as number;
  }

  extensionsOf(slot: number): number {
    return this.#extensions[slot] as number;
  }

  /** Of a booking. */
  bookingSeqOf(slot: number): number {
    return this.#deadlinesOrBookingSeqs[slot] as number;
  }

  /** In the order in which the client named them; none where the claim is on places. */
  seatsOf(slot: number): number[] {
    const seats: number[] = [];
    for (let seat = this.#firstSeats[slot] as number; seat >= 0; seat = this.#nextSeats[seat] as number)
      seats.push(seat);
    return seats;
  }

  /** Index of the area where the claim is on places; -1 where it is on seats. */
  areaOf(slot: number): number {
    const firstSeat = this.#firstSeats[slot] as number;
    return firstSeat < 0 ? ~firstSeat : -1;
  }

  /** Of a claim on places. */
  quantityOf(slot: number): number {
    return this.#quantities[slot] as number;
  }

  /** The slot of the claim that has this seat, which must be held or booked. */
  slotOfSeat(seat: number): number {
    let next = seat;
    while (next >= 0) next = this.#nextSeats[next] as number;
    return ~next;
  }

  /** All slots in use, in no order. */
  *slots(): Generator<number> {
    for (let slot = 0; slot < this.#holdSeqs.length; slot += 1) if (this.#holdSeqs[slot] !== 0) yield slot;
  }

  /** All slots in use, the oldest hold first. */
  slotsInOrder(): Int32Array {
    const holdSeqs = this.#holdSeqs.filter((holdSeq) => holdSeq !== 0).sort();
    const slots = new Int32Array(holdSeqs.length);
    for (let index = 0; index < slots.length; index += 1) slots[index] = this.find(holdSeqs[index] as number);
    return slots;
  }

  addHold(holdSeq: number, holder: number, seats: readonly number[], deadlineMs: number): number {
    const slot = this.#takeSlot(holdSeq, holder, deadlineMs);
    this.setSeats(slot, seats);
    return slot;
  }

  addHoldOfPlaces(holdSeq: number, holder: number, area: number, quantity: number, deadlineMs: number): number {
    const slot = this.#takeSlot(holdSeq, holder, deadlineMs);
    this.#firstSeats[slot] = ~area;
    this.setQuantity(slot, quantity);
    return slot;
  }

  setSeats(slot: number, seats: readonly number[]): void {
    let next = ~slot;
    for (let index = seats.length - 1; index >= 0; index -= 1) {
      const seat = seats[index] as number;
      this.#nextSeats[seat] = next;
      next = seat;
    }
    if (next < 0)
      throw new InvariantError(`[I4] Cannot leave a claim without seats: hold seq is ${this.holdSeqOf(slot)}`);
    this.#firstSeats[slot] = next;
  }

  /** Of a claim on places. */
  setQuantity(slot: number, quantity: number): void {
    if (!(quantity >= 1)) {
      throw new InvariantError(`[I4] Cannot leave a claim without places: hold seq is ${this.holdSeqOf(slot)}`);
    }
    this.#quantities[slot] = quantity;
  }

  setDeadline(slot: number, deadlineMs: number): void {
    this.#deadlinesOrBookingSeqs[slot] = deadlineMs;
    this.#deadlines.moved(slot);
  }

  setExtensions(slot: number, extensions: number): void {
    this.#extensions[slot] = extensions;
  }

  /** No live hold ends before `untilMs`. */
  raiseDeadlines(untilMs: number): void {
    this.#deadlines.each((slot) => {
      if (this.deadlineMsOf(slot) < untilMs) this.#deadlinesOrBookingSeqs[slot] = untilMs;
    });
    this.#deadlines.reorder();
  }

  /** The hold becomes a booking. */
  confirm(slot: number, bookingSeq: number): void {
    this.#deadlines.remove(slot);
    this.#deadlinesOrBookingSeqs[slot] = bookingSeq;
    this.#extensions[slot] = 0;
  }

  remove(slot: number): void {
    if (this.isHold(slot)) this.#deadlines.remove(slot);
    this.#slotsBySeq.delete(this.holdSeqOf(slot));
    this.#holdSeqs[slot] = 0;
    this.#firstSeats[slot] = this.#firstFreeSlot;
    this.#firstFreeSlot = slot;
  }

  /** Throws unless each claim is found by its seq and the deadlines are in order. */
  check(): void {
    let claims = 0;
    for (const slot of this.slots()) {
      claims += 1;
      if (this.find(this.holdSeqOf(slot)) !== slot) {
        throw new InvariantError(
          `Cannot trust the claims as one is not found by its seq: hold seq is ${this.holdSeqOf(slot)}`,
        );
      }
    }
    if (claims !== this.count)
      throw new InvariantError(`Cannot trust the claims as the table has others: claims are ${claims}`);
    this.#deadlines.check();
    this.#deadlines.each((slot) => {
      if (this.holdSeqOf(slot) === 0)
        throw new InvariantError(`Cannot trust the claims as a free slot has a deadline: slot is ${slot}`);
    });
  }

  /** A free slot becomes a hold, of nothing yet. */
  #takeSlot(holdSeq: number, holder: number, deadlineMs: number): number {
    if (this.#firstFreeSlot === noSlot) this.#grow();
    const slot = this.#firstFreeSlot;
    this.#firstFreeSlot = this.#firstSeats[slot] as number;
    this.#holdSeqs[slot] = holdSeq;
    this.#holders[slot] = holder;
    this.#deadlinesOrBookingSeqs[slot] = deadlineMs;
    this.#extensions[slot] = 0;
    this.#slotsBySeq.add(slot);
    this.#deadlines.push(slot);
    return slot;
  }

  #grow(): void {
    const oldLength = this.#holdSeqs.length;
    const length = Math.min(grownLength(oldLength), this.#nextSeats.length + this.placeCount);
    if (length === oldLength)
      throw new InvariantError(`Cannot add a claim as there are as many as seats and places: claims are ${length}`);
    this.#holdSeqs = grown(this.#holdSeqs, length);
    this.#holders = grown(this.#holders, length);
    this.#firstSeats = grown(this.#firstSeats, length);
    this.#deadlinesOrBookingSeqs = grown(this.#deadlinesOrBookingSeqs, length);
    this.#extensions = grown(this.#extensions, length);
    if (this.placeCount > 0) this.#quantities = grown(this.#quantities, length);
    for (let slot = length - 1; slot >= oldLength; slot -= 1) {
      this.#firstSeats[slot] = this.#firstFreeSlot;
      this.#firstFreeSlot = slot;
    }
  }
}
