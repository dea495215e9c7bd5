import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknown } from '../journal/faults.js';
import type { AcceptedFrame, RejectedFrame } from '../protocol/down.js';
import { Hall } from '../seatmap/testing/hall.js';
import type { CommandMail } from './mail.js';
import { Repeats } from './repeats.js';
import { ActorScene } from './testing/actor-scene.js';
import { again, commandMail, confirm, eventId, hold, identityOf } from './testing/mails.js';

interface Rebuilt {
  readonly correlation: number;
  readonly frame: AcceptedFrame | RejectedFrame;
}

/** Repeats of an event whose change 2 is ann's hold and change 3 her booking. */
async function scene(): Promise<{ scene: ActorScene; rebuilt: (mail: CommandMail, seq: number) => Promise<Rebuilt> }> {
  const actors = await ActorScene.awake();
  await actors.ask(hold(1, 'ann', 0));
  await actors.ask(confirm(2, 'ann', actors.holdIdOf(1)));
  const answers: Rebuilt[] = [];
  const repeats = new Repeats(eventId, actors.ground, ({ correlation }, frame) => answers.push({ correlation, frame }));
  const { map } = new Hall();
  return {
    scene: actors,
    rebuilt: async (mail, seq) => {
      repeats.answer({ kind: 'repeat', seqDecided: 3, mail, seq }, map);
      assert.equal(repeats.underWay, 1);
      await actors.run();
      assert.equal(repeats.underWay, 0);
      assert.equal(answers.length, 1);
      return answers.pop() as Rebuilt;
    },
  };
}

test('the first answer and its position come from the journal', async () => {
  const { rebuilt } = await scene();
  const { correlation, frame } = await rebuilt(again(7, hold(1, 'ann', 0)), 2);
  assert.equal(correlation, 7);
  assert.deepEqual(frame.slice(0, 3), [4, 7, [2, 2]]);
});

test("an id whose hash is that of another's command never gets the other's answer", async () => {
  const { rebuilt } = await scene();
  for (const mail of [
    hold(7, 'bob', 0),
    commandMail(7, { kind: 'hold', identity: identityOf('ann', 'other'), seats: [0] }),
  ]) {
    const { frame } = await rebuilt(mail, 2);
    assert.deepEqual(frame.slice(0, 3), [5, 7, '412 idempotency_mismatch']);
  }
});

test('only for a confirm another commandId of the same holder is the same booking', async () => {
  const { rebuilt } = await scene();
  assert.deepEqual((await rebuilt(confirm(7, 'ann', 'H2-2'), 3)).frame.slice(0, 3), [4, 7, [2, 3]]);
  assert.equal((await rebuilt(confirm(7, 'bob', 'H2-2'), 3)).frame[2], '412 idempotency_mismatch');
  assert.equal((await rebuilt(hold(7, 'ann', 5), 3)).frame[2], '412 idempotency_mismatch');
});

test('[I7] an answer that cannot be read now is unknown', async () => {
  const { scene: actors, rebuilt } = await scene();
  actors.faults.failBefore('read', new OutcomeUnknown('read'));
  assert.equal((await rebuilt(again(7, hold(1, 'ann', 0)), 2)).frame[2], '503 unavailable');
  assert.equal((await rebuilt(again(7, hold(1, 'ann', 0)), 99)).frame[2], '503 unavailable', 'no such change');
});

test('a repeat whose event ends meanwhile is unknown', async () => {
  const actors = await ActorScene.awake();
  const first = hold(1, 'ann', 0);
  await actors.ask(first);
  const read = actors.faults.hold('read');
  const append = actors.faults.hold('append');
  await actors.ask(again(2, first), hold(3, 'bob', 1));
  await actors.store.claim(eventId, 'another', true);
  append.letGo();
  await actors.run();
  assert.deepEqual(actors.outbox.news(), ['3 refused 503 unavailable']);
  read.letGo();
  await actors.run();
  assert.deepEqual(actors.outbox.news(), ['2 refused 503 unavailable']);
});
