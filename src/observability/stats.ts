/**
 * What gateway and shards count, as plain numbers that only rise unless they say otherwise. Counting is an addition; the
 * registry of metrics reads them at a scrape, so the hot path knows nothing of it.
 */
export interface NodeStats {
  readonly gateway: GatewayStats;
  /** In the order of the shards' numbers. */
  readonly shards: readonly ShardStats[];
}

export interface GatewayStats {
  /** Open now. */
  readonly sockets: number;
  /** Sockets that watch an event, summed over events, now. */
  readonly subscriptions: number;
  /** Commands without an answer, now. */
  readonly pendingCommands: number;
  readonly socketsOpened: number;
  /** By close code: 1000, 4008, … */
  readonly socketsClosed: Readonly<Record<number, number>>;
  readonly sessionsMade: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  readonly framesSent: number;
  readonly bytesSent: number;
  readonly commandsAccepted: number;
  /** By name of the code. */
  readonly commandsRejected: Readonly<Record<string, number>>;
  /** Slow readers that got a fresh snapshot. */
  readonly resyncs: number;
  readonly eventLoopDelayMaxMs: number;
}

export interface ShardStats {
  /** Live now. */
  readonly actors: number;
  /** Commands that wait in mailboxes, now. */
  readonly mailboxCommands: number;
  readonly commandsDecided: number;
  readonly changesCommitted: number;
  /** Append statements, and batches of one event in them. */
  readonly appends: number;
  readonly batchesAppended: number;
  readonly bytesAppended: number;
  readonly appendsFailed: number;
  /** Milliseconds in append statements, summed: over `appends`, the mean commit time. */
  readonly appendMs: number;
  readonly actorsStarted: number;
  readonly actorsFailed: number;
  readonly holdsExpired: number;
  /** This shard's thread died and was started anew. */
  readonly restarts: number;
  readonly eventLoopDelayMaxMs: number;
}
