import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknown } from '../journal/faults.js';
import { StatementFailed } from '../journal/port.js';
import { ActorScene } from './testing/actor-scene.js';
import { eventId, hold, myHolds, watch } from './testing/mails.js';
import { seen } from './testing/seen.js';

/** An event that is awake in epoch 2, with one hold, on a node whose lease has lapsed since. */
async function lapsed(): Promise<ActorScene> {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  await scene.ask(hold(1, 'ann', 0));
  scene.renewLease(1_000);
  await scene.run(1_000);
  return scene;
}

test('[I7] after a lapse, what another node has taken is dropped before anything is answered', async () => {
  const scene = await lapsed();
  await scene.store.claim(eventId, 'another', true);
  assert.deepEqual(await scene.ask(myHolds(3, 'ann'), hold(4, 'bob', 0)), [], 'it would say what is no longer so');
  await scene.host.dropLost();
  assert.deepEqual(scene.outbox.news(), ['3 refused 503 unavailable', '4 refused 503 unavailable']);
  scene.renewLease();
  await scene.run(100);
  assert.equal(scene.host.count, 0);
});

test('after a lapse, what nobody has taken goes on with what it had in memory', async () => {
  const scene = await lapsed();
  assert.deepEqual(await scene.ask(hold(2, 'ann', 1)), []);
  await scene.host.dropLost();
  scene.renewLease();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['2 accepted 2.3']);
  assert.equal(scene.faults.count('claim'), 1, 'in the same activation');
});

test('an event that was taken and given back is dropped all the same: its epoch is another', async () => {
  const scene = await lapsed();
  await scene.store.claim(eventId, 'another', true);
  await scene.store.claim(eventId, scene.ground.owner, true);
  await scene.ask(myHolds(2, 'ann'));
  await scene.host.dropLost();
  assert.deepEqual(scene.outbox.news(), ['2 refused 503 unavailable']);
});

test('[I14] an activation that was dropped while it read the journal shows its map to nobody', async () => {
  const scene = await ActorScene.asleep();
  const reading = scene.faults.hold('read');
  scene.watchers = 1;
  scene.host.wake(eventId);
  await scene.run();
  assert.ok(reading.isReached);
  await scene.host.dropLost();
  await scene.run(1_000);
  reading.letGo();
  await scene.run();
  // The second to be granted was the first to have read everything.
  assert.deepEqual(
    scene.views.map(({ told }) => told),
    [['recall 1', 'recovered'], ['recall 1']],
  );
});

test('mail for an event of another node is sent back, in order, with the owner’s name before it', async () => {
  const scene = await ActorScene.asleep({
    storeSeen: (store) => seen(store, { claim: () => Promise.resolve({ kind: 'owned', owner: 'another' }) }),
  });
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), watch(2), myHolds(3, 'ann')), [
    "event-1 is another's",
    'command 1 bounced',
    'watch 2 bounced',
    'myHolds 3 bounced',
  ]);
  assert.equal(scene.host.count, 0);
});

test('handing over: what was decided is answered, what comes is left to the next owner, no deadline is raised', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0));
  const handedOver = scene.host.handOver(eventId, 'another');
  assert.deepEqual(await scene.ask(hold(2, 'bob', 1)), [], 'waits');
  await scene.run(300);
  append.letGo();
  await scene.run();
  await handedOver;
  const [accepted, moved, bounced = ''] = scene.outbox.news();
  assert.deepEqual([accepted, moved], ['1 accepted 2.2', "event-1 is another's"]);
  const [, waitedMs] = /^command 2 bounced after (\d+) ms$/.exec(bounced) ?? [];
  assert.ok(Number(waitedMs) >= 300, `its asker has waited: ${bounced}`);
  const claim = await scene.store.claim(eventId, 'another', false);
  assert.deepEqual(claim, { kind: 'granted', grant: { epoch: 3, seq: 2, rested: true } });
});

test('handing over a long history: a snapshot is kept while the event still sells, none while buyers wait', async () => {
  const scene = await ActorScene.awake({
    limits: { replayWindowChanges: 2 },
    configuration: { holdTtlMs: 60_000, holdsPerHolderMax: 12, seatsPerHolderMax: 12 },
  });
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2));
  const append = scene.faults.hold('append');
  await scene.ask(hold(4, 'ann', 3));
  const save = scene.faults.hold('saveSnapshot');
  const handedOver = scene.host.handOver(eventId, 'another');
  append.letGo();
  await scene.run();
  assert.ok(save.isReached, 'no other batch is waited for');
  assert.deepEqual(await scene.ask(hold(5, 'bob', 4)), ['4 accepted 2.5', '5 accepted 2.6'], 'while it is copied');
  save.letGo();
  await scene.run();
  await handedOver;
  assert.equal(scene.faults.count('saveSnapshot'), 1, 'what came since is short');
  assert.equal((await scene.store.snapshot(eventId))?.seq, 5);
  assert.equal(scene.host.count, 0);
});

test('handing over a long history that stands still: the snapshot is cut at once', async () => {
  const scene = await ActorScene.awake({
    limits: { replayWindowChanges: 2 },
    configuration: { holdTtlMs: 60_000, holdsPerHolderMax: 12, seatsPerHolderMax: 12 },
  });
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2));
  await scene.host.handOver(eventId, 'another');
  assert.equal((await scene.store.snapshot(eventId))?.seq, 4);
  assert.equal(scene.host.count, 0);
});

test('handing over a long history amid a sale: the snapshot is cut at the end of the batch that is open', async () => {
  const scene = await ActorScene.awake({
    limits: { replayWindowChanges: 2 },
    configuration: { holdTtlMs: 60_000, holdsPerHolderMax: 12, seatsPerHolderMax: 12 },
  });
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1));
  const append = scene.faults.hold('append');
  await scene.ask(hold(3, 'ann', 2));
  await scene.ask(hold(4, 'ann', 3));
  const handedOver = scene.host.handOver(eventId, 'another');
  append.letGo();
  await scene.run();
  await handedOver;
  assert.equal(scene.faults.count('saveSnapshot'), 1);
  assert.equal((await scene.store.snapshot(eventId))?.seq, 5);
});

test('a snapshot that cannot be kept holds no handover up', async () => {
  const scene = await ActorScene.awake({
    limits: { replayWindowChanges: 2 },
    configuration: { holdTtlMs: 60_000, holdsPerHolderMax: 12, seatsPerHolderMax: 12 },
  });
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2));
  scene.faults.failBefore('saveSnapshot', new OutcomeUnknown('saveSnapshot'));
  await scene.host.handOver(eventId, 'another');
  assert.deepEqual(scene.complaints, ['Cannot keep a snapshot; recovery will read more of the journal']);
  assert.equal(scene.host.count, 0);
});

test('an event whose commits take too long stays where it is', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0));
  const handedOver = scene.host.handOver(eventId, 'another');
  await scene.ask(hold(2, 'bob', 1));
  await scene.run(2_000);
  await handedOver;
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2', '2 accepted 2.3']);
});

test('a rest that Postgres refuses leaves the event awake; one whose outcome is unknown ends the activation', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  scene.faults.failBefore('rest', new StatementFailed('shutting down', true));
  await scene.host.handOver(eventId, 'another');
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), ['1 accepted 2.2']);
  scene.faults.failAfter('rest', new OutcomeUnknown('rest'));
  await scene.host.handOver(eventId, 'another');
  assert.equal(scene.host.count, 0);
});

test('[I5] nothing is taken over before Postgres has answered for a whole lease', async () => {
  const asked: boolean[] = [];
  const scene = await ActorScene.asleep({
    configuration: { holdTtlMs: 60_000 },
    storeSeen: (store) =>
      seen(store, {
        claim: (id, claimant, mayTakeOver) => {
          asked.push(mayTakeOver);
          if (mayTakeOver) return store.claim(id, claimant, mayTakeOver);
          return Promise.resolve({ kind: 'runOut', owner: 'another' });
        },
      }),
  });
  const monotonicMs = scene.time.monotonicMs();
  scene.actorTime.renewed({
    storeOffsetMs: 50_000_000,
    answersUntilMonotonicMs: monotonicMs + 10_000,
    mayTakeOverFromMonotonicMs: monotonicMs + 1_000,
    wallOffsetMs: scene.time.wallMs() - monotonicMs,
  });
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), []);
  await scene.run(2_000);
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2'], 'what waits keeps waiting');
  assert.deepEqual([asked[0], asked.at(-1)], [false, true]);
});
