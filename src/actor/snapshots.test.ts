import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknown } from '../journal/faults.js';
import { must } from '../lib/must.js';
import { decodeSnapshotBody } from './snapshot-body.js';
import { ActorScene } from './testing/actor-scene.js';
import { eventId, hold } from './testing/mails.js';

const options = {
  limits: { snapshotEveryChanges: 3 },
  configuration: { holdTtlMs: 500_000, holdsPerHolderMax: 12, seatsPerHolderMax: 12 },
};

async function keptSeqs(scene: ActorScene): Promise<{ epoch: number; seq: number; heldSeats: number } | null> {
  const stored = await scene.store.snapshot(eventId);
  if (stored === null) return null;
  const { map } = must(decodeSnapshotBody(stored.body, 100), 'a body that can be read');
  assert.equal(map.seq, stored.seq);
  return { epoch: stored.epoch, seq: stored.seq, heldSeats: map.counts.held };
}

test('[I10] a snapshot is cut at the end of a batch and kept once that batch is committed, without what came since', async () => {
  const scene = await ActorScene.awake(options);
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2), hold(4, 'ann', 3));
  await scene.ask(hold(5, 'ann', 4));
  assert.equal(scene.faults.count('saveSnapshot'), 0);
  append.letGo();
  await scene.run();
  assert.deepEqual(await keptSeqs(scene), { epoch: 2, seq: 5, heldSeats: 4 });
  assert.equal(scene.faults.count('saveSnapshot'), 1, 'change 6 is too few for another');
  await scene.ask(hold(6, 'ann', 5), hold(7, 'ann', 6));
  assert.deepEqual(await keptSeqs(scene), { epoch: 2, seq: 8, heldSeats: 7 });
});

test('[I13] what never committed is in no snapshot', async () => {
  const scene = await ActorScene.awake(options);
  const append = scene.faults.hold('append');
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2));
  await scene.store.claim(eventId, 'another', true);
  append.letGo();
  await scene.run(1_000);
  assert.equal(await keptSeqs(scene), null);
});

test('a snapshot that cannot be kept is only a warning', async () => {
  const scene = await ActorScene.awake(options);
  scene.faults.failBefore('saveSnapshot', new OutcomeUnknown('saveSnapshot'));
  assert.deepEqual(await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2)), [
    '1 accepted 2.2',
    '2 accepted 2.3',
    '3 accepted 2.4',
  ]);
  assert.deepEqual(scene.complaints, ['Cannot keep a snapshot; recovery will read more of the journal']);
  await scene.ask(hold(4, 'ann', 3), hold(5, 'ann', 4), hold(6, 'ann', 5));
  assert.deepEqual(await keptSeqs(scene), { epoch: 2, seq: 7, heldSeats: 6 });
});

test('an event that comes to rest leaves a snapshot where the one of its last batch could not be kept', async () => {
  const scene = await ActorScene.awake(options);
  scene.faults.failBefore('saveSnapshot', new OutcomeUnknown('saveSnapshot'));
  await scene.ask(hold(1, 'ann', 0), hold(2, 'ann', 1), hold(3, 'ann', 2));
  await scene.run(60_000);
  scene.host.restIdle();
  await scene.run();
  assert.deepEqual(await keptSeqs(scene), { epoch: 2, seq: 4, heldSeats: 3 });
});

test('an event that comes to rest leaves a snapshot of its end, unless there is one already', async () => {
  const scene = await ActorScene.awake(options);
  await scene.ask(hold(1, 'ann', 0));
  const rest = async (): Promise<void> => {
    await scene.run(60_000);
    scene.host.restIdle();
    await scene.run();
    assert.equal(scene.host.count, 0);
  };
  await rest();
  assert.deepEqual(await keptSeqs(scene), { epoch: 2, seq: 2, heldSeats: 1 });
  scene.host.wake(eventId);
  await scene.run();
  await rest();
  assert.equal(scene.faults.count('saveSnapshot'), 1);
  assert.deepEqual(await keptSeqs(scene), { epoch: 2, seq: 2, heldSeats: 1 });
});
