import type { AcceptedBody, ConfirmBody, HoldBody } from '../protocol/down.js';
import type { AreaPlaces } from '../seatmap/area-places.js';
import type { Command, Identity } from '../seatmap/command.js';
import type { History } from './history.js';
import type { SeededRandom } from './seeded-random.js';

/** What a buyer who is not always sensible wants next, after what it was told of its holds. */
export class Wishes {
  /** Holds that this buyer was told of; some have ended. */
  readonly #holds: HoldBody[] = [];
  readonly #bookings: string[] = [];

  constructor(
    private readonly random: SeededRandom,
    private readonly history: History,
    private readonly seatCount: number,
  ) {}

  /** Mostly asks for what it still has; now and then it does not learn that a hold has ended. Null: the command was refused. */
  learn(command: Command, body: AcceptedBody | null): void {
    const holds = command.kind === 'hold' || command.kind === 'holdBest' || command.kind === 'holdArea';
    if (body !== null && holds) {
      const hold = body as HoldBody;
      this.#holds.push(hold);
      this.history.holdIds.push(hold.holdId);
      return;
    }
    if (body !== null && command.kind === 'confirm') this.#bookings.push((body as ConfirmBody).bookingId);
    const ended =
      body === null ||
      command.kind === 'confirm' ||
      (command.kind === 'release' && command.seats === null && command.quantity === null);
    if (!('holdId' in command) || !ended || this.random.chance(0.2)) return;
    const at = this.#holds.findIndex((hold) => hold.holdId === command.holdId);
    if (at >= 0) this.#holds.splice(at, 1);
  }

  /** It is somebody else from now on. */
  forgetHolds(): void {
    this.#holds.length = 0;
  }

  /** @param n tells the buyer's commands apart */
  next(identity: Identity, n: number): Command {
    const hold = this.#holds[this.random.below(this.#holds.length + 1)];
    if (hold === undefined || this.random.chance(0.4)) return this.#hold(identity);
    // Now and then what is not its own.
    const holdId = this.random.chance(0.05) ? this.#anyHoldId(hold.holdId) : hold.holdId;
    switch (this.random.below(5)) {
      case 0:
        return { kind: 'extend', identity, holdId };
      case 1:
        return this.#releaseSome(identity, { ...hold, holdId });
      case 2:
      case 3:
        return { kind: 'release', identity, holdId, seats: null, quantity: null };
      default:
        // Mostly released again, or the hall would be full and quiet before anything has gone wrong.
        return this.random.chance(0.2)
          ? { kind: 'confirm', identity, holdId, orderRef: `order ${n}`, by: 'holder' }
          : { kind: 'release', identity, holdId, seats: null, quantity: null };
    }
  }

  /** Comes about when the hold ends. */
  race(identity: Identity, n: number, holdId: string): Command {
    const orderRef = `order ${n}`;
    switch (this.random.below(3)) {
      case 0:
        return { kind: 'confirm', identity, holdId, orderRef, by: 'holder' };
      case 1:
        return { kind: 'extend', identity, holdId };
      default:
        return { kind: 'release', identity, holdId, seats: null, quantity: null };
    }
  }

  /** Seats by number, the best ones, or places of an area. */
  #hold(identity: Identity): Command {
    const { random } = this;
    switch (random.below(4)) {
      case 0: {
        const near = random.chance(0.5) ? random.below(this.seatCount) : null;
        const together = random.chance(0.7);
        const wish = { quantity: 1 + random.below(4), categories: null, sections: null, together, accessible: 0, near };
        return { kind: 'holdBest', identity, wish };
      }
      case 1:
        return { kind: 'holdArea', identity, places: this.#places(4) };
      default:
        return { kind: 'hold', identity, seats: this.#seats() };
    }
  }

  /** Sometimes more than the hold has, or places of a hold that has seats. */
  #releaseSome(identity: Identity, { holdId, seats, area }: HoldBody): Command {
    if (area === undefined && this.random.chance(0.95))
      return { kind: 'release', identity, holdId, seats: this.#some(seats), quantity: null };
    return { kind: 'release', identity, holdId, seats: null, quantity: 1 + this.random.below(2) };
  }

  #some(seats: readonly number[]): readonly number[] {
    return this.random.chance(0.05) ? [this.random.below(this.seatCount)] : seats.slice(0, 1);
  }

  #anyHoldId(own: string): string {
    const { holdIds } = this.history;
    const latest = Math.min(holdIds.length, 20);
    return holdIds[holdIds.length - 1 - this.random.below(latest + 1)] ?? own;
  }

  /** Blocks and unblocks as often; revokes and cancels what may have ended. */
  asOperator(identity: Identity): Command {
    const { random } = this;
    const reason = 'why';
    switch (random.below(4)) {
      case 0: {
        const { holdId } = this.#holds[random.below(this.#holds.length + 1)] ?? { holdId: 'H1-1' };
        return { kind: 'revoke', identity, holdId, reason };
      }
      case 1: {
        const bookingId = this.#bookings[random.below(this.#bookings.length + 1)] ?? 'B1-1';
        return { kind: 'cancel', identity, bookingId, reason };
      }
      default: {
        const kind = random.chance(0.5) ? 'block' : 'unblock';
        const places = random.chance(0.5) ? this.#places(3) : null;
        const seats = places === null ? [random.below(this.seatCount)] : [];
        return { kind, identity, seats, places, reason };
      }
    }
  }

  #places(most: number): AreaPlaces {
    return { area: this.random.chance(0.8) ? 'floor' : 'box', quantity: 1 + this.random.below(most) };
  }

  #seats(): number[] {
    const seats = new Set<number>();
    const count = 1 + this.random.below(3);
    while (seats.size < count) seats.add(this.random.below(this.seatCount + (this.random.chance(0.02) ? 1 : 0)));
    return [...seats];
  }
}
