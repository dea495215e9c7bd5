/** The entry of a shard's thread: a `Shard` on real time, real chance and Postgres, told by messages of its parent. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { limits } from '../config/limits.js';
import type { LogLevel } from '../config/options.js';
import { systemClock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { assertThreadVersion } from '../lib/thread-version.js';
import { systemTimers } from '../lib/timers.js';
import { createPinoLog } from '../observability/pino-log.js';
import { PostgresJournalStore } from '../store/journal-store.js';
import { createPools } from '../store/pool.js';
import type { FromShard, ToShard } from './messages.js';
import { shardOf } from './placement.js';
import { Shard } from './shard.js';

export interface ShardWorkerData {
  readonly threadVersion: number;
  readonly shard: number;
  readonly shards: number;
  readonly owner: string;
  readonly databaseUrl: string;
  readonly logLevel: LogLevel;
}

const { threadVersion, shard: number, shards, owner, databaseUrl, logLevel } = workerData as ShardWorkerData;
assertThreadVersion(threadVersion);
const port = must(parentPort, 'the port to the main thread');
const log = createPinoLog(logLevel, { shard: number });
const pools = createPools(databaseUrl, { log });

const shard = new Shard({
  store: new PostgresJournalStore(pools.append, pools.read),
  clock: systemClock,
  timers: systemTimers,
  random: systemRandom,
  limits,
  log,
  owner,
  isOfThisShard: (eventId) => shardOf(eventId, shards) === number,
  post: (message) => port.postMessage(message, [message.buffer]),
});

const eventLoopDelay = monitorEventLoopDelay({ resolution: 20 });
eventLoopDelay.enable();

/** Since it was last asked for. */
function worstDelayMs(): number {
  const worstMs = eventLoopDelay.max / 1e6;
  eventLoopDelay.reset();
  return worstMs;
}

function tell(message: FromShard): void {
  port.postMessage(message);
}

async function close(graceMs: number): Promise<void> {
  await shard.close(graceMs);
  // What is still in this turn's message leaves before the goodbye.
  systemTimers.soon(() => {
    tell({ kind: 'closed' });
    void pools.close().finally(() => port.close());
  });
}

function control(message: ToShard): void {
  switch (message.kind) {
    case 'lease':
      shard.leaseRenewed(message.reading);
      return;
    case 'describe':
      void shard.describe(message.eventId).then((event) => tell({ kind: 'described', id: message.id, event }));
      return;
    case 'stats':
      tell({
        kind: 'stats',
        id: message.id,
        stats: { ...shard.stats(), restarts: 0, eventLoopDelayMaxMs: worstDelayMs() },
      });
      return;
    case 'events':
      tell({ kind: 'events', id: message.id, eventIds: shard.eventIds() });
      return;
    case 'handOver':
      void shard
        .handOver(message.eventId, message.next)
        .then((left) => tell({ kind: 'handedOver', id: message.id, left }));
      return;
    case 'close':
      void close(message.graceMs);
  }
}

port.on('message', (message: Uint8Array | ToShard) => {
  if (message instanceof Uint8Array) shard.receive(message);
  else control(message);
});

function beat(): void {
  tell({ kind: 'heartbeat' });
  systemTimers.after(limits.heartbeatMs, beat);
}

beat();
shard.start();
