/** Frames from server to client. Protocol page, section 3. A frame is the array itself: what stands here is what travels. */
import type { Position } from './up.js';

export const downNumbers = {
  welcome: 1,
  snapshot: 2,
  delta: 3,
  accepted: 4,
  rejected: 5,
  holdEnded: 6,
  goAway: 7,
  pong: 8,
  holdChanged: 9,
} as const;

/** `[area, free, held, booked, blocked]` */
export type AreaCounts = readonly [area: string, free: number, held: number, booked: number, blocked: number];
export type EndReason = 'released' | 'expired' | 'revoked' | 'confirmed';

export type WelcomeFrame = readonly [
  number: 1,
  reqId: number,
  body: {
    holderId: string;
    nodeId: string;
    serverTimeMs: number;
    tokenExpiresInMs: number;
    limits: { maxMessageBytes: number; messagesPerSecond: number; subscriptions: number };
  },
];
/** `states`: 2 bits a seat, seat 0 in the lowest bits of byte 0. */
export type SnapshotFrame = readonly [
  number: 2,
  eventId: string,
  position: Position,
  seatCount: number,
  states: Uint8Array,
  areas: readonly AreaCounts[],
];
/** `seats`: seat, state, seat, state, … as at `toSeq`. */
export type DeltaFrame = readonly [
  number: 3,
  eventId: string,
  epoch: number,
  fromSeq: number,
  toSeq: number,
  seats: readonly number[],
  areas: readonly AreaCounts[],
];
export type AcceptedFrame = readonly [number: 4, reqId: number, position: Position, body: AcceptedBody];
export interface RejectedDetails {
  retryAfterMs?: number;
  seats?: readonly number[];
  alternatives?: readonly (readonly number[])[];
  reason?: EndReason;
  /** Where the event is served. */
  url?: string;
}
export type RejectedFrame = readonly [
  number: 5,
  reqId: number,
  code: string,
  message: string,
  details: RejectedDetails,
];
export type HoldEndedFrame = readonly [
  number: 6,
  eventId: string,
  position: Position,
  holdId: string,
  reason: EndReason,
  seats: readonly number[],
  area?: string,
  quantity?: number,
];
export type GoAwayFrame = readonly [
  number: 7,
  reason: string,
  details: { retryAfterMs: number; url?: string; eventId?: string },
];
export type PongFrame = readonly [number: 8, reqId: number, serverTimeMs: number];
export type HoldChangedFrame = readonly [number: 9, eventId: string, position: Position, body: LiveHold];

/** A hold as its holder sees it. */
export interface LiveHold extends Places {
  holdId: string;
  expiresInMs: number;
}
/** Seats, or places of a general-admission area (then `seats` is empty). */
export interface Places {
  seats: readonly number[];
  area?: string;
  quantity?: number;
}

/** hold, hold best, hold area, extend */
export interface HoldBody extends LiveHold {
  totalMinor: number;
  currency: string;
}
export interface ReleaseBody {
  holdId: string;
  /** Those released. */
  seats: readonly number[];
  /** Those still held. */
  remaining: readonly number[];
  /** Of a hold of an area: `quantity` places given back, `remainingQuantity` still held. */
  area?: string;
  quantity?: number;
  remainingQuantity?: number;
}
export interface ConfirmBody extends Places {
  bookingId: string;
  totalMinor: number;
  currency: string;
}
export interface MyHoldsBody {
  holds: readonly LiveHold[];
}
/** Block and unblock, on the admin surface only. */
export type SeatsBody = Places;
export type AcceptedBody =
  | HoldBody
  | ReleaseBody
  | ConfirmBody
  | MyHoldsBody
  | SeatsBody
  | { readonly [key: string]: never };

export type DownFrame =
  | WelcomeFrame
  | SnapshotFrame
  | DeltaFrame
  | AcceptedFrame
  | RejectedFrame
  | HoldEndedFrame
  | GoAwayFrame
  | PongFrame
  | HoldChangedFrame;
