import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknown } from '../journal/faults.js';
import { configurationOf } from '../seatmap/testing/hall.js';
import type { Mail } from './mail.js';
import { ActorScene } from './testing/actor-scene.js';
import { eventId, hold, myHolds, poison, snapshot, watch } from './testing/mails.js';
import { granted } from '../journal/testing/granted.js';

const on = <M extends Mail>(id: string, mail: M): M => ({ ...mail, eventId: id });

test('ids that do not exist wake no actor, and cost one query a turn', async () => {
  const scene = await ActorScene.asleep();
  const mails = Array.from({ length: 50 }, (_, n) => on(`nowhere-${n}`, hold(n + 1, 'ann', 0)));
  const refused = await scene.ask(...mails);
  assert.deepEqual(
    refused,
    mails.map(({ correlation }) => `${correlation} refused 404 unknown_event`),
  );
  assert.deepEqual(await scene.ask(on('nowhere-7', watch(60))), ['watch 60 refused 404 unknown_event']);
  assert.equal(scene.faults.count('read'), 1);
  assert.equal(scene.faults.count('claim'), 0);
  assert.equal(scene.ground.counters.actorsStarted, 0);
});

test('what comes before anybody knows whether the event exists keeps its order', async () => {
  const scene = await ActorScene.asleep();
  const query = scene.faults.hold('read');
  await scene.ask(hold(1, 'ann', 0), on('nowhere', hold(2, 'ann', 0)), hold(3, 'bob', 0));
  await scene.ask(hold(4, 'cid', 1), hold(5, 'dan', 1));
  query.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), [
    '2 refused 404 unknown_event',
    '1 accepted 2.2',
    '3 refused 409 seat_taken',
    '4 accepted 2.3',
    '5 refused 409 seat_taken',
  ]);
});

test('Postgres cannot say whether the event exists: unavailable, and later it is asked again', async () => {
  const scene = await ActorScene.asleep();
  scene.faults.failBefore('read', new OutcomeUnknown('read'));
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), watch(2)), [
    '1 refused 503 unavailable',
    'watch 2 refused 503 unavailable',
  ]);
  assert.deepEqual(await scene.ask(hold(3, 'ann', 0)), ['3 accepted 2.2']);
});

test('only so much mail waits at the door', async () => {
  const scene = await ActorScene.asleep();
  const query = scene.faults.hold('read');
  const mails = Array.from({ length: 4_100 }, (_, n) => on(`nowhere-${n}`, hold(n + 1, 'ann', 0)));
  assert.deepEqual(
    await scene.ask(...mails),
    [4_097, 4_098, 4_099, 4_100].map((n) => `${n} refused 503 busy`),
  );
  query.letGo();
  await scene.run();
  assert.equal(scene.outbox.news().length, 4_096);
  assert.deepEqual(await scene.ask(hold(5_000, 'ann', 0)), ['5000 accepted 2.2'], 'the door is free again');
});

test('[I7] what waits at the door is not overtaken, though the event was woken meanwhile', async () => {
  const scene = await ActorScene.asleep();
  const lookup = scene.faults.hold('read');
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), []);
  scene.host.wake(eventId);
  await scene.run();
  assert.equal(scene.host.count, 1);
  assert.deepEqual(await scene.ask(hold(2, 'bob', 0)), [], 'behind ann');
  lookup.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2', '2 refused 409 seat_taken']);
});

test('what has waited at the door for too long is never decided: its asker was told so', async () => {
  const scene = await ActorScene.asleep();
  const lookup = scene.faults.hold('read');
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), []);
  await scene.run(4_000);
  assert.deepEqual(await scene.ask(hold(2, 'bob', 0)), []);
  await scene.run(1_000);
  lookup.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 refused 503 unavailable', '2 accepted 2.2']);
});

test('what waits at the door while the shard closes is refused as soon as Postgres answers, and wakes nobody', async () => {
  const scene = await ActorScene.asleep();
  const lookup = scene.faults.hold('read');
  await scene.ask(hold(1, 'ann', 0), watch(2));
  await scene.host.close(1_000);
  assert.deepEqual(await scene.ask(hold(3, 'bob', 1)), ['3 refused 503 unavailable']);
  lookup.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 refused 503 unavailable', 'watch 2 refused 503 unavailable']);
  assert.equal(scene.host.count, 0);
});

test('actorsMax bounds the actors: busy for one more event, until another has come to rest', async () => {
  const scene = await ActorScene.awake({ limits: { actorsMax: 1 } });
  await scene.store.createEvent('event-2', configurationOf(), 1);
  assert.deepEqual(await scene.ask(on('event-2', hold(1, 'ann', 0)), on('event-2', watch(2))), [
    '1 refused 503 busy',
    'watch 2 refused 503 busy',
  ]);
  scene.host.wake('event-2');
  assert.equal(scene.host.count, 1);
  await scene.run(60_000);
  scene.host.restIdle();
  await scene.run();
  assert.deepEqual(await scene.ask(on('event-2', hold(3, 'ann', 0))), ['3 accepted 2.2']);
});

test('an activation that fails is tried again as long as somebody waits, later each time', async () => {
  const scene = await ActorScene.asleep();
  for (let n = 0; n < 3; n += 1) scene.faults.failBefore('claim', new OutcomeUnknown('claim'));
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), []);
  assert.equal(scene.faults.count('claim'), 1);
  await scene.run(49);
  assert.equal(scene.faults.count('claim'), 1);
  await scene.run(1);
  assert.equal(scene.faults.count('claim'), 2);
  await scene.run(1_000);
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2']);
  assert.equal(scene.ground.counters.actorsFailed, 3);
});

test('one that fails while nobody waits is left alone until it is asked for', async () => {
  const scene = await ActorScene.asleep();
  scene.faults.failBefore('claim', new OutcomeUnknown('claim'));
  scene.host.wake(eventId);
  await scene.run(60_000);
  assert.equal(scene.faults.count('claim'), 1);
  assert.equal(scene.host.count, 0);
  assert.equal(await scene.host.describe('event-9'), null);
  assert.equal((await scene.host.describe(eventId))?.epoch, 2, 'asked for by an operator');
});

test('a watched event is activated again whatever it ended of', async () => {
  const scene = await ActorScene.awake();
  scene.watchers = 3;
  await scene.ask(poison(1));
  await scene.run(100);
  assert.equal(scene.views.length, 2);
  assert.deepEqual(scene.views[1]?.told, ['recall 1', 'recovered']);
});

test('failures of a while ago do not make the next recovery slower', async () => {
  const delaysMs: number[] = [];
  const scene = await ActorScene.awake();
  const { random } = scene.ground;
  random.below = (bound) => {
    delaysMs.push(bound);
    return 0;
  };
  scene.watchers = 1;
  const fail = async (n: number): Promise<number | undefined> => {
    delaysMs.length = 0;
    await scene.ask(poison(n));
    const [delayMs] = delaysMs;
    await scene.run(1_000);
    return delayMs;
  };
  assert.deepEqual([await fail(1), await fail(2), await fail(3)], [100, 200, 400]);
  await scene.run(60_000);
  assert.equal(await fail(4), 100);
});

test('closing: nothing more is taken in, what was decided is answered, every event comes to rest', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0));
  let isClosed = false;
  const closing = scene.host.close(10_000).then(() => {
    isClosed = true;
  });
  await scene.run(100);
  assert.deepEqual(await scene.ask(hold(2, 'bob', 1), on('event-9', snapshot(3)), myHolds(4, 'ann')), [
    '2 refused 503 unavailable',
    'read 3 refused 503 unavailable',
    '4 refused 503 unavailable',
  ]);
  assert.ok(!isClosed);
  append.letGo();
  await scene.run(100);
  await closing;
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2']);
  assert.equal(scene.host.count, 0);
  assert.equal(scene.time.pendingTimers, 0);
  assert.equal(granted(await scene.store.claim(eventId, 'next', true)).rested, true);
});

test('closing takes no longer than its grace, and many events rest a few at a time', async () => {
  const scene = await ActorScene.awake();
  for (let n = 2; n <= 30; n += 1) {
    await scene.store.createEvent(`event-${n}`, configurationOf(), 1);
    scene.host.wake(`event-${n}`);
  }
  await scene.run();
  const stuck = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0));
  const closing = scene.host.close(10_000);
  await scene.run(10_010);
  await closing;
  assert.equal(scene.host.count, 1);
  assert.equal(scene.faults.count('rest'), 29);
  stuck.fail(new OutcomeUnknown('append'));
  scene.committer.close();
  await scene.run(1_000);
  assert.deepEqual(scene.outbox.news(), ['1 refused 503 unavailable']);
});

test('idle events rest a few at a time: a snapshot takes its time', async () => {
  const scene = await ActorScene.awake();
  for (let n = 2; n <= 20; n += 1) {
    await scene.store.createEvent(`event-${n}`, configurationOf(), 1);
    scene.host.wake(`event-${n}`);
  }
  await scene.run(60_000);
  const left: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    scene.host.restIdle();
    await scene.run();
    left.push(scene.host.count);
  }
  assert.deepEqual(left, [12, 4, 0]);
});
