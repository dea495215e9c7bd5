import { assert } from '../lib/assert.js';

/**
 * Bounds of the server that no option changes: everything that could grow has one, and over it stands an explicit `busy`
 * or a resync. What the wire fixes is in protocol/limits.ts; bounds that only the gateway knows are in gateway/limits.ts.
 */
export const limits = {
  /** Commands that wait for one event's actor. At 100,000/s a full mailbox is a third of a second of waiting. */
  mailboxCommandsMax: 32_768,
  /** Commands of one socket that have no answer yet. */
  pendingPerSocketMax: 4096,
  /** The gateway answers `unavailable` for a command after this long: its outcome is unknown, the same id resolves it. */
  answerTimeoutMs: 5000,

  /** Changes in one batch of one event, and the bytes at which a batch is sealed. */
  batchEntriesMax: 2048,
  batchBytesMax: 1024 * 1024,
  /** Decided and read, held back until the commit: two batches, and as many refusals and reads. */
  gateOutputsMax: 8192,
  /** Repeated commands of one event whose first answer is being read from the journal. */
  repeatsMax: 256,
  /** Holds of one event ended by time in one turn; the rest follow in the next. */
  expiriesPerTurnMax: 1000,
  /** Refused holds of one event that get alternatives: an offer costs some 10 µs, a refusal alone a hundredth of that. */
  offersPerSecond: 4000,
  offersAtOnceMax: 500,
  /** A snapshot shortens recovery; cut after this many changes: a quarter of a second of replay. */
  snapshotEveryChanges: 250_000,
  /** Changes that a returning client can catch up by deltas; behind them it gets a snapshot. */
  replayWindowChanges: 8192,
  /** Accepted commands that an event remembers, besides those whose hold lives. The design promises 100,000. */
  rememberedIdsMax: 131_072,

  /** Bytes that wait for one slow reader. */
  sendQueueBytesMax: 256 * 1024,

  /** Live actors on one shard. */
  actorsMax: 1024,
  /** An actor without commands and watchers comes to rest after this long. */
  passivateAfterMs: 60_000,
  /** An event that is handed over has its last commit and its answers out within this, or stays. */
  handoverMaxMs: 2000,
  /** After an unplanned recovery no hold ends sooner than this. */
  recoveryGraceMs: 30_000,
  /** How often a node looks for events whose deadline has passed while nobody asked. */
  dueScanMs: 1000,

  /** A shard reports this often … */
  heartbeatMs: 250,
  /** … and is ended and started again when it has been silent for this long. */
  shardSilenceMaxMs: 2000,

  /** A change is sent to watchers within these two, adapting to watchers and load. */
  coalesceMinMs: 20,
  coalesceMaxMs: 1000,

  /** Seats and general-admission areas of one chart, and the size of the chart as JSON. */
  seatsPerChartMax: 200_000,
  areasPerChartMax: 500,
  chartBytesMax: 64 * 1024 * 1024,
  /** Seats of one block or unblock. */
  seatsPerOperationMax: 20_000,
  /** Every other request body. */
  bodyBytesMax: 1024 * 1024,
  /** Answers of POST requests are kept this long for a repeat of the same Idempotency-Key. */
  idempotentAnswerTtlMs: 24 * 3600 * 1000,
} as const;

export type Limits = { readonly [name in keyof typeof limits]: number };

/**
 * Checks how the limits relate to each other; run once at start-up.
 * @throws InvariantError a limit was changed without the ones that depend on it
 */
export function assertLimits(given: Limits = limits): void {
  for (const [name, value] of Object.entries(given)) {
    assert(Number.isSafeInteger(value) && value > 0, `Cannot start as a limit is no whole number above 0: ${name}`);
  }
  const holds = (relation: boolean, text: string): void => assert(relation, `Cannot start as a limit is off: ${text}`);

  holds(given.pendingPerSocketMax <= given.mailboxCommandsMax, 'one socket alone may not fill a mailbox');
  holds(given.batchEntriesMax <= given.replayWindowChanges, 'one batch may not outrun the replay window');
  holds(given.gateOutputsMax >= given.batchEntriesMax * 2, 'the gate holds back one batch while the next fills');
  holds(given.expiriesPerTurnMax < given.batchEntriesMax, "one turn's expiries fit in a batch");
  holds(given.rememberedIdsMax >= 100_000, 'the design promises 100,000 remembered commands');
  holds(given.rememberedIdsMax >= given.mailboxCommandsMax, 'a repeat may wait behind a whole mailbox');
  holds(given.heartbeatMs * 4 <= given.shardSilenceMaxMs, 'three lost heartbeats may not end a shard');
  holds(given.shardSilenceMaxMs < given.answerTimeoutMs, 'a dead shard is noticed before its commands time out');
  holds(given.handoverMaxMs < given.answerTimeoutMs, 'what waits for a handover is still decided in time');
  holds(given.answerTimeoutMs < given.recoveryGraceMs, 'a client may repeat an unknown confirm before its hold ends');
  holds(given.dueScanMs <= 1000, 'a hold of a sleeping event may not end more than 1 s late');
  holds(given.dueScanMs < given.passivateAfterMs, 'an event woken for its deadline may not fall asleep before it');
  holds(given.coalesceMinMs <= given.coalesceMaxMs && given.coalesceMaxMs <= 1000, 'a delta leaves within 1 s');
  // Two bits a seat in base64, and an id of 64 characters with its four counts for each area; all of it twice: the snapshot
  // that resyncs a slow reader fits behind the one that it is reading.
  const snapshotBytes = (given.seatsPerChartMax / 4) * (4 / 3) + given.areasPerChartMax * 100;
  holds(snapshotBytes * 2 < given.sendQueueBytesMax, 'a send queue has room for two snapshots');
  holds(given.seatsPerOperationMax * 8 < given.bodyBytesMax, 'the largest block can be sent');
  // A seat is about 100 bytes of JSON.
  holds(given.seatsPerChartMax * 100 <= given.chartBytesMax, 'the largest chart can be sent');
}
