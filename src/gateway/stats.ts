import type { GatewayStats } from '../observability/stats.js';

/** What metrics show, and what operators look at when something is odd. */
export interface GatewayFigures extends GatewayStats {
  /** With a live socket, now. */
  readonly holders: number;
  /** Watches, resyncs and seat reads without an answer, now. */
  readonly pendingReads: number;
  /** Requests over HTTP that wait for one of these, now. */
  readonly seatsReaders: number;
  /** Bytes that wait in this process for slow readers, now. */
  readonly sendQueueBytes: number;
  readonly badFrames: number;
  /** Messages over their socket's rate. */
  readonly slowDowns: number;
  /** Answers of shards that nobody waited for any more. */
  readonly lateAnswers: number;
  /** Deltas not sent because their socket was behind; a snapshot follows. */
  readonly deltasSkipped: number;
  readonly upgradesRefused: number;
}
