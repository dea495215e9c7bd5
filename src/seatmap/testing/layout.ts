import type { SeatLayout } from '../layout.js';
import { encodePositions } from '../positions.js';

/** So many seats in one straight row without aisles, a unit apart, the focus in front of seat 0. */
export function layoutOf(seatCount: number, overrides: Partial<SeatLayout> = {}): SeatLayout {
  return {
    focus: [0, -100],
    sections: ['stalls'],
    seatSections: [[0, seatCount]],
    blocks: [seatCount],
    seatAccess: [[0, seatCount]],
    positions: encodePositions(Array.from({ length: seatCount }, (_, seat) => [seat * 10, 0]).flat()),
    ...overrides,
  };
}
