import type { Code } from '../protocol/codes.js';
import type { EndReason } from '../protocol/down.js';
import type { Change } from './change.js';

/** What someone asks of an event. Checked for shape at the edge; everything else is for `decide`. */
export type Command =
  | HoldCommand
  | ExtendCommand
  | ReleaseCommand
  | ConfirmCommand
  | BlockCommand
  | UnblockCommand
  | RevokeCommand
  | CancelCommand;

/** Who asked, and the key under which the answer is remembered: (event, holder, commandId). */
export interface Identity {
  readonly holderId: string;
  readonly commandId: string;
  /** Unsigned 32 bits over the frame's number and its payload. */
  readonly payloadHash: number;
}

export interface HoldCommand {
  readonly kind: 'hold';
  readonly identity: Identity;
  /** Not empty, no repeats, each a safe integer ≥ 0. */
  readonly seats: readonly number[];
}
export interface ExtendCommand {
  readonly kind: 'extend';
  readonly identity: Identity;
  readonly holdId: string;
}
export interface ReleaseCommand {
  readonly kind: 'release';
  readonly identity: Identity;
  readonly holdId: string;
  /** null: the whole hold. */
  readonly seats: readonly number[] | null;
}
export interface ConfirmCommand {
  readonly kind: 'confirm';
  /** The holder of the hold, also where an integrator confirms in the holder's name. */
  readonly identity: Identity;
  readonly holdId: string;
  readonly orderRef: string;
  readonly by: 'holder' | 'server';
}
/** Operator: takes free seats off sale. */
export interface BlockCommand {
  readonly kind: 'block';
  readonly identity: Identity;
  readonly seats: readonly number[];
  readonly reason: string;
}
/** Operator: puts blocked seats back on sale. */
export interface UnblockCommand {
  readonly kind: 'unblock';
  readonly identity: Identity;
  readonly seats: readonly number[];
  readonly reason: string;
}
/** Operator: ends a hold. */
export interface RevokeCommand {
  readonly kind: 'revoke';
  readonly identity: Identity;
  readonly holdId: string;
  readonly reason: string;
}
/** Operator: cancels a booking; its seats are free again. */
export interface CancelCommand {
  readonly kind: 'cancel';
  readonly identity: Identity;
  readonly bookingId: string;
  readonly reason: string;
}

export interface Rejection {
  readonly code: Code;
  /** "Cannot hold seats as the event is not on sale: eventId is X" */
  readonly message: string;
  readonly seats?: readonly number[];
  readonly reason?: EndReason;
  readonly retryAfterMs?: number;
}

export type Decision =
  /** One command is one change: all or nothing (I9). */
  | { readonly kind: 'accepted'; readonly change: Change }
  /** Confirming one's own confirmed hold: the answer is that of the change at `seq`. */
  | { readonly kind: 'already'; readonly seq: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };
