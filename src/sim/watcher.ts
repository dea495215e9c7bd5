import assert from 'node:assert/strict';
import type { DownFrame } from '../protocol/down.js';
import type { Sighting } from './history.js';

/** A client's map, kept from frames alone. Written apart from the SDK's, so that the two cannot share a mistake. */
export class Watcher {
  states: number[] | null = null;
  /** `free, held, booked, blocked` by area. */
  areas = new Map<string, readonly number[]>();
  position: readonly [number, number] | null = null;

  constructor(private readonly onSeen: (map: Omit<Sighting, 'atMs'>) => void) {}

  apply(frame: DownFrame): void {
    this.#take(frame);
    const { states, areas, position } = this;
    if (states !== null && position !== null)
      this.onSeen({ position, states: Uint8Array.from(states), areas: new Map(areas) });
  }

  #take(frame: DownFrame): void {
    if (frame[0] === 2) {
      const [, , position, seatCount, packed, areas] = frame;
      const states: number[] = [];
      for (let seat = 0; seat < seatCount; seat += 1) states.push(((packed[seat >> 2] ?? 0) >> ((seat & 3) << 1)) & 3);
      this.states = states;
      this.areas = new Map(areas.map(([area, ...counts]) => [area, counts]));
      this.position = position;
    } else if (frame[0] === 3) {
      const [, , epoch, fromSeq, toSeq, seats, areas] = frame;
      assert.ok(this.states !== null && this.position !== null, 'a delta came before any map');
      assert.equal(fromSeq, this.position[1], '[I14] a delta does not follow the one before');
      assert.ok(toSeq >= fromSeq && epoch >= this.position[0], '[I8] a delta goes backwards');
      for (let i = 0; i < seats.length; i += 2) this.states[seats[i] as number] = seats[i + 1] as number;
      for (const [area, ...counts] of areas) this.areas.set(area, counts);
      this.position = [epoch, toSeq];
    }
  }

  /** The connection is gone; the position is kept for the next subscribe. */
  forgetMap(): void {
    this.states = null;
    this.areas.clear();
    this.position = null;
  }
}
