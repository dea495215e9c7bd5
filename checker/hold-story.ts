import type { AreaPlaces, EndReason } from './change.js';

/** What became of a hold, and of the booking that it became. */
export interface HoldStory {
  readonly epoch: number;
  readonly seq: number;
  readonly holderId: string;
  /** What each change to it made of it, while it lived: the first is the hold itself. */
  readonly states: HoldState[];
  /** The longest time that it ever had left, right after a change. */
  longestMs: number;
  end: { readonly seq: number; readonly reason: EndReason } | null;
  /** The change that cancelled its booking. */
  cancelledSeq: number | null;
}

/** What the hold was from change `seq` on. */
export interface HoldState {
  readonly seq: number;
  readonly seats: readonly number[];
  readonly places: AreaPlaces | null;
  readonly deadlineMs: number;
  readonly extensions: number;
}

/** What the hold was after change `seq`, or last; undefined before it was made. */
export function holdAt({ states }: HoldStory, seq: number): HoldState | undefined {
  for (let index = states.length - 1; index >= 0; index -= 1) {
    const state = states[index];
    if (state !== undefined && state.seq <= seq) return state;
  }
  return undefined;
}

export function isLiveAt({ seq: madeSeq, end }: HoldStory, seq: number): boolean {
  return madeSeq <= seq && (end === null || end.seq > seq);
}

export function isBookedAt({ end, cancelledSeq }: HoldStory, seq: number): boolean {
  return end?.reason === 'confirmed' && end.seq <= seq && (cancelledSeq === null || cancelledSeq > seq);
}

/** How many seats or places it has. */
export function sizeOf({ seats, places }: Pick<HoldState, 'seats' | 'places'>): number {
  return seats.length + (places?.quantity ?? 0);
}
