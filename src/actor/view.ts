import type { AreaCounts, DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import type { Change } from '../seatmap/change.js';

/** What watchers see of an event, fed by its actor with committed changes only (I10). Kept by fanout/. */
export interface View {
  /** Recovery: a change that the states already contain; it widens the replay window. */
  recall(change: Change, epoch: number, seq: number): void;
  /** Every change of the window was recalled, and the activation serves from here: one that was dropped meanwhile never says so. */
  recovered(): void;
  /** A change was committed. Changes come in order. */
  commit(change: Change, epoch: number, seq: number): void;
  /** All changes of one batch have come. */
  committed(): void;
  /** Publishes at once what is committed: an operator who has just changed something looks at what has become of it. */
  publishNow(): void;
  /** The published position. */
  readonly position: Position;
  snapshot(): SnapshotFrame;
  /** Seats by state as published. */
  counts(): SeatCounts;
  /** Places of the areas by state as published, in the chart's order. */
  areaCounts(): readonly AreaCounts[];
  /** The delta from a client's last position to the published one; null where it needs a snapshot. */
  resume(position: Position): DeltaFrame | null;
  /** The activation has ended: nothing more is published from here. */
  close(): void;
}

export interface SeatCounts {
  readonly free: number;
  readonly held: number;
  readonly booked: number;
  readonly blocked: number;
}

/** @param windowFromSeq the first change that `recall` will bring */
export type MakeView = (
  eventId: string,
  states: Uint8Array,
  areas: readonly AreaCounts[],
  seq: number,
  windowFromSeq: number,
) => View;
