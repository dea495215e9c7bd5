import type { DownFrame } from '../protocol/down.js';
import type { Command } from '../seatmap/command.js';

/** One command of a client, through all its attempts under one commandId. */
export interface Operation {
  readonly command: Command;
  /** World time of the first attempt. */
  readonly calledMs: number;
  /** Positions at which it was accepted: all the same. */
  readonly accepted: { readonly position: readonly [number, number]; readonly body: unknown; readonly atMs: number }[];
  /** Codes that say "no effect, ever": anything but 429 and 503. */
  refusal: { readonly code: string; readonly atMs: number } | null;
  /** Attempts without a definite answer. */
  unknown: number;
}

/** What clients saw: the other half of the truth, beside the journal. */
export class History {
  readonly operations: Operation[] = [];

  begin(command: Command, calledMs: number): Operation {
    const operation: Operation = { command, calledMs, accepted: [], refusal: null, unknown: 0 };
    this.operations.push(operation);
    return operation;
  }
}

/** Whether the frame settles the operation for good. */
export function record(operation: Operation, frame: DownFrame, atMs: number): boolean {
  if (frame[0] === 4) {
    operation.accepted.push({ position: frame[2], body: frame[3], atMs });
    return true;
  }
  if (frame[0] !== 5) throw new Error(`Cannot record a frame that is no answer: ${JSON.stringify(frame)}`);
  const code = frame[2];
  if (code.startsWith('503') || code.startsWith('429')) {
    operation.unknown += 1;
    return false;
  }
  operation.refusal = { code, atMs };
  return true;
}
