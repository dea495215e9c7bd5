/** What leaves an actor, and when: the output gate (design.md, decision 5). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoldBody, MyHoldsBody } from '../protocol/down.js';
import { ActorScene } from './testing/actor-scene.js';
import {
  again,
  block,
  commandMail,
  confirm,
  eventId,
  extend,
  hold,
  identityOf,
  myHolds,
  release,
  snapshot,
  watch,
} from './testing/mails.js';

test('[I10] an accepted answer leaves when its change is committed, and not before', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), []);
  assert.ok(append.isReached);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2']);
});

test('[I10] what rests on a hold that is not committed waits with it, in order: refusal, repeat, my holds, reads', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  const first = hold(1, 'ann', 0, 1);
  scene.submit(
    first,
    hold(2, 'bob', 1),
    again(3, first),
    commandMail(4, { kind: 'hold', identity: identityOf('ann', 1, 99), seats: [5] }),
    myHolds(5, 'ann'),
    watch(6),
    snapshot(7),
  );
  await scene.run();
  assert.ok(append.isReached);
  assert.deepEqual(scene.outbox.story, []);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), [
    '1 accepted 2.2',
    '2 refused 409 seat_taken',
    '4 refused 412 idempotency_mismatch',
    '5 accepted 2.2',
    'watch 6 accepted 2.2 and snapshot 2.2',
    'read 7 snapshot 2.2',
    // Read from the journal once its change is committed.
    '3 accepted 2.2',
  ]);
  assert.deepEqual(scene.outbox.bodyOf(3), scene.outbox.bodyOf(1));
  assert.deepEqual(
    scene.outbox.bodyOf<MyHoldsBody>(5).holds.map(({ seats }) => seats),
    [[0, 1]],
  );
});

test('[I10] a decision that rests on the next batch waits for that one', async () => {
  const scene = await ActorScene.awake();
  const first = scene.faults.hold('append');
  const second = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0));
  await scene.ask(hold(2, 'bob', 1), hold(3, 'cid', 1));
  assert.ok(!second.isReached, 'at most one batch of an event is in flight');
  first.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2']);
  second.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['2 accepted 2.3', '3 refused 409 seat_taken']);
});

test('a refusal leaves at once where nothing is open', async () => {
  const scene = await ActorScene.awake();
  scene.submit(hold(1, 'ann', 99), myHolds(2, 'ann'));
  assert.deepEqual(scene.outbox.news(), ['1 refused 404 unknown_seat', '2 accepted 1.1']);
});

test('[I10] watchers are told of committed changes only', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 1));
  const [view] = scene.views;
  assert.deepEqual(view?.told, ['recall 1', 'recovered']);
  append.letGo();
  await scene.run();
  assert.deepEqual(view?.told.slice(2), ['commit 2', 'commit 3', 'committed']);
});

test('[I7] [I10] a batch that is lost takes all later decisions with it: unavailable, in order', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 0));
  // Open, while the first batch is in flight.
  await scene.ask(hold(3, 'cid', 1), hold(4, 'ann', 99), myHolds(5, 'ann'), watch(6), snapshot(7));
  await scene.store.claim(eventId, 'another node', true);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), [
    '1 refused 503 unavailable',
    '2 refused 503 unavailable',
    '3 refused 503 unavailable',
    '4 refused 503 unavailable',
    '5 refused 503 unavailable',
    'watch 6 refused 503 unavailable',
    'read 7 refused 503 unavailable',
  ]);
  assert.deepEqual(await scene.journalStory(), ['1.1 EventOpened']);
  assert.equal(scene.views[0]?.told.at(-1), 'close');
});

test('[I8] my holds stand at the position of the last change, in the epoch that made it, not the one that answers', async () => {
  const scene = await ActorScene.awake();
  await scene.ask(myHolds(1, 'ann'));
  assert.deepEqual(scene.outbox.answerTo(1)[2], [1, 1], 'the event was opened in epoch 1 and is served in epoch 2');
  await scene.ask(hold(2, 'ann', 0), myHolds(3, 'ann'));
  assert.deepEqual(scene.outbox.answerTo(3)[2], [2, 2]);
});

test('without a lease nothing leaves, refusals and reads neither; renewed, everything leaves in order', async () => {
  const scene = await ActorScene.awake();
  scene.renewLease(1_000);
  scene.time.advance(1_000);
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 99), watch(3), hold(4, 'cid', 0)), []);
  assert.deepEqual(await scene.journalStory(), ['1.1 EventOpened', '2.2 SeatsHeld'], 'it is still the owner');
  scene.renewLease();
  assert.deepEqual(scene.outbox.news(), [
    '1 accepted 2.2',
    '2 refused 404 unknown_seat',
    'watch 3 accepted 2.2 and snapshot 2.2',
    '4 refused 409 seat_taken',
  ]);
});

test('a machine that was suspended says nothing before its lease is renewed', async () => {
  const scene = await ActorScene.awake();
  scene.time.jumpWallClock(60_000);
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0)), []);
  scene.renewLease();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2']);
});

test('what waits behind a full gate goes on when the lease is renewed: nothing else would call for it', async () => {
  const scene = await ActorScene.awake({ limits: { gateOutputsMax: 4 } });
  scene.renewLease(1_000);
  scene.time.advance(1_000);
  const refused = Array.from({ length: 11 }, (_, n) => hold(n + 1, 'ann', 99));
  assert.deepEqual(await scene.ask(...refused), []);
  scene.renewLease();
  await scene.run();
  assert.deepEqual(
    scene.outbox.news(),
    refused.map(({ correlation }) => `${correlation} refused 404 unknown_seat`),
  );
});

test('more refusals than the gate holds back at once: all that waited for the activation are answered', async () => {
  const scene = await ActorScene.asleep({ limits: { gateOutputsMax: 4 } });
  const refused = Array.from({ length: 11 }, (_, n) => hold(n + 1, 'ann', 99));
  assert.deepEqual(
    await scene.ask(...refused),
    refused.map(({ correlation }) => `${correlation} refused 404 unknown_seat`),
  );
});

test('more changes than a batch takes: the rest waits in the mailbox and goes out with the next ones', async () => {
  const scene = await ActorScene.awake({
    limits: { batchEntriesMax: 2 },
    configuration: { holdsPerHolderMax: 9, seatsPerHolderMax: 9 },
  });
  const holds = Array.from({ length: 5 }, (_, n) => hold(n + 1, 'ann', n));
  assert.deepEqual(
    await scene.ask(...holds),
    holds.map(({ correlation }) => `${correlation} accepted 2.${correlation + 1}`),
  );
  assert.deepEqual(
    scene.faults.appends.map(([batch]) => [batch?.firstSeq, batch?.lastSeq]),
    [
      [2, 3],
      [4, 5],
      [6, 6],
    ],
  );
});

test('the time left is counted when the answer leaves', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0), myHolds(2, 'ann'));
  await scene.run(250);
  append.letGo();
  await scene.run();
  assert.equal(scene.outbox.bodyOf<HoldBody>(1).expiresInMs, 59_750);
  assert.equal(scene.outbox.bodyOf<MyHoldsBody>(2).holds[0]?.expiresInMs, 59_750);
});

test("frames 6 and 9 go to the holder's other sockets, after the commit, where there are any", async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 5_000 } });
  const append = scene.faults.hold('append');
  await scene.ask({ ...hold(1, 'ann', 0), othersListen: true }, hold(2, 'bob', 1));
  assert.deepEqual(scene.outbox.news(), []);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2', 'ann but 1: hold changed 2.2', '2 accepted 2.3']);
  await scene.ask({ ...extend(3, 'ann', scene.holdIdOf(1)), othersListen: true });
  await scene.ask({ ...confirm(4, 'ann', scene.holdIdOf(1)), othersListen: true });
  assert.deepEqual(scene.outbox.news(), []);
  assert.deepEqual(
    scene.outbox.notices.slice(1).map(({ frame }) => frame[0]),
    [9, 6],
  );
  await scene.run(5_000);
  assert.deepEqual(scene.outbox.news(), ['bob but 0: hold expired 2.6'], 'nobody asked: every socket hears of it');
});

test('a repeat gets the first answer and position with the time that is left, 0 once it ended', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  const first = hold(1, 'ann', 3, 4);
  await scene.ask(first);
  await scene.run(1_000);
  assert.deepEqual(await scene.ask(again(2, first)), ['2 accepted 2.2']);
  assert.deepEqual(scene.outbox.bodyOf(2), { ...scene.outbox.bodyOf<HoldBody>(1), expiresInMs: 59_000 });
  await scene.ask(release(3, 'ann', scene.holdIdOf(1)));
  await scene.ask(again(4, first));
  assert.deepEqual(scene.outbox.bodyOf(4), { ...scene.outbox.bodyOf<HoldBody>(1), expiresInMs: 0 });
});

test('[I10] the time left in a repeat rests on what was decided since: it waits for that to be committed', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 60_000 } });
  const first = hold(1, 'ann', 3);
  await scene.ask(first);
  const holdId = scene.holdIdOf(1);
  const read = scene.faults.hold('read');
  const append = scene.faults.hold('append');
  assert.deepEqual(await scene.ask(again(2, first)), []);
  await scene.ask(release(3, 'ann', holdId));
  read.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), []);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['3 accepted 2.3', '2 accepted 2.2']);
  assert.equal(scene.outbox.bodyOf<HoldBody>(2).expiresInMs, 0);
});

test('confirming an own confirmed hold again, under another id, is the same booking', async () => {
  const scene = await ActorScene.awake();
  await scene.ask(hold(1, 'ann', 3));
  const holdId = scene.holdIdOf(1);
  const append = scene.faults.hold('append');
  assert.deepEqual(await scene.ask(confirm(2, 'ann', holdId), confirm(3, 'ann', holdId)), []);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['2 accepted 2.3', '3 accepted 2.3']);
  assert.deepEqual(scene.outbox.bodyOf(3), scene.outbox.bodyOf(2));
});

test('[I7] too many repeats at once are told `unavailable`: `busy` would say that the command had no effect', async () => {
  const scene = await ActorScene.awake({ limits: { repeatsMax: 2 } });
  const first = hold(1, 'ann', 3);
  await scene.ask(first);
  const reads = [scene.faults.hold('read'), scene.faults.hold('read')];
  assert.deepEqual(await scene.ask(again(2, first), again(3, first), again(4, first)), ['4 refused 503 unavailable']);
  for (const read of reads) read.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['2 accepted 2.2', '3 accepted 2.2']);
  assert.deepEqual(await scene.ask(again(5, first)), ['5 accepted 2.2'], 'there is room again');
});

test('operators are answered through the same gate', async () => {
  const scene = await ActorScene.awake();
  const append = scene.faults.hold('append');
  assert.deepEqual(await scene.ask(block(1, 10, 11)), []);
  append.letGo();
  await scene.run();
  assert.deepEqual(scene.outbox.news(), ['1 accepted 2.2']);
  assert.deepEqual(scene.outbox.bodyOf(1), { seats: [10, 11] });
});
