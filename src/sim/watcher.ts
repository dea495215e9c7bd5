import assert from 'node:assert/strict';
import type { DownFrame } from '../protocol/down.js';
import type { Sighting } from './history.js';

/**
 * A client's map, kept from frames alone. Written apart from the SDK's, so that the two cannot share a mistake. States and
 * areas are never written to once they were seen: a frame that changes them makes new ones.
 */
export class Watcher {
  states: Uint8Array | null = null;
  /** `free, held, booked, blocked` by area. */
  areas: ReadonlyMap<string, readonly number[]> = new Map();
  position: readonly [number, number] | null = null;

  constructor(private readonly onSeen: (map: Omit<Sighting, 'atMs'>) => void) {}

  apply(frame: DownFrame): void {
    this.#take(frame);
    const { states, areas, position } = this;
    if (states !== null && position !== null) this.onSeen({ position, states, areas });
  }

  #take(frame: DownFrame): void {
    if (frame[0] === 2) {
      const [, , position, seatCount, packed, areas] = frame;
      const states = new Uint8Array(seatCount);
      for (let seat = 0; seat < seatCount; seat += 1)
        states[seat] = ((packed[seat >> 2] ?? 0) >> ((seat & 3) << 1)) & 3;
      this.states = states;
      this.areas = new Map(areas.map(([area, ...counts]) => [area, counts]));
      this.position = position;
    } else if (frame[0] === 3) {
      const [, , epoch, fromSeq, toSeq, seats, areas] = frame;
      assert.ok(this.states !== null && this.position !== null, 'a delta came before any map');
      assert.equal(fromSeq, this.position[1], '[I14] a delta does not follow the one before');
      assert.ok(toSeq >= fromSeq && epoch >= this.position[0], '[I8] a delta goes backwards');
      if (seats.length > 0) this.states = withSeats(this.states, seats);
      if (areas.length > 0)
        this.areas = new Map([...this.areas, ...areas.map(([area, ...counts]) => [area, counts] as const)]);
      this.position = [epoch, toSeq];
    }
  }

  /** The connection is gone; the position is kept for the next subscribe. */
  forgetMap(): void {
    this.states = null;
    this.areas = new Map();
    this.position = null;
  }
}

/** @param seats seat and state by turns */
function withSeats(before: Uint8Array, seats: readonly number[]): Uint8Array {
  const states = before.slice();
  for (let i = 0; i < seats.length; i += 2) {
    const seat = seats[i] as number;
    assert.ok(seat < states.length, `[I14] a delta speaks of a seat that is not there: ${seat}`);
    states[seat] = seats[i + 1] as number;
  }
  return states;
}
