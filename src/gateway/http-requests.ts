import type { Correlation } from '../shard/port.js';
import type { SeatsRead } from './pending-reads.js';

/** Requests over HTTP, as the sockets know them: both wait for answers of the same shards, and both for no longer than the other. */
export interface HttpRequests {
  /** Without an answer, now. */
  readonly openCount: number;
  /** Frame 4 or 5, to a correlation of pending-calls.ts. */
  answered(correlation: Correlation, frame: Uint8Array): void;
  /** @param frame frame 2, or frame 5; null: there was no answer */
  seatsAnswered(read: SeatsRead, frame: Uint8Array | null): void;
  /** Those that have waited since `sinceMs`, by the monotonic clock, or longer. */
  giveUpSince(sinceMs: number): void;
  eventsLost(isOfEvents: (eventId: string) => boolean): void;
}
