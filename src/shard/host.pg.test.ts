import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { after, before, describe, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { again, eventId, hold, release } from '../actor/testing/mails.js';
import { limits } from '../config/limits.js';
import type { LogLevel } from '../config/options.js';
import { systemClock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { systemTimers } from '../lib/timers.js';
import type { MyHoldsBody } from '../protocol/down.js';
import { configurationOf } from '../seatmap/testing/hall.js';
import { Catalogue } from '../store/catalogue.js';
import { LeaseStore } from '../store/lease-store.js';
import { PostgresJournalStore } from '../store/journal-store.js';
import { createPools, type Pools } from '../store/pool.js';
import { type TestDatabase, testDatabase } from '../store/testing/postgres.js';
import { registeredNode } from '../store/testing/registered-node.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { ShardHost, type ShardHostOptions } from './host.js';
import { RecordingListener } from './testing/recording-listener.js';
import { granted } from '../journal/testing/granted.js';

const owner = 'node-1.test';

/** In the order of their start. */
const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

function lastThread(): Worker {
  return must(threads.at(-1), "a shard's thread");
}

describe('shards on threads of their own, on Postgres', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let pools: Pools;
  const listener = new RecordingListener();
  let shards: ShardHost;

  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    const catalogue = new Catalogue(pools.read);
    const configuration = configurationOf({ holdTtlMs: 600_000 });
    const { chartId, chartVersion, seatCount } = configuration;
    await catalogue.insertChart({ chartId, chartVersion, name: 'Hall', seatCount, areaCount: 0, body: '{}' }, null);
    assert.ok(await catalogue.insertEvent({ eventId, name: 'Event', startsAtMs: 4e12, configuration }, null));
    shards = new ShardHost(options(), () => [[eventId, 1]]);
    shards.start(listener);
    await renewLease(shards);
  });

  after(async () => {
    await shards.close(10_000);
    await pools.close();
    await database.drop();
  });

  function options(overrides: Partial<ShardHostOptions> = {}): ShardHostOptions {
    return {
      shards: 1,
      owner,
      databaseUrl: database.url,
      logLevel: 'silent',
      clock: systemClock,
      timers: systemTimers,
      limits,
      log: quietLog,
      ...overrides,
    };
  }

  async function renewLease(host: ShardHost): Promise<void> {
    const storeMs = await new LeaseStore(pools.append).register(
      registeredNode('node-1', { incarnation: owner }),
      3_600_000,
    );
    const monotonicMs = systemClock.monotonicMs();
    host.leaseRenewed({
      storeOffsetMs: storeMs - monotonicMs,
      answersUntilMonotonicMs: monotonicMs + 3_600_000,
      mayTakeOverFromMonotonicMs: 0,
      wallOffsetMs: systemClock.wallMs() - monotonicMs,
    });
  }

  test('every question gets its answer, and watchers every change', async () => {
    shards.watch({ correlation: 1, reqId: 1, eventId, position: null });
    shards.command({ ...hold(2, 'ann', 0, 1), othersListen: true });
    shards.command(hold(3, 'bob', 1));
    shards.myHolds({ correlation: 4, reqId: 4, eventId, holderId: 'ann' });
    shards.snapshot(5, eventId);
    shards.watch({ correlation: 6, reqId: 6, eventId: 'nowhere', position: null });
    const story = await listener.until('all delta 1-2');
    assert.deepEqual(story.toSorted(), [
      '2 accepted 2.2',
      '3 refused 409 seat_taken',
      '4 accepted 2.2',
      'all delta 1-2',
      'ann but 2: hold changed 2.2',
      'read 5 snapshot 1.1',
      'watch 1 accepted 1.1 and snapshot 1.1',
      'watch 6 refused 404 unknown_event',
    ]);
    assert.deepEqual(
      listener.came.bodyOf<MyHoldsBody>(4).holds.map(({ seats }) => seats),
      [[0, 1]],
    );
  });

  test('operators can look into it', async () => {
    const event = await shards.describe(eventId);
    assert.deepEqual([event?.epoch, event?.seqPublished, event?.counts.held, event?.watchers], [2, 2, 2, 1]);
    const [stats, ...others] = await shards.stats();
    assert.deepEqual(others, []);
    assert.deepEqual([stats?.actors, stats?.commandsDecided, stats?.changesCommitted, stats?.restarts], [1, 2, 1, 0]);
    assert.equal(shards.serving, 1);
  });

  test('[I6] [I7] [I14] a thread that is gone: told at once, started anew, watchers told anew, repeats answered', async () => {
    await lastThread().terminate();
    await listener.until('shard lost');
    await listener.until('all snapshot 2.2');
    shards.command(again(11, hold(2, 'ann', 0, 1)));
    assert.deepEqual((await listener.until('11 accepted 2.2')).at(-1), '11 accepted 2.2');
    const event = await shards.describe(eventId);
    assert.deepEqual([event?.epoch, event?.watchers], [3, 1]);
    assert.equal((await shards.stats())[0]?.restarts, 1);
    listener.came.news();
  });

  test('a thread that hangs is noticed by its silence and ended; what was asked meanwhile is unknown', async () => {
    await hang(lastThread());
    shards.command(hold(21, 'cid', 5));
    const described = shards.describe(eventId);
    await listener.until('shard lost');
    assert.equal(await described, null);
    await listener.until('all snapshot 3.3');
    shards.command(again(22, hold(21, 'cid', 5)));
    const answer = (await listener.until('22 accepted 4.5')).at(-1);
    assert.equal(answer, '22 accepted 4.5', 'it never had an effect before');
    assert.equal((await shards.stats())[0]?.restarts, 2);
    listener.came.news();
  });

  test('a thread that ends at its start is given time, and whoever asked meanwhile is told', async () => {
    const time = new VirtualTime();
    const news = new RecordingListener();
    const overrides = { logLevel: 'nonsense' as LogLevel, clock: time, timers: time };
    const broken = new ShardHost(options(overrides), () => []);
    const started = threads.length;
    broken.start(news);
    await news.until('shard lost');
    assert.equal(threads.length, started + 1, 'it is not started again at once');
    broken.command(hold(1, 'ann', 0));
    assert.equal(await broken.describe(eventId), null);
    await time.run(1_000);
    assert.equal(threads.length, started + 2);
    // Of what was asked meanwhile, and of the second thread.
    await news.until('shard lost');
    await news.until('shard lost');
    await broken.close(0);
    await time.run(60_000);
    assert.equal(threads.length, started + 2, 'closed, it stays so');
  });

  test('closing: every event rests, the threads end, and what is asked later is harmless', async () => {
    shards.command(release(31, 'cid', 'H4-5'));
    await listener.until('31 accepted 4.6');
    await shards.close(10_000);
    assert.equal(shards.serving, 0);
    assert.equal(lastThread().threadId, -1);
    const store = new PostgresJournalStore(pools.append, pools.read);
    assert.deepEqual(granted(await store.claim(eventId, owner, false)), { epoch: 5, seq: 6, rested: true });
    shards.command(hold(32, 'ann', 3));
    assert.equal(await shards.describe(eventId), null);
    assert.deepEqual(await shards.stats(), []);
  });
});

/** The thread's event loop stands still, as in an endless loop. */
async function hang(thread: Worker): Promise<void> {
  const inspector = new Session();
  inspector.connect();
  const attached = new Promise<string>((resolve) => {
    inspector.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      if (workerInfo.title.startsWith(`[worker ${thread.threadId}]`)) resolve(sessionId);
    });
  });
  await inspector.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;) {}' } });
  await inspector.post('NodeWorker.sendMessageToWorker', { sessionId: await attached, message });
  // The connection must not outlive the thread.
  thread.once('exit', () => inspector.disconnect());
}
