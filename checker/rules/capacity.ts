import { type Entry, placesOf } from '../change.js';
import { type EventModel, states } from '../event-model.js';
import type { Report } from '../violations.js';
import type { JournalRule } from './journal-rule.js';

/**
 * [I11] free + held + booked + blocked = capacity, for the seats and for each area, after every change. The free seats are
 * counted by the states of single seats, the others by what holds and bookings have: the two must add up.
 */
export class CapacityRule implements JournalRule {
  #excess = 0;

  constructor(private readonly report: Report) {}

  before({ seq, change }: Entry, event: EventModel): void {
    switch (change.kind) {
      case 'SeatsHeld':
      case 'SeatsBlocked':
      case 'SeatsUnblocked':
        this.#rightState(change.kind, change.seats, event, seq);
        return;
      default:
    }
  }

  after({ seq, change }: Entry, event: EventModel): void {
    const { freeSeats, seatsHeld, seatsBooked, blockedSeats, configuration } = event;
    const sum = freeSeats + seatsHeld + seatsBooked + blockedSeats.size;
    const excess = sum - configuration.seatCount;
    if (excess !== this.#excess) {
      const counts = `${freeSeats} + ${seatsHeld} + ${seatsBooked} + ${blockedSeats.size}`;
      this.report('I11', `free, held, booked and blocked seats are ${counts} of ${configuration.seatCount}`, seq);
    }
    this.#excess = excess;
    this.#area(seq, placesOf(change)?.area, event);
  }

  #rightState(
    kind: 'SeatsHeld' | 'SeatsBlocked' | 'SeatsUnblocked',
    seats: readonly number[],
    event: EventModel,
    seq: number,
  ): void {
    for (const seat of seats) {
      const state = event.stateOf(seat);
      if (kind === 'SeatsUnblocked' && state !== states.blocked) {
        this.report('I11', `seat ${seat} is unblocked and was not blocked`, seq);
      } else if (kind === 'SeatsBlocked' && state !== states.free) {
        this.report('I11', `seat ${seat} is blocked and was not free`, seq);
      } else if (kind === 'SeatsHeld' && state === states.blocked) {
        this.report('I11', `seat ${seat} is held and was blocked`, seq);
      }
    }
  }

  #area(seq: number, id: string | undefined, event: EventModel): void {
    const area = id === undefined ? undefined : event.areas.get(id);
    if (area === undefined) return;
    const { capacity, held, booked, blocked } = area;
    if (held + booked + blocked <= capacity && Math.min(held, booked, blocked) >= 0) return;
    this.report(
      'I11',
      `held, booked and blocked places of ${id} are ${held} + ${booked} + ${blocked} of ${capacity}`,
      seq,
    );
  }
}
