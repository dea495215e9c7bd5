import { unreachable } from '../../lib/assert.js';
import type { AreaPlaces } from '../area-places.js';
import type { Command, HoldBestCommand } from '../command.js';
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
  /** Of a hold of an area. */
  places: { readonly area: string; quantity: number } | null;
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
  /** By area. */
  readonly blockedPlaces = new Map<string, number>();

  constructor(
    readonly configuration: EventConfiguration,
    public nowMs: number,
  ) {}

  /** Every hold that ends by now, in the order in which it does. */
  expire(): { holdId: string; seats: number[]; places: AreaPlaces | null }[] {
    const due = this.live().filter((hold) => hold.deadlineMs <= this.nowMs);
    due.sort((one, other) => one.deadlineMs - other.deadlineMs || one.seq - other.seq);
    return due.map((hold) => {
      this.seq += 1;
      hold.ended = 'expired';
      return { holdId: hold.id, seats: hold.seats, places: hold.places };
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

  /** `[area, free, held, booked, blocked]` of each. */
  areas(): (readonly [string, number, number, number, number])[] {
    const placesIn = (holds: NaiveHold[], area: string): number =>
      holds.reduce((sum, { places }) => sum + (places?.area === area ? places.quantity : 0), 0);
    return this.configuration.areas.map(({ area, capacity }) => {
      const held = placesIn(this.live(), area);
      const booked = placesIn(this.booked(), area);
      const blocked = this.blockedPlaces.get(area) ?? 0;
      return [area, capacity - held - booked - blocked, held, booked, blocked];
    });
  }

  holdsOf(holderId: string): unknown[] {
    const own = this.live().filter((hold) => hold.holderId === holderId);
    return Array.from(own, ({ id, seats, places, deadlineMs }) => ({
      holdId: id,
      seats,
      ...places,
      expiresInMs: deadlineMs - this.nowMs,
    }));
  }

  nextDeadlineMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.live().map((hold) => hold.deadlineMs));
  }

  /** What `command` must lead to. Which seats are best is not told here: they are asked for as if by name. */
  do(command: Exclude<Command, HoldBestCommand>): NaiveOutcome {
    switch (command.kind) {
      case 'hold':
        return this.hold(command.identity.holderId, [...command.seats]);
      case 'holdArea':
        return this.holdArea(command.identity.holderId, command.places);
      case 'extend':
        return this.extend(command.identity.holderId, command.holdId);
      case 'release':
        return this.release(command.identity.holderId, command.holdId, command.seats, command.quantity);
      case 'confirm':
        return this.confirm(command.identity.holderId, command.holdId, command.by);
      case 'block':
        return command.places === null
          ? this.change([...command.seats], 0, 3, 'seat_taken')
          : this.blockPlaces(command.places, 1);
      case 'unblock':
        return command.places === null
          ? this.change([...command.seats], 3, 0, 'not_available')
          : this.blockPlaces(command.places, -1);
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

  private price({ seats, places }: NaiveHold): number {
    const categories = this.configuration.seatCategories.flatMap(([category, run]) =>
      Array<number>(run).fill(category),
    );
    const area = this.configuration.areas.find((one) => one.area === places?.area);
    const each = [
      ...seats.map((seat) => categories[seat]),
      ...Array<number | undefined>(places?.quantity ?? 0).fill(area?.category),
    ];
    return each.reduce<number>(
      (sum, category) => sum + (this.configuration.pricesMinor[category ?? -1] ?? Number.NaN),
      0,
    );
  }

  private body(hold: NaiveHold): NaiveOutcome {
    return {
      answer: {
        holdId: hold.id,
        seats: hold.seats,
        ...hold.places,
        expiresInMs: hold.deadlineMs - this.nowMs,
        totalMinor: this.price(hold),
        currency: this.configuration.currency,
      },
    };
  }

  private hold(holderId: string, seats: number[]): NaiveOutcome {
    const unknown = seats.filter((seat) => seat >= this.configuration.seatCount);
    if (unknown.length > 0) return { code: 'unknown_seat', seats: unknown };
    const refused = this.refusal(holderId, seats.length);
    if (refused !== null) return refused;
    const taken = seats.filter((seat) => this.stateOf(seat) !== 0);
    if (taken.length > 0) return { code: 'seat_taken', seats: taken };
    return this.make(holderId, seats, null);
  }

  private holdArea(holderId: string, { area, quantity }: AreaPlaces): NaiveOutcome {
    const counts = this.areas().find((one) => one[0] === area);
    if (counts === undefined) return { code: 'unknown_area' };
    const refused = this.refusal(holderId, quantity);
    if (refused !== null) return refused;
    if (quantity > counts[1]) return { code: 'not_available' };
    return this.make(holderId, [], { area, quantity });
  }

  /** Why nobody gets a hold of so many, whichever they are; null: no reason. */
  refusal(holderId: string, quantity: number): NaiveOutcome | null {
    const { onSaleAtMs, closesAtMs, seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax } = this.configuration;
    if (onSaleAtMs !== null && this.nowMs < onSaleAtMs)
      return { code: 'not_on_sale', retryAfterMs: onSaleAtMs - this.nowMs };
    if (closesAtMs !== null && this.nowMs >= closesAtMs) return { code: 'not_on_sale' };
    const liveOfHolder = this.live().filter((hold) => hold.holderId === holderId);
    const bookedOfHolder = this.booked().filter((hold) => hold.holderId === holderId);
    const had = [...liveOfHolder, ...bookedOfHolder].reduce(
      (sum, { seats, places }) => sum + seats.length + (places?.quantity ?? 0),
      0,
    );
    const isOver =
      quantity > seatsPerHoldMax || liveOfHolder.length + 1 > holdsPerHolderMax || had + quantity > seatsPerHolderMax;
    return isOver ? { code: 'limit_exceeded' } : null;
  }

  private make(holderId: string, seats: number[], places: AreaPlaces | null): NaiveOutcome {
    this.seq += 1;
    const hold: NaiveHold = {
      id: `H${this.epoch.toString(36)}-${this.seq.toString(36)}`,
      seq: this.seq,
      holderId,
      seats,
      places: places && { ...places },
      deadlineMs: this.nowMs + this.configuration.holdTtlMs,
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

  private release(
    holderId: string,
    holdId: string,
    list: readonly number[] | null,
    quantity: number | null,
  ): NaiveOutcome {
    const hold = this.find(holdId, holderId);
    if (!('id' in hold)) return hold;
    const seats = [...(list ?? hold.seats)];
    const foreign = seats.filter((seat) => !hold.seats.includes(seat));
    if (foreign.length > 0) return { code: 'unknown_hold', seats: foreign };
    if (hold.places !== null) return this.releasePlaces(hold, hold.places, quantity ?? hold.places.quantity);
    if (quantity !== null) return { code: 'unknown_area' };
    this.seq += 1;
    const remaining = hold.seats.filter((seat) => !seats.includes(seat));
    if (remaining.length === 0) hold.ended = 'released';
    else hold.seats = remaining;
    return { answer: { holdId, seats, remaining } };
  }

  private releasePlaces(
    hold: NaiveHold,
    places: { readonly area: string; quantity: number },
    quantity: number,
  ): NaiveOutcome {
    if (quantity > places.quantity) return { code: 'unknown_hold' };
    this.seq += 1;
    const remainingQuantity = places.quantity - quantity;
    if (remainingQuantity === 0) hold.ended = 'released';
    else places.quantity = remainingQuantity;
    return { answer: { holdId: hold.id, seats: [], remaining: [], area: places.area, quantity, remainingQuantity } };
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
    const { seats, places } = hold;
    return { answer: { bookingId: hold.booking.id, seats, ...places, totalMinor: this.price(hold), currency } };
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

  /** @param sign 1: block, -1: unblock */
  private blockPlaces({ area, quantity }: AreaPlaces, sign: 1 | -1): NaiveOutcome {
    const counts = this.areas().find((one) => one[0] === area);
    if (counts === undefined) return { code: 'unknown_area' };
    const [, free, , , blocked] = counts;
    if (quantity > (sign === 1 ? free : blocked)) return { code: 'not_available' };
    this.seq += 1;
    this.blockedPlaces.set(area, blocked + sign * quantity);
    return { answer: { seats: [], area, quantity } };
  }

  private revoke(holdId: string): NaiveOutcome {
    const hold = this.find(holdId, null);
    if (!('id' in hold)) return hold;
    this.seq += 1;
    hold.ended = 'revoked';
    return { answer: { seats: hold.seats, ...hold.places } };
  }

  private cancel(bookingId: string): NaiveOutcome {
    const hold = this.holds.find((one) => one.booking?.id === bookingId);
    if (!hold?.booking) return { code: 'unknown_hold' };
    if (hold.booking.cancelled) return { code: 'hold_ended' };
    this.seq += 1;
    hold.booking.cancelled = true;
    return { answer: { seats: hold.seats, ...hold.places } };
  }
}
