import type { Change } from '../seatmap/change.js';

/** One change in its place: change `seq` of its event, made in `epoch`. */
export interface Entry {
  readonly epoch: number;
  readonly seq: number;
  readonly change: Change;
}
