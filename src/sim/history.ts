import type { DownFrame, MyHoldsBody, RejectedDetails } from '../protocol/down.js';
import type { Command } from '../seatmap/command.js';

export type Position = readonly [epoch: number, seq: number];

export interface Accepted {
  readonly position: Position;
  readonly body: unknown;
  /** World time at which the attempt that got this answer was sent. */
  readonly askedMs: number;
  readonly atMs: number;
}

export interface Refusal {
  readonly code: string;
  readonly seats: readonly number[] | null;
  readonly details: RejectedDetails;
  readonly askedMs: number;
  readonly atMs: number;
}

/** One command of a client, through all its attempts under one commandId. */
export interface Operation {
  readonly command: Command;
  /** World time of the first attempt. */
  readonly calledMs: number;
  /** Positions at which it was accepted: all the same. */
  readonly accepted: Accepted[];
  /** Codes that say "no effect, ever": anything but 429 and 503. */
  refusal: Refusal | null;
  /** Attempts without a definite answer. */
  unknown: number;
  /** An attempt was given up with the connection that it had been sent on: it may still be on its way. */
  hasStray: boolean;
}

/** A client's map as it stood at a position. */
export interface Sighting {
  readonly position: Position;
  readonly states: Uint8Array;
  readonly areas: ReadonlyMap<string, readonly number[]>;
  readonly atMs: number;
}

/** A holder asked for its holds. The position is that of the last change that the answer rests on. */
export interface HoldsRead {
  readonly holderId: string;
  readonly position: Position;
  readonly body: MyHoldsBody;
  readonly askedMs: number;
  readonly atMs: number;
}

/** What clients saw of one event: the other half of the truth, beside the journal. */
export class History {
  readonly operations: Operation[] = [];
  readonly sightings: Sighting[] = [];
  readonly reads: HoldsRead[] = [];
  /** Ids of holds that somebody was told of: others try them too. */
  readonly holdIds: string[] = [];

  begin(command: Command, calledMs: number): Operation {
    const operation: Operation = { command, calledMs, accepted: [], refusal: null, unknown: 0, hasStray: false };
    this.operations.push(operation);
    return operation;
  }
}

/** Whether the frame settles the operation for good. `askedMs`: when the attempt was sent. */
export function record(operation: Operation, frame: DownFrame, askedMs: number, atMs: number): boolean {
  if (frame[0] === 4) {
    operation.accepted.push({ position: frame[2], body: frame[3], askedMs, atMs });
    return true;
  }
  if (frame[0] !== 5) throw new Error(`Cannot record a frame that is no answer: ${JSON.stringify(frame)}`);
  const code = frame[2];
  if (code.startsWith('503') || code.startsWith('429')) {
    operation.unknown += 1;
    return false;
  }
  operation.refusal = { code, seats: frame[4]?.seats ?? null, details: frame[4], askedMs, atMs };
  return true;
}
