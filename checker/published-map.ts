import { seatsOf } from './change.js';
import type { Timeline } from './timeline.js';

/** The states of all seats, packed as frame 2 packs them, moved along the journal. */
export class PublishedMap {
  readonly #packed: Buffer;
  #seq = 0;

  constructor(private readonly timeline: Timeline) {
    this.#packed = Buffer.alloc(Math.ceil(timeline.chart.configuration.seatCount / 4));
  }

  /** The states after change `seq`, which only rises, in base64. */
  at(seq: number): string {
    for (; this.#seq < seq; this.#seq += 1) {
      const change = this.timeline.entryAt(this.#seq + 1)?.change;
      for (const seat of change === undefined ? [] : seatsOf(change)) {
        if (this.timeline.chart.has(seat)) this.#set(seat, this.timeline.stateAt(seat, seq));
      }
    }
    return this.#packed.toString('base64');
  }

  #set(seat: number, state: number): void {
    const shift = 2 * (seat & 3);
    const others = (this.#packed[seat >> 2] ?? 0) & ~(3 << shift);
    this.#packed[seat >> 2] = others | (state << shift);
  }
}

/** The states of so many seats; null where the text does not have them. */
export function unpackStates(base64: unknown, seatCount: number): Uint8Array | null {
  if (typeof base64 !== 'string') return null;
  const packed = Buffer.from(base64, 'base64');
  if (packed.length !== Math.ceil(seatCount / 4)) return null;
  const states = new Uint8Array(seatCount);
  for (let seat = 0; seat < seatCount; seat += 1) states[seat] = ((packed[seat >> 2] ?? 0) >> (2 * (seat & 3))) & 3;
  return states;
}
