import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadMeter } from './load-meter.js';
import type { GatewayStats, NodeStats, ShardStats } from './stats.js';

const gateway: GatewayStats = {
  sockets: 7,
  subscriptions: 9,
  pendingCommands: 0,
  socketsOpened: 0,
  socketsClosed: {},
  sessionsMade: 0,
  messagesReceived: 0,
  bytesReceived: 0,
  framesSent: 0,
  bytesSent: 0,
  commandsAccepted: 0,
  commandsRejected: {},
  resyncs: 0,
  eventLoopDelayMaxMs: 3.04,
};

function shard(commandsDecided: number, appends: number, appendMs: number, more: Partial<ShardStats> = {}): ShardStats {
  return {
    actors: 1,
    mailboxCommands: 2,
    commandsDecided,
    changesCommitted: 0,
    appends,
    batchesAppended: 0,
    bytesAppended: 0,
    appendsFailed: 0,
    appendMs,
    actorsStarted: 0,
    actorsFailed: 0,
    holdsExpired: 0,
    restarts: 0,
    eventLoopDelayMaxMs: 1,
    ...more,
  };
}

const stats = (...shards: readonly ShardStats[]): NodeStats => ({ gateway, shards });

test('rates and means are of the time since the last measurement, over all shards', () => {
  const meter = new LoadMeter();
  meter.measure(stats(shard(100, 10, 50), shard(0, 0, 0)), 1.25, 1_000);
  assert.deepEqual(
    meter.measure(stats(shard(400, 12, 60), shard(100, 2, 2), shard(0, 0, 0, { eventLoopDelayMaxMs: 8 })), 1.25, 3_000),
    {
      sockets: 7,
      subscriptions: 9,
      commandsPerSecond: 200,
      mailboxCommands: 6,
      commitMs: 3,
      postgresLatencyMs: 1.3,
      eventLoopDelayMs: 8,
    },
  );
});

test('the first measurement, and one without appends, say nothing of what they do not know', () => {
  const meter = new LoadMeter();
  const first = meter.measure(stats(shard(100, 10, 50)), 1.25, 1_000);
  assert.deepEqual([first.commandsPerSecond, first.commitMs], [0, null]);
  const second = meter.measure(stats(shard(100, 10, 50)), 1.25, 2_000);
  assert.deepEqual([second.commandsPerSecond, second.commitMs, second.eventLoopDelayMs], [0, null, 3]);
});

test('a shard that was started anew makes no figure negative', () => {
  const meter = new LoadMeter();
  meter.measure(stats(shard(100, 10, 50)), 1.25, 1_000);
  const load = meter.measure(stats(shard(3, 1, 5)), 1.25, 2_000);
  assert.deepEqual([load.commandsPerSecond, load.commitMs], [0, null]);
});
