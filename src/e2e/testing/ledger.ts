import assert from 'node:assert/strict';
import type { JournalLine } from './journal-text.js';
import type { SeatState } from './watched-map.js';
import type { Answer, Position } from './wire-client.js';

interface Deed {
  readonly kind: string;
  readonly position: Position;
  readonly seats: readonly number[];
}

/** What clients were told of their commands, to be held against what the server has: nobody may be told a thing that is not so. */
export class Ledger {
  readonly #accepted = new Map<string, Deed>();
  readonly #refused = new Map<string, string>();

  get acceptedCount(): number {
    return this.#accepted.size;
  }

  get refusedCount(): number {
    return this.#refused.size;
  }

  /** @param kind of the change that the command makes */
  note(holderId: string, commandId: string, kind: string, answer: Answer<{ readonly seats: readonly number[] }>): void {
    const key = `${holderId} ${commandId}`;
    if (answer.kind === 'accepted') {
      this.#accepted.set(key, { kind, position: answer.position, seats: answer.body.seats });
    } else {
      assert.doesNotMatch(answer.code, /unavailable/, 'what is unknown is asked again');
      this.#refused.set(key, answer.code);
    }
  }

  /**
   * The journal has every command that was accepted, at the position and with the seats that its client was told, and no other
   * [I6] [I7]. Retold seat by seat it never gives one away twice [I1] [I3] [I9], and it ends in the map that everybody sees.
   */
  assertEquals(journal: readonly JournalLine[], states: readonly SeatState[]): void {
    const unseen = new Map(this.#accepted);
    for (const { by, kind, epoch, seq, seats } of journal) {
      if (by === null) continue;
      const key = `${by.holderId} ${by.commandId}`;
      const deed = unseen.get(key);
      assert.ok(deed !== undefined, `${key} was ${this.#refused.get(key) ?? 'never settled'}, yet it is change ${seq}`);
      assert.deepEqual({ ...deed, seats: sorted(deed.seats) }, { kind, position: [epoch, seq], seats: sorted(seats) });
      unseen.delete(key);
    }
    assert.deepEqual([...unseen.keys()], [], 'accepted, but not in the journal');
    assert.deepEqual(retold(journal, states.length), states);
  }
}

const [free, held, booked] = [0, 1, 2];

const transitions: Readonly<Record<string, readonly [from: SeatState, to: SeatState]>> = {
  SeatsHeld: [free, held],
  HoldExtended: [held, held],
  HoldReleased: [held, free],
  HoldExpired: [held, free],
  BookingConfirmed: [held, booked],
};

function retold(journal: readonly JournalLine[], seatCount: number): SeatState[] {
  const states = Array.from({ length: seatCount }, () => free);
  for (const { seq, kind, seats } of journal) {
    const [from, to] = transitions[kind] ?? [];
    if (from === undefined || to === undefined) continue;
    for (const seat of seats) {
      assert.equal(states[seat], from, `seat ${seat} at change ${seq}, ${kind}`);
      states[seat] = to;
    }
  }
  return states;
}

function sorted(seats: readonly number[]): number[] {
  return [...seats].sort((a, b) => a - b);
}
