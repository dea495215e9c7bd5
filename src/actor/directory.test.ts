import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknown } from '../journal/faults.js';
import { MemoryJournalStore } from '../journal/memory-store.js';
import { DirectedFaults } from '../journal/testing/directed-faults.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { configurationOf } from '../seatmap/testing/hall.js';
import { ActorTime } from './actor-time.js';
import { Directory } from './directory.js';

async function scene(...existing: string[]) {
  const time = new VirtualTime();
  const actorTime = new ActorTime(time);
  actorTime.renewed({
    storeOffsetMs: 0,
    answersUntilMonotonicMs: Number.POSITIVE_INFINITY,
    mayTakeOverFromMonotonicMs: 0,
    wallOffsetMs: 0,
  });
  const faults = new DirectedFaults();
  const store = new MemoryJournalStore(faults);
  for (const eventId of existing) await store.createEvent(eventId, configurationOf(), 1);
  return { time, faults, store, directory: new Directory(store, actorTime, time) };
}

test('all ids of a turn are asked for in one query, each once', async () => {
  const { time, faults, directory } = await scene('a', 'b');
  const answers = Promise.all(['a', 'x', 'b', 'a', 'x'].map((id) => directory.exists(id)));
  await time.run(0);
  assert.deepEqual(await answers, [true, false, true, true, false]);
  assert.equal(faults.count('read'), 1);
});

test('what exists is known for good, without asking', async () => {
  const { time, faults, directory } = await scene('a');
  assert.equal(directory.known('a'), undefined);
  const answer = directory.exists('a');
  await time.run(0);
  assert.ok(await answer);
  await time.run(3_600_000);
  assert.equal(directory.known('a'), true);
  assert.equal(faults.count('read'), 1);
});

test('what does not exist is known for a second: it may be created a moment after somebody asked', async () => {
  const { time, store, directory } = await scene();
  const answer = directory.exists('a');
  await time.run(0);
  assert.equal(await answer, false);
  await store.createEvent('a', configurationOf(), 1);
  await time.run(999);
  assert.equal(directory.known('a'), false);
  await time.run(1);
  assert.equal(directory.known('a'), undefined);
  const second = directory.exists('a');
  await time.run(0);
  assert.ok(await second);
});

test('of ids that do not exist only so many are remembered, the newest', async () => {
  const { time, directory } = await scene();
  const answers = Promise.all(Array.from({ length: 10_500 }, (_, n) => directory.exists(`x${n}`)));
  await time.run(0);
  await answers;
  assert.equal(directory.known('x0'), undefined);
  assert.equal(directory.known('x499'), undefined);
  assert.equal(directory.known('x500'), false);
  assert.equal(directory.known('x10499'), false);
});

test('Postgres does not answer: everybody who waits learns it, and the next turn asks anew', async () => {
  const { time, faults, directory } = await scene('a');
  faults.failBefore('read', new OutcomeUnknown('read'));
  const answers = Promise.allSettled([directory.exists('a'), directory.exists('b')]);
  await time.run(0);
  assert.deepEqual(
    (await answers).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(directory.known('b'), undefined, 'no answer is not "no"');
  const second = directory.exists('a');
  await time.run(0);
  assert.ok(await second);
});
