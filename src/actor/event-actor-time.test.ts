/** Time decides inside the operation, timers only remind (design.md, decision 10). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventActor } from './event-actor.js';
import { ActorScene } from './testing/actor-scene.js';
import { confirm, eventId, extend, hold, myHolds } from './testing/mails.js';

const ttlMs = 1_000;
const short = { configuration: { holdTtlMs: ttlMs } };

test('[I3] a paused process: the seats of a hold past its deadline can be had, though no timer has fired', async () => {
  const scene = await ActorScene.awake(short);
  await scene.ask(hold(1, 'ann', 0));
  scene.time.pauseProcess(ttlMs);
  scene.submit(hold(2, 'bob', 0));
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['ann but 0: hold expired 2.3', '2 accepted 2.4']);
});

test('[I2] one millisecond before its deadline a hold can be confirmed', async () => {
  const scene = await ActorScene.awake(short);
  await scene.ask(hold(1, 'ann', 0));
  scene.time.pauseProcess(ttlMs - 1);
  assert.deepEqual(await scene.ask(confirm(2, 'ann', scene.holdIdOf(1))), ['2 accepted 2.3']);
});

test('[I2] exactly at its deadline a hold has ended', async () => {
  const scene = await ActorScene.awake(short);
  await scene.ask(hold(1, 'ann', 0));
  scene.time.pauseProcess(ttlMs);
  scene.submit(confirm(2, 'ann', scene.holdIdOf(1)));
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['ann but 0: hold expired 2.3', '2 refused 410 hold_ended']);
  const refusal = scene.outbox.answerTo(2);
  assert.ok(refusal[0] === 5);
  assert.equal(refusal[4].reason, 'expired');
});

test('a hold falls due while the actor decides: one reading of the clock says what is due and what is decided', async () => {
  const scene = await ActorScene.awake({
    configuration: { holdTtlMs: 2, holdsPerHolderMax: 50, seatsPerHolderMax: 50 },
  });
  scene.time.tickMs = 0.25;
  for (let n = 1; n <= 60; n += 1) scene.submit(hold(n, 'ann', n % 12));
  await scene.run(10);
  assert.deepEqual(scene.complaints, []);
  assert.equal(scene.ground.counters.actorsFailed, 0);
});

test('more holds are due than one turn may end: commands wait until all have, and keep their order', async () => {
  const scene = await ActorScene.awake({
    limits: { expiriesPerTurnMax: 3 },
    configuration: { holdTtlMs: ttlMs, holdsPerHolderMax: 8, seatsPerHolderMax: 12 },
  });
  for (let n = 1; n <= 8; n += 1) scene.submit(hold(n, 'ann', n));
  await scene.run();
  scene.time.pauseProcess(ttlMs);
  scene.outbox.news();
  scene.submit(hold(11, 'bob', 8), hold(12, 'cid', 8));
  await scene.run();
  const expired = Array.from({ length: 8 }, (_, n) => `ann but 0: hold expired 2.${n + 10}`);
  assert.deepEqual(scene.outbox.news(), [...expired, '11 accepted 2.18', '12 refused 409 seat_taken']);
});

test('what had waited elsewhere for too long is never decided, though it came to an idle actor that must end holds first', async () => {
  const scene = await ActorScene.asleep({
    limits: { expiriesPerTurnMax: 3 },
    configuration: { holdTtlMs: ttlMs, holdsPerHolderMax: 8, seatsPerHolderMax: 12 },
  });
  const { ground } = scene;
  const actor = new EventActor(eventId, ground, () => undefined);
  const activated = actor.activate();
  await scene.run();
  await activated;
  for (let n = 1; n <= 4; n += 1) actor.submit(hold(n, 'ann', n));
  await scene.run();
  scene.time.pauseProcess(ttlMs);
  scene.outbox.news();
  actor.submit(hold(11, 'bob', 8), ground.time.nowMs() - ground.limits.answerTimeoutMs);
  await scene.run();
  assert.ok(scene.outbox.news().includes('11 refused 503 unavailable'));
});

test('a hold ends at its deadline though nobody asks; an extension moves it', async () => {
  const scene = await ActorScene.awake(short);
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(600);
  assert.deepEqual(await scene.ask(extend(2, 'ann', scene.holdIdOf(1))), ['2 accepted 2.3']);
  await scene.run(999);
  assert.deepEqual(scene.outbox.news(), []);
  await scene.run(1);
  assert.deepEqual(scene.outbox.news(), ['ann but 0: hold expired 2.4']);
});

test('a deadline in weeks is no deadline at once: timers take only so much', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 40 * 24 * 3_600_000 } });
  scene.renewLease(50 * 24 * 3_600_000);
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(40 * 24 * 3_600_000 - 1);
  assert.deepEqual(scene.outbox.news(), []);
  await scene.run(1);
  assert.deepEqual(scene.outbox.news(), ['ann but 0: hold expired 2.3']);
});

test('the journal knows when the event must be woken next', async () => {
  const scene = await ActorScene.awake(short);
  await scene.ask(hold(1, 'ann', 0));
  const heldAtMs = scene.nowMs;
  assert.deepEqual(await scene.store.due(heldAtMs + ttlMs - 1, 10, scene.ground.owner), []);
  assert.deepEqual(await scene.store.due(heldAtMs + ttlMs, 10, scene.ground.owner), [eventId]);
  await scene.ask(confirm(2, 'ann', scene.holdIdOf(1)));
  assert.deepEqual(await scene.store.due(Number.MAX_SAFE_INTEGER, 10, scene.ground.owner), []);
});

test('what waited so long that its asker was told `unavailable` is not decided any more', async () => {
  const scene = await ActorScene.asleep({ limits: { answerTimeoutMs: 5_000 } });
  const activation = scene.faults.hold('claim');
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(1);
  await scene.ask(hold(2, 'bob', 0));
  await scene.run(4_999);
  activation.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 refused 503 unavailable', '2 accepted 2.2']);
});

test('waiting goes on across activations that fail', async () => {
  const scene = await ActorScene.asleep({ limits: { answerTimeoutMs: 5_000 } });
  const activation = scene.faults.hold('claim');
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(4_980);
  activation.fail(new Error('the link broke'));
  await scene.run(100);
  assert.deepEqual(scene.outbox.news(), ['1 refused 503 unavailable']);
  assert.deepEqual(await scene.ask(hold(2, 'bob', 0)), ['2 accepted 2.2']);
});

test('[I5] actor time never lies below the journal, whatever Postgres says now, and what waits is still decided', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: ttlMs } });
  await scene.run(3_600_000);
  await scene.ask(hold(1, 'ann', 0));
  const [, held] = await scene.journal();

  // Another node, whose Postgres' clock was set back by an hour.
  const later = await ActorScene.asleep({ storeSeen: () => scene.store });
  assert.ok(later.nowMs < (held?.change.atMs ?? 0));
  assert.deepEqual(await later.ask(hold(2, 'bob', 0), hold(3, 'bob', 1)), [
    '2 refused 409 seat_taken',
    '3 accepted 3.4',
  ]);
  const changes = (await scene.journal()).map(({ change }) => change.atMs);
  assert.deepEqual(
    changes,
    changes.toSorted((one, other) => one - other),
  );
});

test('nothing is called back any more once the event rests', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 500_000 } });
  await scene.ask(hold(1, 'ann', 0), myHolds(2, 'ann'));
  await scene.run(60_000);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 0);
  assert.equal(scene.time.pendingTimers, 0);
});
