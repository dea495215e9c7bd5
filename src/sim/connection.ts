import type { DownFrame } from '../protocol/down.js';
import type { Operation } from './history.js';

/** What a client gets from the place that it is connected to. */
export interface Receiver {
  readonly holderId: string;
  readonly eventId: string;
  readonly place: number;
  /** It has a map, and asks for what came since. */
  readonly resumes: boolean;
  /** It goes to the node that it is told serves its event. */
  readonly goesWhereSent?: boolean;
  onAnswer(correlation: number, frame: DownFrame): void;
  onMap(frame: DownFrame): void;
  /** Subscribed: what follows belongs to a new order. */
  onSubscribed(correlation: number, frames: readonly DownFrame[]): void;
  /** Frame 6 or 9. */
  onNotice?(frame: DownFrame): void;
  onCut(): void;
}

/** A client's connection, or the one after it: what was sent on an older one is gone. */
export interface Connection {
  readonly receiver: Receiver;
  generation: number;
  lastUpMs: number;
  lastDownMs: number;
  /** Its packets go nowhere, and it does not know. */
  vanished: boolean;
  /** Reads too slowly: deltas are held back until it is resynced by a snapshot. */
  slow: boolean;
}

/** A request that went up. */
export interface Asked {
  readonly connection: Connection;
  readonly generation: number;
  readonly sentMs: number;
  readonly operation: Operation | null;
  /** The attempt before this one, of the same operation. */
  readonly before: Asked | null;
  reachedMs: number;
  accepted: { readonly position: readonly [number, number]; readonly atMs: number } | null;
}
