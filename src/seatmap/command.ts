import type { Code } from '../protocol/codes.js';
import type { EndReason } from '../protocol/down.js';
import type { AreaPlaces } from './area-places.js';
import type { Change } from './change.js';

/** What someone asks of an event. Checked for shape at the edge; everything else is for `decide`. */
export type Command =
  | HoldCommand
  | HoldBestCommand
  | HoldAreaCommand
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
/** Hold whichever seats are best. */
export interface HoldBestCommand {
  readonly kind: 'holdBest';
  readonly identity: Identity;
  readonly wish: BestSeatsWish;
}
/** Hold places of a general-admission area. */
export interface HoldAreaCommand {
  readonly kind: 'holdArea';
  readonly identity: Identity;
  readonly places: AreaPlaces;
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
  /** null: the whole hold, or `quantity` of its places. */
  readonly seats: readonly number[] | null;
  /** Of a hold of an area: how many places to give back; null: all. */
  readonly quantity: number | null;
}
export interface ConfirmCommand {
  readonly kind: 'confirm';
  /** The holder of the hold, also where an integrator confirms in the holder's name. */
  readonly identity: Identity;
  readonly holdId: string;
  readonly orderRef: string;
  readonly by: 'holder' | 'server';
}
/** Operator: takes free seats, or free places of an area, off sale. */
export interface BlockCommand {
  readonly kind: 'block';
  readonly identity: Identity;
  /** Empty where `places` is not null. */
  readonly seats: readonly number[];
  readonly places: AreaPlaces | null;
  readonly reason: string;
}
/** Operator: puts blocked seats, or blocked places of an area, back on sale. */
export interface UnblockCommand {
  readonly kind: 'unblock';
  readonly identity: Identity;
  /** Empty where `places` is not null. */
  readonly seats: readonly number[];
  readonly places: AreaPlaces | null;
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

/** What somebody wants of the best seats. Protocol page, frame 11. */
export interface BestSeatsWish {
  /** At least 1. */
  readonly quantity: number;
  /** Keys of the categories to choose from; null: all. */
  readonly categories: readonly string[] | null;
  /** Keys of the sections to choose from; null: all. */
  readonly sections: readonly string[] | null;
  /** Side by side, or nothing. */
  readonly together: boolean;
  /** How many of them are wheelchair places: at most `quantity`. */
  readonly accessible: number;
  /** The seat to be near to; null: the layout's focus. */
  readonly near: number | null;
}

export interface Rejection {
  readonly code: Code;
  /** "Cannot hold seats as the event is not on sale: eventId is X" */
  readonly message: string;
  readonly seats?: readonly number[];
  /** What could be held instead, the nearest first: `withOffer` adds it. */
  readonly alternatives?: readonly (readonly number[])[];
  readonly reason?: EndReason;
  readonly retryAfterMs?: number;
}

export type Decision =
  /** One command is one change: all or nothing (I9). */
  | { readonly kind: 'accepted'; readonly change: Change }
  /** Confirming one's own confirmed hold: the answer is that of the change at `seq`. */
  | { readonly kind: 'already'; readonly seq: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };
