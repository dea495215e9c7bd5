import { unreachable } from '../../lib/assert.js';
import type { Command } from '../command.js';
import type { EventConfiguration } from '../configuration.js';

/**
 * The rules of an event once more, told in the plainest way: objects in maps, every question a walk over all of them. Tests
 * compare `decide` and `apply` with it; it shares no code with them.
 */
interface NaiveHold {
  readonly id: string;
  readonly seq: number;
  readonly holderId: string;
  seats: number[];
  deadlineMs: number;
  extensions: number;
  ended: 'released' | 'expired' | 'revoked' | 'confirmed' | null;
  booking: { readonly id: string; readonly seq: number; cancelled: boolean } | null;
}

export type NaiveOutcome =
  | { readonly answer: unknown }
  | { readonly already: number }
  | { readonly code: string; readonly seats?: number[]; readonly reason?: string; readonly retryAfterMs?: number };

export class NaiveEvent {
  seq = 1;
  epoch = 1;
  readonly holds: NaiveHold[] = [];
  readonly blocked = new Set<number>();

  constructor(
    readonly configuration: EventConfiguration,
    public nowMs: number,
  ) {}

  /** Every hold that ends by now, in the order in which it does. */
  expire(): { holdId: string; seats: number[] }[] {
    const due = this.live().filter((hold) => hold.deadlineMs <= this.nowMs);
    due.sort((one, other) => one.deadlineMs - other.deadlineMs || one.seq - other.seq);
    return due.map((hold) => {
      this.seq += 1;
      hold.ended = 'expired';
      return { holdId: hold.id, seats: hold.seats };
    });
  }

  raise(untilMs: number): void {
    this.seq += 1;
    for (const hold of this.live()) hold.deadlineMs = Math.max(hold.deadlineMs, untilMs);
  }

  stateOf(seat: number): number {
    if (this.live().some((hold) => hold.seats.includes(seat))) return 1;
    if (this.booked().some((hold) => hold.seats.includes(seat))) return 2;
    return this.blocked.has(seat) ? 3 : 0;
  }

  holdsOf(holderId: string): unknown[] {
    const own = this.live().filter((hold) => hold.holderId === holderId);
    return own.map((hold) => ({ holdId: hold.id, seats: hold.seats, expiresInMs: hold.deadlineMs - this.nowMs }));
  }

  nextDeadlineMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.live().map((hold) => hold.deadlineMs));
  }

  do(command: Command): NaiveOutcome {
    switch (command.kind) {
      case 'hold':
        return this.hold(command.identity.holderId, [...command.seats]);
      case 'extend':
        return this.extend(command.identity.holderId, command.holdId);
      case 'release':
        return this.release(command.identity.holderId, command.holdId, command.seats);
      case 'confirm':
        return this.confirm(command.identity.holderId, command.holdId, command.by);
      case 'block':
        return this.change([...command.seats], 0, 3, 'seat_taken');
      case 'unblock':
        return this.change([...command.seats], 3, 0, 'not_available');
      case 'revoke':
        return this.revoke(command.holdId);
      case 'cancel':
        return this.cancel(command.bookingId);
      default:
        return unreachable(command);
    }
  }

  private live(): NaiveHold[] {
    return this.holds.filter((hold) => hold.ended === null);
  }

  private booked(): NaiveHold[] {
    return this.holds.filter((hold) => hold.booking !== null && !hold.booking.cancelled);
  }

  private price(seats: number[]): number {
    const categories = this.configuration.seatCategories.flatMap(([category, run]) =>
      Array<number>(run).fill(category),
    );
    return seats.reduce((sum, seat) => sum + (this.configuration.pricesMinor[categories[seat] ?? -1] ?? Number.NaN), 0);
  }

  private body(hold: NaiveHold): NaiveOutcome {
    return {
      answer: {
        holdId: hold.id,
        seats: hold.seats,
        expiresInMs: hold.deadlineMs - this.nowMs,
        totalMinor: this.price(hold.seats),
        currency: this.configuration.currency,
      },
    };
  }

  private hold(holderId: string, seats: number[]): NaiveOutcome {
    const { seatCount, onSaleAtMs, closesAtMs, seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax } =
      this.configuration;
    const unknown = seats.filter((seat) => seat >= seatCount);
    if (unknown.length > 0) return { code: 'unknown_seat', seats: unknown };
    if (onSaleAtMs !== null && this.nowMs < onSaleAtMs)
      return { code: 'not_on_sale', retryAfterMs: onSaleAtMs - this.nowMs };
    if (closesAtMs !== null && this.nowMs >= closesAtMs) return { code: 'not_on_sale' };
    const liveOfHolder = this.live().filter((hold) => hold.holderId === holderId);
    const bookedOfHolder = this.booked().filter((hold) => hold.holderId === holderId);
    const seatsOfHolder = [...liveOfHolder, ...bookedOfHolder].flatMap((hold) => hold.seats).length;
    const isOver =
      seats.length > seatsPerHoldMax ||
      liveOfHolder.length + 1 > holdsPerHolderMax ||
      seatsOfHolder + seats.length > seatsPerHolderMax;
    if (isOver) return { code: 'limit_exceeded' };
    const taken = seats.filter((seat) => this.stateOf(seat) !== 0);
    if (taken.length > 0) return { code: 'seat_taken', seats: taken };
    this.seq += 1;
    const id = `H${this.epoch.toString(36)}-${this.seq.toString(36)}`;
    const deadlineMs = this.nowMs + this.configuration.holdTtlMs;
    const hold: NaiveHold = {
      id,
      seq: this.seq,
      holderId,
      seats,
      deadlineMs,
      extensions: 0,
      ended: null,
      booking: null,
    };
    this.holds.push(hold);
    return this.body(hold);
  }

  /** The live hold of that id, or why there is none. */
  private find(holdId: string, holderId: string | null): NaiveHold | NaiveOutcome {
    const hold = this.holds.find((one) => one.id === holdId && (holderId === null || one.holderId === holderId));
    if (hold === undefined) return { code: 'unknown_hold' };
    return hold.ended === null ? hold : { code: 'hold_ended', reason: hold.ended };
  }

  private extend(holderId: string, holdId: string): NaiveOutcome {
    const hold = this.find(holdId, holderId);
    if (!('id' in hold)) return hold;
    const { closesAtMs, extensionsPerHoldMax, holdTtlMs } = this.configuration;
    if (closesAtMs !== null && this.nowMs >= closesAtMs) return { code: 'not_on_sale' };
    if (hold.extensions === extensionsPerHoldMax) return { code: 'limit_exceeded' };
    this.seq += 1;
    hold.extensions += 1;
    hold.deadlineMs = Math.max(hold.deadlineMs, this.nowMs + holdTtlMs);
    return this.body(hold);
  }

  private release(holderId: string, holdId: string, list: readonly number[] | null): NaiveOutcome {
    const hold = this.find(holdId, holderId);
    if (!('id' in hold)) return hold;
    const seats = [...(list ?? hold.seats)];
    const foreign = seats.filter((seat) => !hold.seats.includes(seat));
    if (foreign.length > 0) return { code: 'unknown_hold', seats: foreign };
    this.seq += 1;
    const remaining = hold.seats.filter((seat) => !seats.includes(seat));
    if (remaining.length === 0) hold.ended = 'released';
    else hold.seats = remaining;
    return { answer: { holdId, seats, remaining } };
  }

  private confirm(holderId: string, holdId: string, by: 'holder' | 'server'): NaiveOutcome {
    if (this.configuration.confirmBy === 'server' && by === 'holder') return { code: 'forbidden' };
    const confirmed = this.holds.find(
      (hold) => hold.id === holdId && hold.holderId === holderId && hold.booking !== null,
    );
    if (confirmed?.booking) return { already: confirmed.booking.seq };
    const hold = this.find(holdId, holderId);
    if (!('id' in hold)) return hold;
    this.seq += 1;
    hold.ended = 'confirmed';
    hold.booking = { id: `B${this.epoch.toString(36)}-${this.seq.toString(36)}`, seq: this.seq, cancelled: false };
    const { currency } = this.configuration;
    return { answer: { bookingId: hold.booking.id, seats: hold.seats, totalMinor: this.price(hold.seats), currency } };
  }

  private change(seats: number[], from: number, to: number, code: string): NaiveOutcome {
    const unknown = seats.filter((seat) => seat >= this.configuration.seatCount);
    if (unknown.length > 0) return { code: 'unknown_seat', seats: unknown };
    const others = seats.filter((seat) => this.stateOf(seat) !== from);
    if (others.length > 0) return { code, seats: others };
    this.seq += 1;
    for (const seat of seats) {
      if (to === 3) this.blocked.add(seat);
      else this.blocked.delete(seat);
    }
    return { answer: { seats } };
  }

  private revoke(holdId: string): NaiveOutcome {
    const hold = this.find(holdId, null);
    if (!('id' in hold)) return hold;
    this.seq += 1;
    hold.ended = 'revoked';
    return { answer: { seats: hold.seats } };
  }

  private cancel(bookingId: string): NaiveOutcome {
    const hold = this.holds.find((one) => one.booking?.id === bookingId);
    if (!hold?.booking) return { code: 'unknown_hold' };
    if (hold.booking.cancelled) return { code: 'hold_ended' };
    this.seq += 1;
    hold.booking.cancelled = true;
    return { answer: { seats: hold.seats } };
  }
}
