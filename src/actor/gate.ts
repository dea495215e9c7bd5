import { assert } from '../lib/assert.js';
import { Fifo } from '../lib/fifo.js';
import { isPlanted } from '../lib/planted.js';
import type { Change } from '../seatmap/change.js';
import type { Rejection } from '../seatmap/command.js';
import type { AcceptedFrame, MyHoldsBody, RejectedFrame } from '../protocol/down.js';
import type { CommandMail, MyHoldsMail, SnapshotMail, WatchMail } from './mail.js';

/** Something that may leave once all it rests on is committed: `seqDecided` and before. */
export type Output = ChangeOutput | RejectedOutput | RepeatOutput | RebuiltOutput | HoldsOutput | ReadOutput;

export interface ChangeOutput {
  readonly kind: 'change';
  readonly seqDecided: number;
  readonly change: Change;
  /** The command that asked for it; null: time or recovery made it. */
  readonly mail: CommandMail | null;
}
export interface RejectedOutput {
  readonly kind: 'rejected';
  readonly seqDecided: number;
  readonly mail: CommandMail;
  readonly rejection: Rejection;
}
/** A command that was accepted before, as change `seq`. */
export interface RepeatOutput {
  readonly kind: 'repeat';
  readonly seqDecided: number;
  readonly mail: CommandMail;
  readonly seq: number;
}
/** The answer to a repeat, read from the journal: the time that it says is left rests on what was decided meanwhile. */
export interface RebuiltOutput {
  readonly kind: 'rebuilt';
  readonly seqDecided: number;
  readonly mail: CommandMail;
  readonly frame: AcceptedFrame | RejectedFrame;
}
export interface HoldsOutput {
  readonly kind: 'holds';
  readonly seqDecided: number;
  readonly mail: MyHoldsMail;
  readonly body: MyHoldsBody;
  /** In which change `seqDecided` was made: it may be one before this activation's. */
  readonly epoch: number;
  readonly atMs: number;
}
/** A read of the published map. */
export interface ReadOutput {
  readonly kind: 'read';
  readonly seqDecided: number;
  readonly mail: WatchMail | SnapshotMail;
}

/**
 * The output gate: every answer, a refusal too, carries the `seqDecided` it saw and leaves when `seqCommitted` has reached it.
 * A `seat_taken` may rest on a hold that never commits. (design.md, decision 5)
 */
export class Gate {
  readonly #held = new Fifo<Output>();
  #seqDecided = 0;

  get length(): number {
    return this.#held.length;
  }

  /** What the newest output rests on. */
  get seqDecided(): number {
    return this.#seqDecided;
  }

  hold(output: Output): void {
    assert(
      output.seqDecided >= this.#seqDecided,
      `Cannot hold back an answer as it was decided before the last one: seqDecided is ${output.seqDecided}`,
    );
    this.#seqDecided = output.seqDecided;
    this.#held.push(output);
  }

  /** The oldest output, where it rests on committed changes only; undefined where there is none. It stays until `left`. */
  next(seqCommitted: number): Output | undefined {
    const oldest = this.#held.peek();
    if (isPlanted('answer-before-commit')) return oldest;
    return oldest !== undefined && oldest.seqDecided <= seqCommitted ? oldest : undefined;
  }

  /** What `next` gave has left. */
  left(): void {
    this.#held.shift();
  }

  /** The activation ends: what is still held back will never leave. */
  drain(): Output[] {
    return this.#held.drain();
  }
}
