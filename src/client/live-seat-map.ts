import type { EndReason } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import type { LiveArea } from './live-areas.js';
import type { Stop } from './listeners.js';
import type { OwnHold, SeatMapChange, SeatState } from './seat-map-model.js';
import type { UsherError } from './usher-error.js';

/**
 * The seats and areas of one event as they are now. It follows the event by itself, over reconnections too; while there is
 * no connection it keeps what it last knew. A loop over it (`for await`) gets each change after the loop began; one that is
 * slower than the changes gets them merged; it throws where the server refuses the event.
 */
export interface LiveSeatMap extends AsyncIterable<SeatMapChange> {
  readonly eventId: string;
  /** Fulfilled with the first map; rejected where the server refuses the event. */
  readonly whenReady: Promise<void>;
  /** `[epoch, seq]` that the map has followed the event to; null before the first map. */
  readonly position: Position | null;
  readonly seatCount: number;
  /** General admission. What this holder has just held, given back or booked is counted, also where the map lags behind. */
  readonly areas: readonly LiveArea[];
  /** null: the event has no such area, as far as is known. */
  areaOf(area: string): LiveArea | null;
  /** This holder's live holds, made here or elsewhere. */
  readonly ownHolds: readonly OwnHold[];
  /** `seat`: dense index in the event's chart. */
  state(seat: number): SeatState;
  ownHoldOf(seat: number): OwnHold | null;
  onChange(listener: (change: SeatMapChange) => void): Stop;
  /** A hold of this holder ended, but not by a command of this client. */
  onHoldEnded(listener: (ended: HoldEnded) => void): Stop;
  /** The server refuses the event, and will until something is changed there. */
  onRefused(listener: (error: UsherError) => void): Stop;
  /** Ends following, and every loop over the changes. */
  unsubscribe(): void;
}

export interface HoldEnded {
  readonly holdId: string;
  /** null: it ended while there was no connection, and nobody said how. */
  readonly reason: EndReason | null;
  readonly seats: readonly number[];
  /** Of a hold of an area: `quantity` places of it; `seats` is empty. */
  readonly area?: string;
  readonly quantity?: number;
}
