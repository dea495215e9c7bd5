import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Random } from '../lib/random.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { Log } from '../observability/log.js';
import type { Change } from '../seatmap/change.js';
import { EventBatch } from './batch.js';
import { type Appender, Committer, type LostReason } from './committer.js';
import { OutcomeUnknown } from './faults.js';
import { MemoryJournalStore } from './memory-store.js';
import { type SealedBatch, StatementFailed } from './port.js';
import { bookingConfirmed, seatsHeld } from './testing/changes.js';
import { sampleConfiguration } from './testing/configuration.js';
import { DirectedFaults } from './testing/directed-faults.js';
import { granted } from './testing/granted.js';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
/** Delays are their least. */
const least: Random = { below: () => 0, id: (length) => 'x'.repeat(length) };

class Scene {
  readonly time = new VirtualTime();
  readonly faults = new DirectedFaults();
  readonly store = new MemoryJournalStore(this.faults);
  readonly committer = new Committer(this.store, this.time, this.time, least, silent);
  /** What the events were told, in order: `a 2-3 committed`, `b 2-2 refused`. */
  readonly told: string[] = [];

  async event(eventId: string): Promise<Writer> {
    await this.store.createEvent(eventId, sampleConfiguration, 1);
    const grant = granted(await this.store.claim(eventId, 'test', true));
    return new Writer(this, eventId, grant?.epoch ?? 0);
  }

  /** Promises settle, and those who wait for the end of the turn are called. */
  run(byMs = 0): Promise<void> {
    return this.time.run(byMs);
  }

  async seqOf(eventId: string): Promise<number> {
    return (await this.store.batches(eventId, 0)).at(-1)?.lastSeq ?? 0;
  }
}

/** An event as the committer sees it. */
class Writer implements Appender {
  readonly #batch: EventBatch;
  readonly sealed: SealedBatch[] = [];
  whileSealing: (() => void) | null = null;
  #inFlight = 0;

  constructor(
    private readonly scene: Scene,
    readonly eventId: string,
    epoch: number,
  ) {
    this.#batch = new EventBatch(eventId, epoch, 2, 'EUR');
  }

  add(...changes: Change[]): void {
    for (const change of changes) this.#batch.add(change);
    this.scene.committer.wake(this);
  }

  seal(): SealedBatch | null {
    assert.equal(this.#inFlight, 0, 'at most one batch of an event is in flight');
    this.whileSealing?.();
    this.whileSealing = null;
    if (this.#batch.count === 0) return null;
    const sealed = this.#batch.seal(null);
    this.#batch.reset(sealed.lastSeq + 1);
    this.sealed.push(sealed);
    this.#inFlight = 1;
    return sealed;
  }

  onCommitted(batch: SealedBatch): void {
    this.#settled(batch, 'committed');
  }

  onLost(batch: SealedBatch, reason: LostReason): void {
    this.#settled(batch, reason);
  }

  #settled(batch: SealedBatch, outcome: string): void {
    assert.equal(batch, this.sealed.at(-1));
    this.#inFlight = 0;
    this.scene.told.push(`${this.eventId} ${batch.firstSeq}-${batch.lastSeq} ${outcome}`);
  }
}

const refused = new StatementFailed('Cannot append', false);
const deadlock = new StatementFailed('deadlock detected', true);
const unknown = new OutcomeUnknown('append');

test('events that wake in one turn leave in one statement', async () => {
  const scene = new Scene();
  const [a, b, c] = [await scene.event('a'), await scene.event('b'), await scene.event('c')];
  a.add(seatsHeld());
  b.add(seatsHeld(), seatsHeld());
  await scene.run();
  c.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, ['a 2-2 committed', 'b 2-3 committed', 'c 2-2 committed']);
  assert.deepEqual(
    scene.faults.appends.map((batches) => batches.map(({ eventId }) => eventId)),
    [['a', 'b'], ['c']],
  );
  const { appends, appendsFailed, batchesAppended, changesCommitted } = scene.committer.stats;
  assert.deepEqual([appends, appendsFailed, batchesAppended, changesCommitted], [2, 0, 3, 4]);
});

test('while an append is in flight the next batches fill; they leave together when it is settled', async () => {
  const scene = new Scene();
  const [a, b] = [await scene.event('a'), await scene.event('b')];
  const append = scene.faults.hold('append');
  a.add(seatsHeld());
  await scene.run();
  a.add(seatsHeld());
  b.add(seatsHeld());
  await scene.run();
  a.add(seatsHeld());
  await scene.run();
  assert.equal(a.sealed.length, 1);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.told, ['a 2-2 committed', 'a 3-4 committed', 'b 2-2 committed']);
});

test('a sealed batch never changes while it is in flight, its bookings neither', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  a.add(seatsHeld({ seats: [1] }));
  await scene.run();
  const append = scene.faults.hold('append');
  a.add(seatsHeld({ seats: [2] }));
  await scene.run();
  const [, sealed] = a.sealed;
  assert.deepEqual(sealed?.bookings, []);
  const before = { ...sealed, blob: Buffer.from(sealed?.blob ?? []), bookings: [...(sealed?.bookings ?? [])] };
  a.add(bookingConfirmed({ holdSeq: 2, seats: [1] }));
  await scene.run();
  assert.deepEqual(sealed, before);
  append.letGo();
  await scene.run();
  assert.deepEqual(
    a.sealed.map(({ bookings }) => bookings.length),
    [0, 0, 1],
  );
  assert.deepEqual(scene.told.at(-1), 'a 4-4 committed');
});

test('[I6] a batch with no answer is sent again, the same bytes, until an append has settled it', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  for (const fail of [
    () => scene.faults.failBefore('append', unknown),
    () => scene.faults.failAfter('append', unknown),
    () => scene.faults.delay('append'),
  ]) {
    fail();
    fail();
    a.add(seatsHeld(), seatsHeld());
    await scene.run(1_000);
  }
  scene.store.deliverLate();
  assert.deepEqual(scene.told, ['a 2-3 committed', 'a 4-5 committed', 'a 6-7 committed']);
  assert.equal(await scene.seqOf('a'), 7, 'no change stands twice');
  const sent = scene.faults.appends.flat();
  assert.ok(sent.length > a.sealed.length);
  assert.ok(sent.every((batch) => a.sealed.includes(batch)));
});

test('a delayed append that commits between two tries is found by the second', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  scene.faults.delay('append');
  a.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, []);
  scene.store.deliverLate();
  await scene.run(1_000);
  assert.deepEqual(scene.told, ['a 2-2 committed']);
  assert.equal(await scene.seqOf('a'), 2);
});

test('while the outcome is unknown the event waits; the others of the statement are settled with it', async () => {
  const scene = new Scene();
  const [a, b] = [await scene.event('a'), await scene.event('b')];
  scene.faults.failAfter('append', unknown);
  a.add(seatsHeld());
  b.add(seatsHeld());
  await scene.run();
  a.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, []);
  await scene.run(1_000);
  assert.deepEqual(scene.told, ['a 2-2 committed', 'b 2-2 committed', 'a 3-3 committed']);
});

test('a refusal that may pass is met with another try, later each time', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  for (let n = 0; n < 12; n += 1) scene.faults.failBefore('append', deadlock);
  a.add(seatsHeld());
  await scene.run();
  assert.equal(scene.faults.appends.length, 1);
  await scene.run(10);
  assert.equal(scene.faults.appends.length, 2);
  await scene.run(60_000);
  assert.deepEqual(scene.told, ['a 2-2 committed']);
  assert.equal(scene.committer.stats.appendsFailed, 12);
});

test('a statement that is refused for good goes out event by event: the one that fails alone stops, the others go on', async () => {
  const scene = new Scene();
  const [a, b, c] = [await scene.event('a'), await scene.event('b'), await scene.event('c')];
  // Seat 1 was sold twice: the tables refuse it.
  b.add(seatsHeld({ seats: [1] }), bookingConfirmed({ holdSeq: 2, seats: [1] }));
  await scene.run();
  a.add(seatsHeld());
  b.add(bookingConfirmed({ holdSeq: 9, seats: [1] }));
  c.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told.slice(1), ['a 2-2 committed', 'b 4-4 refused', 'c 2-2 committed']);
  assert.deepEqual([await scene.seqOf('a'), await scene.seqOf('b'), await scene.seqOf('c')], [2, 3, 2]);
  a.add(seatsHeld());
  await scene.run();
  assert.equal(scene.told.at(-1), 'a 3-3 committed');
});

test('an unknown outcome in the middle of that is settled as any other', async () => {
  const scene = new Scene();
  const [a, b] = [await scene.event('a'), await scene.event('b')];
  scene.faults.failBefore('append', refused);
  scene.faults.failAfter('append', unknown);
  scene.faults.failBefore('append', deadlock);
  a.add(seatsHeld());
  b.add(seatsHeld());
  await scene.run(1_000);
  assert.deepEqual(scene.told, ['a 2-2 committed', 'b 2-2 committed']);
});

test('[I8] fenced: the event is told, the others of the statement are committed', async () => {
  const scene = new Scene();
  const [a, b] = [await scene.event('a'), await scene.event('b')];
  await scene.store.claim('a', 'another', true);
  a.add(seatsHeld());
  b.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, ['a 2-2 fenced', 'b 2-2 committed']);
});

test('an event that the store does not have: its commits are lost', async () => {
  const scene = new Scene();
  const lost = new Writer(scene, 'gone', 2);
  lost.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, ['gone 2-2 store_lost_commits']);
});

test('an event that has nothing to append after all, and one that breaks while it seals, cost the others nothing', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  const nothing = await scene.event('nothing');
  scene.committer.wake(nothing);
  await scene.run();
  assert.equal(scene.faults.appends.length, 0);
  scene.committer.wake(nothing);
  a.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, ['a 2-2 committed']);
});

test('an event that is woken while all are sealed leaves with the next append', async () => {
  const scene = new Scene();
  const [a, b] = [await scene.event('a'), await scene.event('b')];
  a.add(seatsHeld());
  b.add(seatsHeld());
  b.whileSealing = () => a.add(seatsHeld());
  await scene.run();
  assert.deepEqual(scene.told, ['a 2-2 committed', 'b 2-2 committed', 'a 3-3 committed']);
});

test('closed: no further try is made, and what has no outcome is lost for this process', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  scene.faults.failBefore('append', unknown);
  a.add(seatsHeld());
  await scene.run();
  scene.committer.close();
  await scene.run(60_000);
  assert.deepEqual(scene.told, ['a 2-2 closed']);
  assert.equal(scene.faults.appends.length, 1);
  a.add(seatsHeld());
  await scene.run(60_000);
  assert.equal(scene.faults.appends.length, 1);
  assert.equal(scene.time.pendingTimers, 0);
});

test('closed while an append is in flight: its outcome counts', async () => {
  const scene = new Scene();
  const a = await scene.event('a');
  const append = scene.faults.hold('append');
  a.add(seatsHeld());
  await scene.run();
  a.add(seatsHeld());
  scene.committer.close();
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.told, ['a 2-2 committed', 'a 3-3 closed']);
});
