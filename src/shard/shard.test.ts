import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail } from '../actor/mail.js';
import { again, eventId, hold, myHolds, release, snapshot, watch } from '../actor/testing/mails.js';
import { limits } from '../config/limits.js';
import { MemoryJournalStore } from '../journal/memory-store.js';
import { DirectedFaults } from '../journal/testing/directed-faults.js';
import type { Random } from '../lib/random.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { configurationOf } from '../seatmap/testing/hall.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { deliver } from './answers.js';
import { PackedWriter } from './packed.js';
import { writeMail, writeRewatch, writeUnwatch } from './requests.js';
import { Shard } from './shard.js';
import { RecordingListener } from './testing/recording-listener.js';
import { granted } from '../journal/testing/granted.js';

const storeOffsetMs = 50_000_000;

/** A whole shard, its messages packed as they travel between threads, on virtual time and a journal in memory. */
class Scene {
  readonly time = new VirtualTime();
  readonly faults = new DirectedFaults();
  readonly store = new MemoryJournalStore(this.faults);
  readonly listener = new RecordingListener();
  messages = 0;
  shard = this.#newShard();

  static async open(): Promise<Scene> {
    const scene = new Scene();
    await scene.store.createEvent(eventId, configurationOf({ holdTtlMs: 5_000 }), scene.nowMs - 1_000);
    return scene;
  }

  get nowMs(): number {
    return this.time.monotonicMs() + storeOffsetMs;
  }

  /** The thread is gone, with all that it knew; a new one begins. */
  restart(): void {
    this.shard = this.#newShard();
  }

  send(...mails: Mail[]): void {
    this.write((writer) => {
      for (const mail of mails) writeMail(writer, mail);
    });
  }

  write(records: (writer: PackedWriter) => void): void {
    const writer = new PackedWriter();
    records(writer);
    this.shard.receive(writer.take());
  }

  /** What came in `byMs`, over what was sent before. */
  async news(byMs = 0): Promise<string[]> {
    await this.time.run(byMs);
    return this.listener.came.news();
  }

  #newShard(): Shard {
    const random: Random = { below: () => 0, id: (length) => 'x'.repeat(length) };
    // Of a thread that is gone nothing comes any more.
    const whileItRuns = (callback: () => void) => () => {
      if (shard === this.shard) callback();
    };
    const shard: Shard = new Shard({
      store: this.store,
      clock: this.time,
      timers: {
        after: (delayMs, callback) => this.time.after(delayMs, whileItRuns(callback)),
        soon: (callback) => this.time.soon(whileItRuns(callback)),
      },
      random,
      limits: { ...limits, passivateAfterMs: 3_000 },
      log: quietLog,
      owner: 'node-1.incarnation',
      isOfThisShard: (id) => id === eventId,
      post: (message) => {
        this.messages += 1;
        deliver(message, this.listener);
      },
    });
    shard.leaseRenewed({
      storeOffsetMs,
      answersUntilMonotonicMs: Number.MAX_SAFE_INTEGER,
      mayTakeOverFromMonotonicMs: 0,
      wallOffsetMs: this.time.wallMs() - this.time.monotonicMs(),
    });
    shard.start();
    return shard;
  }
}

test('commands come in packed, and the answers of a turn go out in one message', async () => {
  const scene = await Scene.open();
  scene.send(hold(1, 'ann', 0));
  await scene.news();
  scene.messages = 0;
  scene.send(hold(2, 'bob', 1), hold(3, 'cid', 1), myHolds(4, 'ann'), snapshot(5));
  assert.deepEqual(await scene.news(), [
    '2 accepted 2.3',
    '3 refused 409 seat_taken',
    '4 accepted 2.3',
    // What was committed is published a moment later.
    'read 5 snapshot 1.1',
  ]);
  assert.equal(scene.messages, 1);
});

test('[I10] [I14] a watcher gets the published map, then every change as a delta without gap', async () => {
  const scene = await Scene.open();
  scene.send(hold(1, 'ann', 0), watch(2));
  assert.deepEqual(await scene.news(), ['1 accepted 2.2', 'watch 2 accepted 1.1 and snapshot 1.1']);
  assert.deepEqual(await scene.news(20), ['all delta 1-2']);
  scene.send(release(3, 'ann', 'H2-2'), watch(4, [2, 2]));
  assert.deepEqual(await scene.news(), ['3 accepted 2.3', 'watch 4 accepted 2.2 and delta 2-2']);
  assert.deepEqual(await scene.news(20), ['all delta 2-3']);
  scene.write((writer) => {
    writeUnwatch(writer, eventId);
    writeUnwatch(writer, eventId);
  });
  scene.send(hold(5, 'ann', 0));
  assert.deepEqual(await scene.news(20), ['5 accepted 2.4'], 'nobody watches any more');
});

test('[I6] [I14] after a restart watchers are told anew, and repeats get their first answers', async () => {
  const scene = await Scene.open();
  const first = hold(1, 'ann', 0);
  scene.send(first, watch(2));
  await scene.news(20);
  scene.restart();
  scene.write((writer) => writeRewatch(writer, eventId, 1));
  assert.deepEqual(await scene.news(), ['all snapshot 2.2']);
  scene.send(again(3, first), hold(4, 'bob', 0));
  assert.deepEqual(await scene.news(), ['4 refused 409 seat_taken', '3 accepted 2.2']);
  assert.deepEqual(await scene.news(20), ['all delta 2-3'], 'the deadlines were raised');
  const described = await scene.shard.describe(eventId);
  assert.deepEqual([described?.epoch, described?.watchers, described?.counts.held], [3, 1, 1]);
});

test('[I14] who has watched an event elsewhere goes on from its map, also where it is awake here already', async () => {
  const scene = await Scene.open();
  scene.send(hold(1, 'ann', 0));
  await scene.news(20);
  scene.write((writer) => writeRewatch(writer, eventId, 1));
  scene.send(hold(2, 'bob', 1));
  assert.deepEqual(await scene.news(20), ['all snapshot 2.2', '2 accepted 2.3', 'all delta 2-3']);
});

test('a watched event does not come to rest; without watchers it does, and ends its holds all the same', async () => {
  const scene = await Scene.open();
  scene.send(hold(1, 'ann', 0), watch(2));
  await scene.news(4_500);
  assert.equal(scene.shard.stats().actors, 1);
  scene.write((writer) => writeUnwatch(writer, eventId));
  await scene.news(600);
  scene.send(hold(3, 'bob', 1));
  assert.deepEqual(await scene.news(4_000), ['3 accepted 2.4']);
  assert.equal(scene.shard.stats().actors, 0);
  assert.deepEqual(await scene.news(2_000), ['bob but 0: hold expired 3.5'], 'woken by the deadline in the journal');
  assert.equal(scene.shard.stats().holdsExpired, 2);
});

test("due events of other shards are the other shards'", async () => {
  const scene = await Scene.open();
  await scene.store.createEvent('event-2', configurationOf({ holdTtlMs: 1_000 }), 1);
  scene.send({ ...hold(1, 'ann', 0), eventId: 'event-2' });
  await scene.news(500);
  scene.restart();
  await scene.news(10_000);
  assert.equal(scene.shard.stats().actorsStarted, 0);
});

test('Postgres cannot say what is due: the next look can', async () => {
  const scene = await Scene.open();
  scene.send(hold(1, 'ann', 0));
  await scene.news(100);
  scene.restart();
  scene.faults.failBefore('read', new Error('the link broke'));
  await scene.news(7_000);
  assert.equal(scene.shard.stats().actorsStarted, 1);
});

test('a watch that is refused counts no watcher', async () => {
  const scene = await Scene.open();
  scene.send({ ...watch(1), eventId: 'nowhere' });
  assert.deepEqual(await scene.news(), ['watch 1 refused 404 unknown_event']);
  assert.equal((await scene.shard.describe(eventId))?.watchers, 0);
});

test('closing brings everything to rest and ends the looks', async () => {
  const scene = await Scene.open();
  scene.send(hold(1, 'ann', 0));
  await scene.news();
  const closing = scene.shard.close(1_000);
  await scene.time.run(1_000);
  await closing;
  await scene.time.run(60_000);
  assert.equal(scene.time.pendingTimers, 0);
  assert.equal(granted(await scene.store.claim(eventId, 'next', true)).rested, true);
});
