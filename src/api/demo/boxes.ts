import { type BlockRow, seatsFrom } from './block.js';
import type { Span, Track } from './track.js';

/** A ring of boxes, each a row of its own: chairs in a front and a back line, numbered on around the box. */
export interface BoxRing {
  readonly track: Track;
  /** Of the front line. */
  readonly offset: number;
  readonly span: Span;
  readonly count: number;
  readonly front: number;
  readonly back: number;
  readonly chairPitch: number;
  /** `Box`, `Suite`: stands before the number. */
  readonly word: string;
}

export function boxes({ track, offset, span, count, front, back, chairPitch, word }: BoxRing): BlockRow[] {
  const line = (at: number, middle: number, chairs: number) =>
    seatsFrom(track, at, track.reach(at, middle) - (chairs * chairPitch) / 2, chairPitch, chairs);
  return track.divide(offset, span, count).map(([from, to], at) => {
    const middle = track.place(offset, (track.reach(offset, from) + track.reach(offset, to)) / 2);
    const spots = [...line(offset, middle, front), ...line(offset + chairPitch * 1.2, middle, back).toReversed()];
    return { label: `${word} ${at + 1}`, spots, isPlatform: false };
  });
}
