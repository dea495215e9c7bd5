import type { NodeStats, ShardStats } from '../stats.js';

/** Every figure is another, so that a test sees when two are mixed up. */
function shardStats(first: number): ShardStats {
  return {
    actors: first,
    mailboxCommands: first + 1,
    commandsDecided: first + 2,
    changesCommitted: first + 3,
    appends: first + 4,
    batchesAppended: first + 5,
    bytesAppended: first + 6,
    appendsFailed: first + 7,
    appendMs: first + 8,
    actorsStarted: first + 9,
    actorsFailed: first + 10,
    holdsExpired: first + 11,
    restarts: first + 12,
    eventLoopDelayMaxMs: first + 13,
  };
}

export const testStats: NodeStats = {
  gateway: {
    sockets: 11,
    subscriptions: 12,
    pendingCommands: 13,
    socketsOpened: 14,
    socketsClosed: { 1000: 5, 4008: 2 },
    sessionsMade: 15,
    messagesReceived: 16,
    bytesReceived: 17,
    framesSent: 18,
    bytesSent: 19,
    commandsAccepted: 20,
    commandsRejected: { seat_taken: 7, busy: 3 },
    resyncs: 21,
    eventLoopDelayMaxMs: 22,
  },
  shards: [shardStats(1000), shardStats(2000)],
};
