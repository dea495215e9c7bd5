/** An activation's life: from the grant to rest, or to its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknown } from '../journal/faults.js';
import { type AppendOutcome, type SealedBatch, StatementFailed } from '../journal/port.js';
import { InvariantError } from '../lib/assert.js';
import type { Mail } from './mail.js';
import { ActorScene } from './testing/actor-scene.js';
import { seen } from './testing/seen.js';
import { confirm, eventId, hold, myHolds, poison, release, snapshot, watch } from './testing/mails.js';

test('what comes while the event is activated waits and is decided in order', async () => {
  const scene = await ActorScene.asleep();
  const activation = scene.faults.hold('claim');
  await scene.ask(hold(1, 'ann', 0));
  assert.ok(activation.isReached);
  assert.deepEqual(await scene.ask(hold(2, 'bob', 0), watch(3), hold(4, 'bob', 1)), []);
  activation.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), [
    '1 accepted 2.2',
    '2 refused 409 seat_taken',
    'watch 3 accepted 2.2 and snapshot 2.2',
    '4 accepted 2.3',
  ]);
});

test('as the mailbox fills, reads are refused first, then holds, then releases, and a confirm last', async () => {
  const scene = await ActorScene.asleep({ limits: { mailboxCommandsMax: 10 } });
  const activation = scene.faults.hold('claim');
  const offer = async (first: number, mail: (n: number) => Mail, count: number): Promise<string[]> =>
    scene.ask(...Array.from({ length: count }, (_, n) => mail(first + n)));
  assert.deepEqual(await offer(1, snapshot, 6), ['read 6 refused 503 busy']);
  assert.deepEqual(await offer(11, (n) => myHolds(n, 'ann'), 1), ['11 refused 503 busy']);
  assert.deepEqual(await offer(21, watch, 1), ['watch 21 refused 503 busy']);
  assert.deepEqual(await offer(31, (n) => hold(n, 'ann', n), 3), ['33 refused 503 busy']);
  assert.deepEqual(await offer(41, (n) => release(n, 'ann', 'H2-2'), 3), ['43 refused 503 busy']);
  assert.deepEqual(await offer(51, (n) => confirm(n, 'ann', 'H2-2'), 2), ['52 refused 503 busy']);
  activation.letGo();
  await scene.run();
  assert.equal(scene.outbox.news().length, 10, 'what was taken in is answered');
});

test('an event that does not exist after all: everybody is told so', async () => {
  const scene = await ActorScene.asleep({
    storeSeen: (store) => seen(store, { claim: () => Promise.resolve({ kind: 'unknownEvent' }) }),
  });
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), watch(2), snapshot(3)), [
    '1 refused 404 unknown_event',
    'watch 2 refused 404 unknown_event',
    'read 3 refused 404 unknown_event',
  ]);
  assert.equal(scene.host.count, 0);
});

test('[I6] a broken invariant: unavailable for what was decided, recovery from the journal, the rest goes on', async () => {
  const scene = await ActorScene.awake({ limits: { batchEntriesMax: 2 } });
  await scene.ask(hold(1, 'ann', 0));
  const first = scene.faults.hold('append');
  const second = scene.faults.hold('append');
  await scene.ask(hold(2, 'bob', 1), hold(3, 'bob', 2));
  // The open batch is full with these, so what follows waits in the mailbox.
  await scene.ask(hold(4, 'cid', 3), hold(5, 'cid', 4));
  await scene.ask(poison(6), hold(7, 'dan', 5));
  first.letGo();
  await scene.run();
  assert.ok(second.isReached);
  assert.deepEqual(scene.outbox.news(), [
    '2 accepted 2.3',
    '3 accepted 2.4',
    '4 refused 503 unavailable',
    '5 refused 503 unavailable',
    '6 refused 503 unavailable',
  ]);
  assert.equal(scene.views[0]?.told.at(-1), 'close');
  await scene.run(100);
  // It comes after the new activation: fenced.
  second.letGo();
  await scene.run(100);
  assert.deepEqual(scene.outbox.news(), ['7 accepted 3.6'], 'a new epoch, after the deadlines were raised');
  assert.deepEqual(await scene.journalStory(), [
    '1.1 EventOpened',
    '2.2 SeatsHeld',
    '2.3 SeatsHeld',
    '2.4 SeatsHeld',
    '3.5 DeadlinesRaised',
    '3.6 SeatsHeld',
  ]);
  assert.deepEqual(await scene.ask(hold(8, 'eve', 0), hold(9, 'eve', 3)), [
    '8 refused 409 seat_taken',
    '9 accepted 3.7',
  ]);
});

test('what an actor breaks on is answered, also on an idle one, and not given to the next activation', async () => {
  const scene = await ActorScene.awake();
  assert.deepEqual(await scene.ask(poison(1)), ['1 refused 503 unavailable']);
  assert.equal(scene.ground.counters.actorsFailed, 1);
  assert.equal(scene.host.count, 0, 'nobody waits and nobody watches: it sleeps');
  assert.deepEqual(await scene.ask(hold(2, 'ann', 0)), ['2 accepted 3.2']);
});

test('an answer that cannot be handed over ends the activation, and its asker is told `unavailable`', async () => {
  const scene = await ActorScene.awake();
  scene.outbox.nextError = new InvariantError('Cannot pack the answer');
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 1)), [
    '1 refused 503 unavailable',
    '2 refused 503 unavailable',
  ]);
  assert.deepEqual(await scene.ask(hold(3, 'cid', 0)), ['3 refused 409 seat_taken'], '[I6] both stand in the journal');
});

test('[I8] fenced: another activation has the event; this one says nothing more and the next reads what that one did', async () => {
  const scene = await ActorScene.awake();
  const rival = await ActorScene.asleep({ storeSeen: () => scene.store });
  assert.deepEqual(await rival.ask(hold(1, 'rival', 0)), ['1 accepted 3.2']);
  assert.deepEqual(await scene.ask(hold(2, 'ann', 0)), ['2 refused 503 unavailable']);
  assert.deepEqual(await scene.ask(hold(3, 'ann', 0)), ['3 refused 409 seat_taken']);
  assert.deepEqual(await scene.ask(hold(4, 'ann', 1)), ['4 accepted 4.4']);
  assert.deepEqual(await rival.ask(hold(5, 'rival', 1)), ['5 refused 503 unavailable']);
});

test('[I6] Postgres has lost commits: the event stops for good and says so', async () => {
  let isLost = false;
  const scene = await ActorScene.awake({
    storeSeen: (store) =>
      seen(store, {
        append: async (batches) => (isLost ? batches.map(headOf(1)) : store.append(batches)),
      }),
  });
  scene.watchers = 1;
  await scene.ask(hold(1, 'ann', 0));
  isLost = true;
  const append = scene.ask(hold(2, 'bob', 1), hold(3, 'bob', 0));
  assert.deepEqual(await append, ['2 refused 503 unavailable', '3 refused 503 unavailable']);
  assert.ok(scene.complaints.some((message) => message.startsWith('Postgres has lost commits')));
  isLost = false;
  await scene.run(60_000);
  scene.host.wake(eventId);
  assert.deepEqual(await scene.ask(hold(4, 'cid', 2), watch(5)), [
    '4 refused 503 unavailable',
    'watch 5 refused 503 unavailable',
  ]);
  assert.equal(scene.host.count, 0);
  assert.equal(scene.ground.counters.actorsStarted, 1);
});

test('a batch that Postgres refuses for good: unavailable, and the event goes on without it', async () => {
  const scene = await ActorScene.awake();
  scene.faults.failBefore('append', new StatementFailed('unique violation', false));
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), ['1 refused 503 unavailable']);
  assert.deepEqual(await scene.ask(hold(2, 'bob', 0)), ['2 accepted 3.2']);
});

test('[I5] after an unplanned recovery no hold ends before now + 30 s; one that had longer keeps it', async () => {
  const scene = await ActorScene.awake({
    limits: { recoveryGraceMs: 30_000 },
    configuration: { holdTtlMs: 40_000, holdsPerHolderMax: 3 },
  });
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(30_000);
  await scene.ask(hold(2, 'ann', 1));
  await scene.ask(poison(3));
  const left = (await scene.holdsOf('ann')).map(({ expiresInMs }) => expiresInMs);
  assert.deepEqual(left, [30_000, 40_000]);
  assert.equal((await scene.journalStory()).at(-1), '3.4 DeadlinesRaised');
});

test('without live holds nothing is raised', async () => {
  const scene = await ActorScene.awake();
  await scene.ask(poison(1));
  await scene.ask(hold(2, 'ann', 0));
  assert.deepEqual(await scene.journalStory(), ['1.1 EventOpened', '3.2 SeatsHeld']);
});

test('[I5] an event that came to rest in order keeps its deadlines, and leaves a snapshot', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 100_000 } });
  await scene.ask(hold(1, 'ann', 0));
  await rested(scene);
  assert.deepEqual(scene.views[0]?.told.slice(-2), ['committed', 'close']);
  const { seq, epoch } = (await scene.store.snapshot(eventId)) ?? { seq: 0, epoch: 0 };
  assert.deepEqual([epoch, seq], [2, 2]);
  assert.deepEqual(
    (await scene.holdsOf('ann')).map(({ expiresInMs }) => expiresInMs),
    [40_000],
  );
  assert.deepEqual(await scene.ask(hold(2, 'bob', 1)), ['2 accepted 3.3']);
  assert.deepEqual(await scene.journalStory(), ['1.1 EventOpened', '2.2 SeatsHeld', '3.3 SeatsHeld']);
});

test('an event at rest wakes for a hold that is due', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 100_000 } });
  await scene.ask(hold(1, 'ann', 0));
  await rested(scene);
  await scene.run(40_000);
  for (const due of await scene.store.due(scene.nowMs, 10, scene.ground.owner)) scene.host.wake(due);
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['ann but 0: hold expired 3.3']);
});

test('what comes while the event goes to rest is decided by the next activation', async () => {
  const scene = await ActorScene.awake();
  await scene.run(60_000);
  const rest = scene.faults.hold('rest');
  scene.host.restIdle();
  await scene.run();
  assert.ok(rest.isReached);
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 0)), []);
  scene.host.wake(eventId);
  rest.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 3.2', '2 refused 409 seat_taken']);
});

test('an event that cannot come to rest stays, and decides what came meanwhile', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 100_000 } });
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(60_000);
  const save = scene.faults.hold('saveSnapshot');
  scene.host.restIdle();
  await scene.run();
  assert.deepEqual(await scene.ask(hold(2, 'bob', 1)), []);
  save.fail(new OutcomeUnknown('saveSnapshot'));
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['2 accepted 2.3']);
  await scene.run(99_999);
  assert.deepEqual(scene.outbox.news(), ['ann but 0: hold expired 2.4'], 'its reminder was set again');
});

test('an event that cannot come to rest does not keep others from it: it is tried again later', async () => {
  const scene = await ActorScene.awake({ limits: { passivateAfterMs: 60_000 } });
  scene.faults.failBefore('rest', new OutcomeUnknown('rest'));
  await scene.run(60_000);
  scene.host.restIdle();
  await scene.run(59_999);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.faults.count('rest'), 1);
  await scene.run(1);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 0);
});

test('an event rests only where nothing waits, nobody has asked for a minute, and nobody watches', async () => {
  const scene = await ActorScene.awake({ limits: { passivateAfterMs: 60_000 } });
  await scene.run(59_999);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 1, 'somebody asked less than a minute ago');
  scene.watchers = 1;
  await scene.run(1);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 1, 'somebody watches');
  scene.watchers = 0;
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0));
  await scene.run(60_000);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 1, 'an answer waits for its commit');
  append.letGo();
  await scene.run();
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 0);
});

test('operators see the three watermarks, and what waits', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0, 1), hold(2, 'bob', 2));
  assert.deepEqual(await scene.host.describe(eventId), {
    epoch: 2,
    seqDecided: 3,
    seqCommitted: 1,
    seqPublished: 1,
    counts: { free: 12, held: 0, booked: 0, blocked: 0 },
    areas: [],
    mailbox: 0,
    gate: 2,
  });
  append.letGo();
  await scene.run();
  const after = await scene.host.describe(eventId);
  assert.deepEqual([after?.seqCommitted, after?.seqPublished, after?.counts.held, after?.gate], [3, 3, 3, 0]);
});

async function rested(scene: ActorScene): Promise<void> {
  await scene.run(60_000);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 0);
  scene.outbox.news();
}

/** The head as a database tells it that was restored from before those commits. */
function headOf(seq: number): (batch: SealedBatch) => AppendOutcome {
  return ({ eventId: id, epoch }) => ({ eventId: id, appended: false, epoch, seq });
}
