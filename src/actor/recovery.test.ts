import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { MemoryJournalStore } from '../journal/memory-store.js';
import type { Grant, JournalStore } from '../journal/port.js';
import { EventScript } from '../journal/testing/event-script.js';
import { InvariantError } from '../lib/assert.js';
import type { SeatsHeld } from '../seatmap/change.js';
import { seatMapDifference } from '../seatmap/same-seat-map.js';
import { configurationOf, roomyConfigurationOf, standingConfigurationOf } from '../seatmap/testing/hall.js';
import type { CommandMail } from './mail.js';
import { type Recovered, recover } from './recovery.js';
import { ActorScene } from './testing/actor-scene.js';
import {
  block,
  blockPlaces,
  confirm,
  eventId,
  extend,
  hold,
  holdPlaces,
  identityOf,
  poison,
  release,
  releasePlaces,
} from './testing/mails.js';
import { RecordingView } from './testing/recording-view.js';
import { granted } from '../journal/testing/granted.js';

function recoverFrom(
  store: JournalStore,
  grant: Grant,
  overrides: { replayWindowChanges?: number; breathe?: () => Promise<void> } = {},
): Promise<Recovered> {
  return recover(store, eventId, grant, {
    rememberedIdsMax: 6,
    replayWindowChanges: 50,
    seed: 12_345,
    makeView: (...parameters) => new RecordingView(...parameters),
    breathe: () => Promise.resolve(),
    ...overrides,
  });
}

/** The same store, whose snapshot reads as given. */
function withSnapshot(store: MemoryJournalStore, read: JournalStore['snapshot']): JournalStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'snapshot') return read;
      const method: unknown = Reflect.get(target, name);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}

const noSnapshot = (): Promise<null> => Promise.resolve(null);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('hold' as const), who: fc.nat(3), seat: fc.nat(11) }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('holdPlaces' as const), who: fc.nat(3), quantity: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('release' as const), nth: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('releasePlace' as const), nth: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('confirm' as const), nth: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('extend' as const), nth: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('block' as const), seat: fc.nat(11) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('blockPlace' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('pass' as const), ms: fc.nat(1_200) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('rest' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function releasePlace(n: number, holderId: string, holdId: string): CommandMail {
  return releasePlaces(n, holderId, holdId, 1);
}

/** Carries the steps out; gives every command that was sent. */
async function live(scene: ActorScene, steps: readonly Step[]): Promise<CommandMail[]> {
  const sent: CommandMail[] = [];
  const holds: { holderId: string; holdId: string }[] = [];
  const send = async (mail: CommandMail): Promise<void> => {
    sent.push(mail);
    await scene.ask(mail);
  };
  for (const [index, one] of steps.entries()) {
    const n = index + 1;
    if (one.what === 'pass') await scene.run(one.ms);
    else if (one.what === 'crash') await scene.ask(poison(n));
    else if (one.what === 'rest') {
      await scene.run(scene.ground.limits.passivateAfterMs);
      scene.host.restIdle();
      await scene.run();
    } else if (one.what === 'block') await send(block(n, one.seat));
    else if (one.what === 'blockPlace') await send(blockPlaces(n, 'box', 1));
    else if (one.what === 'hold' || one.what === 'holdPlaces') {
      const holderId = `holder-${one.who}`;
      const isOfSeat = one.what === 'hold';
      await send(isOfSeat ? hold(n, holderId, one.seat) : holdPlaces(n, holderId, 'floor', one.quantity + 1));
      const answer = scene.outbox.answerTo(n);
      if (answer[0] === 4) holds.push({ holderId, holdId: scene.holdIdOf(n) });
    } else {
      const { holderId, holdId } = holds.at(-1 - (one.nth % Math.max(1, holds.length))) ?? {
        holderId: 'nobody',
        holdId: 'H1-1',
      };
      const make = { release, confirm, extend, releasePlace }[one.what];
      await send(make(n, holderId, holdId));
    }
  }
  return sent;
}

test('[I13] the snapshot and the tail give what replaying the journal from change 1 gives, remembered ids too', async () => {
  let withSnapshots = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 2, max: 20 }),
      async (steps, every) => {
        const scene = await ActorScene.awake({
          limits: { snapshotEveryChanges: every, rememberedIdsMax: 6, passivateAfterMs: 500, recoveryGraceMs: 300 },
          configuration: standingConfigurationOf({
            seatsPerHoldMax: 4,
            holdsPerHolderMax: 12,
            seatsPerHolderMax: 16,
            extensionsPerHoldMax: 9,
          }),
        });
        const sent = await live(scene, steps);
        await scene.run(10);
        const grant = granted(await scene.store.claim(eventId, 'test', true));
        assert.ok(grant !== null);
        const recovered = await recoverFrom(scene.store, grant);
        const replayed = await recoverFrom(withSnapshot(scene.store, noSnapshot), grant);
        if (recovered.snapshotSeq > 0) withSnapshots += 1;
        assert.equal(replayed.snapshotSeq, 0);
        assert.equal(seatMapDifference(recovered.map, replayed.map), null);
        for (const { command } of sent) {
          const { holderId, commandId } = command.identity;
          const known = ({ ids }: Recovered): unknown[] => {
            const found = ids.find(holderId, commandId);
            return found < 0 ? [] : [ids.seqAt(found), ids.payloadHashAt(found)];
          };
          assert.deepEqual(known(recovered), known(replayed), commandId);
        }
        assert.deepEqual((recovered.view as RecordingView).states, (replayed.view as RecordingView).states);
        assert.deepEqual(recovered.view.areaCounts(), replayed.view.areaCounts());
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(withSnapshots > 30, 'too few had a snapshot for the run to say anything');
});

test('[I13] an activation goes on where the one before it was, be it from a snapshot or not', async () => {
  const scene = await ActorScene.awake({ configuration: { holdTtlMs: 100_000 }, limits: { snapshotEveryChanges: 2 } });
  const first = hold(1, 'ann', 0, 1);
  await scene.ask(first, hold(2, 'bob', 2), hold(3, 'cid', 3));
  await scene.ask(poison(4));
  assert.deepEqual(await scene.ask({ ...first, correlation: 5 }, hold(6, 'dan', 3)), [
    '6 refused 409 seat_taken',
    '5 accepted 2.2',
  ]);
  assert.deepEqual(scene.outbox.bodyOf(5), scene.outbox.bodyOf(1));
});

test('a snapshot that is damaged, or of another version, is not used: the journal is read from change 1', async () => {
  const scene = await ActorScene.awake({ limits: { snapshotEveryChanges: 1 } });
  await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 1));
  const grant = granted(await scene.store.claim(eventId, 'test', true));
  assert.ok(grant !== null);
  const damaged = withSnapshot(scene.store, async (id) => {
    const stored = await scene.store.snapshot(id);
    assert.ok(stored !== null);
    const body = Uint8Array.from(stored.body);
    body[20] = (body[20] as number) ^ 1;
    return { ...stored, body };
  });
  assert.equal((await recoverFrom(scene.store, grant)).snapshotSeq, 3);
  const recovered = await recoverFrom(damaged, grant);
  assert.equal(recovered.snapshotSeq, 0);
  assert.equal(recovered.map.counts.held, 2);
  assert.ok(recovered.ids.find('ann', 'command-1') >= 0);
});

test('[I8] a journal that does not end where the head does, or has a gap, is not served from', async () => {
  const scene = await ActorScene.awake({ limits: { batchEntriesMax: 1 } });
  await scene.ask(hold(1, 'ann', 0), hold(2, 'bob', 1), hold(3, 'cid', 2));
  const grant = granted(await scene.store.claim(eventId, 'test', true));
  assert.ok(grant !== null);
  await assert.rejects(recoverFrom(scene.store, { ...grant, seq: grant.seq + 1 }), InvariantError);
  await assert.rejects(recoverFrom(scene.store, { ...grant, seq: grant.seq - 1 }), InvariantError);
  for (const missing of [0, 1, 2]) {
    const gap = new Proxy(scene.store, {
      get(target, name) {
        if (name === 'batches') {
          return async (id: string, afterSeq: number) =>
            (await target.batches(id, afterSeq)).filter((_, index) => index !== missing);
        }
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
    await assert.rejects(recoverFrom(gap, grant), `batch ${missing} is missing`);
  }
});

test('the replay window is the last changes, as many as asked for, snapshot or not', async () => {
  const scene = await ActorScene.awake({
    limits: { snapshotEveryChanges: 4 },
    configuration: { holdsPerHolderMax: 12, seatsPerHolderMax: 12 },
  });
  for (let n = 1; n <= 9; n += 1) await scene.ask(hold(n, 'ann', n));
  const grant = granted(await scene.store.claim(eventId, 'test', true));
  assert.ok(grant !== null);
  for (const store of [scene.store, withSnapshot(scene.store, noSnapshot)]) {
    const { view } = await recoverFrom(store, grant, { replayWindowChanges: 5 });
    assert.ok(view instanceof RecordingView);
    assert.equal(view.windowFromSeq, 6);
    assert.deepEqual(view.told, ['recall 6', 'recall 7', 'recall 8', 'recall 9', 'recall 10']);
    assert.equal(view.states.filter((state) => state === 1).length, 9);
  }
});

test('a long journal does not keep the shard from its heartbeats', async () => {
  const store = new MemoryJournalStore();
  await store.createEvent(eventId, roomyConfigurationOf(60_000), 1_000);
  const script = await EventScript.activate(store, eventId);
  const heldAt = (seat: number): SeatsHeld => ({
    kind: 'SeatsHeld',
    atMs: 2_000,
    identity: identityOf(`holder-${seat % 100}`, seat),
    deadlineMs: 9_000,
    seats: [seat],
    totalMinor: 1,
  });
  for (let batch = 0; batch < 25; batch += 1) {
    await script.commit(Array.from({ length: 2_000 }, (_, n) => heldAt(batch * 2_000 + n)));
  }
  const grant = granted(await store.claim(eventId, 'test', true));
  assert.ok(grant !== null);
  let breaths = 0;
  const { map } = await recoverFrom(store, grant, {
    breathe: async () => {
      breaths += 1;
    },
  });
  assert.equal(map.counts.held, 50_000);
  assert.ok(breaths >= 4, `after 50,000 changes it has breathed ${breaths} times`);
});

test('an event without a journal is not served', async () => {
  const store = new MemoryJournalStore();
  await store.createEvent(eventId, configurationOf(), 1_000);
  await assert.rejects(
    recover(
      withSnapshot(store, noSnapshot),
      'another',
      { epoch: 2, seq: 1, rested: true },
      {
        rememberedIdsMax: 6,
        replayWindowChanges: 5,
        seed: 1,
        makeView: (...parameters) => new RecordingView(...parameters),
        breathe: () => Promise.resolve(),
      },
    ),
    InvariantError,
  );
});
