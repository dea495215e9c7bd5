import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { EventConfiguration } from '../seatmap/configuration.js';
import type { JournalAudit } from './audit.js';
import { decodeBatch } from './batch.js';
import type { JournalStore, StoredSnapshot } from './port.js';
import { replay } from './replay.js';
import { appendContract } from './testing/append-contract.js';
import { bookingContract } from './testing/booking-contract.js';
import { sampleAtMs, seatsHeld } from './testing/changes.js';
import { configurationWithAreas } from './testing/configuration.js';
import type { ContractContext, ContractLeases } from './testing/contract-context.js';
import { EventScript } from './testing/event-script.js';
import { versionContract } from './testing/version-contract.js';
import { verifyJournal } from './verify.js';

/** A store under test, and what surrounds it. */
export interface ContractStore {
  readonly store: JournalStore;
  readonly audit: JournalAudit;
  createEvent(eventId: string, configuration: EventConfiguration): Promise<void>;
  readonly leases: ContractLeases;
  close(): Promise<void>;
}

/** What every `JournalStore` does. All tests share one store, each with events of its own. */
export function journalContract(name: string, makeStore: () => Promise<ContractStore>): void {
  describe(`journal store: ${name}`, () => {
    let made: ContractStore | undefined;
    let events = 0;
    const current = (): ContractStore => {
      assert.ok(made);
      return made;
    };
    const createEvent = async (): Promise<string> => {
      events += 1;
      const eventId = `contract-${String(events).padStart(3, '0')}`;
      await current().createEvent(eventId, configurationWithAreas);
      return eventId;
    };
    const context: ContractContext = {
      store: () => current().store,
      audit: () => current().audit,
      leases: () => current().leases,
      newEvent: async () => EventScript.activate(current().store, await createEvent()),
    };
    before(async () => {
      made = await makeStore();
    });
    // Whatever the tests did, the store never let the journal and the tables part. (Their changes are made by hand: that no
    // seat map would have made some of them is not the store's business.)
    after(async () => {
      try {
        for await (const report of verifyJournal(current().audit, null)) {
          const parted = report.problems.filter(({ what }) => !what.startsWith('breaks a rule of the seat map'));
          assert.deepStrictEqual(parted, [], report.eventId);
        }
      } finally {
        await current().close();
      }
    });
    activationContract(context, createEvent);
    appendContract(context);
    bookingContract(context);
    readingContract(context);
    snapshotContract(context);
    dueContract(context);
    versionContract(context);
  });
}

function activationContract({ store, newEvent, leases }: ContractContext, createEvent: () => Promise<string>): void {
  const claim = (eventId: string, claimant: string, mayTakeOver = true) =>
    store().claim(eventId, claimant, mayTakeOver);
  const grantOf = (epoch: number, seq: number, rested: boolean) => ({ kind: 'granted', grant: { epoch, seq, rested } });

  test('[I8] each activation raises the epoch, and a new event counts as rested', async () => {
    const eventId = await createEvent();
    assert.deepStrictEqual(await claim(eventId, 'node-a'), grantOf(2, 1, true));
    assert.deepStrictEqual(await claim(eventId, 'node-a'), grantOf(3, 1, false));
    assert.deepStrictEqual(await claim(eventId, 'node-a', false), grantOf(4, 1, false));
  });

  test('[I8] an event stays with its owner while the lease lives; once it has run out, who may take over is granted', async () => {
    const eventId = await createEvent();
    await leases().keep('owner');
    await claim(eventId, 'owner');
    assert.deepStrictEqual(await claim(eventId, 'node-b'), { kind: 'owned', owner: 'owner' });
    await leases().runOut('owner');
    assert.deepStrictEqual(await claim(eventId, 'node-b', false), { kind: 'runOut', owner: 'owner' });
    await leases().keep('owner');
    assert.deepStrictEqual(await claim(eventId, 'node-b'), { kind: 'owned', owner: 'owner' });
    assert.deepStrictEqual(await store().epochsOf([eventId], 'owner'), new Map([[eventId, 2]]));
    await leases().runOut('owner');
    assert.deepStrictEqual(await claim(eventId, 'node-b'), grantOf(3, 1, false));
    assert.deepStrictEqual(await store().epochsOf([eventId, 'no-such-event'], 'owner'), new Map());
    assert.deepStrictEqual(await store().epochsOf([eventId, 'no-such-event'], 'node-b'), new Map([[eventId, 3]]));
  });

  test('an owner whose lease is gone loses its events at once', async () => {
    const eventId = await createEvent();
    await leases().keep('gone');
    await claim(eventId, 'gone');
    await leases().drop('gone');
    assert.deepStrictEqual(await claim(eventId, 'node-b', false), grantOf(3, 1, false));
  });

  test('rest is kept for the next activation, once, and only where epoch and seq are still these', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld()]);
    assert.equal(await store().rest(event.eventId, event.epoch, event.seq - 1, null), false);
    assert.equal(await store().rest(event.eventId, event.epoch - 1, event.seq, null), false);
    assert.equal(await store().rest(event.eventId, event.epoch, event.seq, null), true);
    assert.equal(await store().rest(event.eventId, event.epoch, event.seq, null), true);
    assert.deepStrictEqual(await claim(event.eventId, 'node-b', false), grantOf(3, 2, true));
    assert.equal(await store().rest(event.eventId, 2, 2, null), false);
    assert.deepStrictEqual(await claim(event.eventId, 'node-b'), grantOf(4, 2, false));
  });

  test('an event that was handed over waits for its next owner, who finds that nothing was lost', async () => {
    const event = await newEvent();
    assert.equal(await store().rest(event.eventId, event.epoch, event.seq, 'node-b'), true);
    assert.deepStrictEqual(await claim(event.eventId, 'node-a'), { kind: 'owned', owner: 'node-b' });
    assert.deepStrictEqual(await claim(event.eventId, 'node-b', false), grantOf(3, 1, true));
  });

  test('one that was handed to a node whose lease has run out is anybody’s: nothing was lost there', async () => {
    const event = await newEvent();
    await leases().runOut('late');
    assert.equal(await store().rest(event.eventId, event.epoch, event.seq, 'late'), true);
    assert.deepStrictEqual(await claim(event.eventId, 'node-a', false), grantOf(3, 1, true));
  });

  test('an activation that goes on after it came to rest is no longer at rest', async () => {
    const event = await newEvent();
    assert.equal(await store().rest(event.eventId, 2, 1, null), true);
    await event.commit([seatsHeld()]);
    assert.deepStrictEqual(await claim(event.eventId, 'node-b'), grantOf(3, 2, false));
  });

  test('an unknown event is never woken, put to rest, appended to or read', async () => {
    const stranger = new EventScript(store(), 'no-such-event', 2, 1);
    assert.deepStrictEqual(await store().claim('no-such-event', 'node-a', true), { kind: 'unknownEvent' });
    assert.equal(await store().rest('no-such-event', 2, 1, null), false);
    assert.deepStrictEqual(await store().append([stranger.sealed([seatsHeld()])]), []);
    assert.equal(await store().saveSnapshot('no-such-event', { epoch: 2, seq: 1, body: Buffer.from('x') }), false);
    assert.equal(await store().snapshot('no-such-event'), null);
    assert.deepStrictEqual(await store().batches('no-such-event', 0), []);
    assert.equal(await store().batchAt('no-such-event', 1), null);
    assert.equal(await store().bookingOfHold('no-such-event', 'holder-1', 2), null);
    assert.equal(await store().bookingOfCommand('no-such-event', 'holder-1', 'command-1'), null);
  });

  test('existing names those ids that exist, each once', async () => {
    const [one, two] = [await createEvent(), await createEvent()];
    assert.deepStrictEqual((await store().existing([two, 'no-such-event', one, two])).toSorted(), [one, two]);
    assert.deepStrictEqual(await store().existing(['no-such-event']), []);
    assert.deepStrictEqual(await store().existing([]), []);
  });
}

function readingContract({ store, newEvent }: ContractContext): void {
  test('[I13] the journal comes back in order, byte for byte, from any seq on', async () => {
    const event = await newEvent();
    const first = await event.commit([seatsHeld({ seats: [1] }), seatsHeld({ seats: [2] }), seatsHeld({ seats: [3] })]);
    await event.activate();
    const second = await event.commit([seatsHeld({ seats: [4] })]);
    const all = await store().batches(event.eventId, 0);
    assert.deepStrictEqual(
      all.map(({ epoch, firstSeq, lastSeq }) => [epoch, firstSeq, lastSeq]),
      [
        [1, 1, 1],
        [2, 2, 4],
        [3, 5, 5],
      ],
    );
    assert.deepStrictEqual(Buffer.from(all[1]?.blob ?? []), Buffer.from(first.blob));
    assert.deepStrictEqual(Buffer.from(all[2]?.blob ?? []), Buffer.from(second.blob));
    const [opening] = [...replay(all, { eventId: event.eventId, epoch: 0, seq: 0 })];
    assert.ok(opening?.change.kind === 'EventOpened');
    assert.deepStrictEqual(opening.change.configuration, configurationWithAreas);

    const firstSeqsAfter = async (seq: number) =>
      (await store().batches(event.eventId, seq)).map((batch) => batch.firstSeq);
    assert.deepStrictEqual(await firstSeqsAfter(1), [2, 5]);
    assert.deepStrictEqual(await firstSeqsAfter(2), [2, 5]);
    assert.deepStrictEqual(await firstSeqsAfter(3), [2, 5]);
    assert.deepStrictEqual(await firstSeqsAfter(4), [5]);
    assert.deepStrictEqual(await firstSeqsAfter(5), []);
    assert.deepStrictEqual(await firstSeqsAfter(99), []);
  });

  test('batchAt finds the batch around a change: its first, its last and one within', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld({ seats: [1] }), seatsHeld({ seats: [2] }), seatsHeld({ seats: [3] })]);
    await event.commit([seatsHeld({ seats: [4] })]);
    for (const [seq, firstSeq] of [
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 2],
      [5, 5],
    ] as const) {
      const batch = await store().batchAt(event.eventId, seq);
      assert.equal(batch?.firstSeq, firstSeq);
      const entry = decodeBatch(batch, event.eventId).find((one) => one.seq === seq);
      assert.deepStrictEqual(entry?.change.kind, seq === 1 ? 'EventOpened' : 'SeatsHeld');
    }
    assert.equal(await store().batchAt(event.eventId, 6), null);
    assert.equal(await store().batchAt(event.eventId, 0), null);
  });
}

function snapshotOf(epoch: number, seq: number, text: string): StoredSnapshot {
  return { epoch, seq, body: Buffer.from(text) };
}

function snapshotContract({ store, newEvent }: ContractContext): void {
  test('a snapshot is kept where the epoch is still its own, and replaces an older one', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld({ seats: [1] })]);
    await event.commit([seatsHeld({ seats: [2] })]);
    const save = (epoch: number, seq: number, text: string) =>
      store().saveSnapshot(event.eventId, snapshotOf(epoch, seq, text));
    const stored = async () => {
      const found = await store().snapshot(event.eventId);
      return found === null ? null : snapshotOf(found.epoch, found.seq, Buffer.from(found.body).toString());
    };
    assert.equal(await stored(), null);
    assert.equal(await save(1, 2, 'an epoch that ended'), false);
    assert.equal(await save(3, 2, 'an epoch that nobody has'), false);
    assert.equal(await save(2, 4, 'not committed'), false);
    assert.equal(await stored(), null);
    assert.equal(await save(2, 2, 'first'), true);
    assert.deepStrictEqual(await stored(), snapshotOf(2, 2, 'first'));
    assert.equal(await save(2, 3, 'second'), true);
    assert.equal(await save(2, 2, 'older'), false);
    assert.deepStrictEqual(await stored(), snapshotOf(2, 3, 'second'));
    await event.activate();
    assert.equal(await save(2, 3, 'fenced'), false);
    assert.equal(await save(3, 3, 'of the new epoch'), true);
    assert.deepStrictEqual(await stored(), snapshotOf(3, 3, 'of the new epoch'));
  });
}

function dueContract({ store, newEvent, leases }: ContractContext): void {
  test('due leaves out what another node has, as long as that one’s lease lives', async () => {
    await leases().keep('elsewhere');
    const event = await newEvent();
    await event.commit([seatsHeld({ seats: [1] })], sampleAtMs - 5);
    await store().rest(event.eventId, event.epoch, event.seq, 'elsewhere');
    const due = (owner: string) => store().due(sampleAtMs - 5, 10, owner);
    assert.deepStrictEqual(await due('node-a'), []);
    assert.deepStrictEqual(await due('elsewhere'), [event.eventId]);
    await leases().runOut('elsewhere');
    assert.deepStrictEqual(await due('node-a'), [event.eventId]);
    await store().claim(event.eventId, 'node-a', true);
    await store().rest(event.eventId, 3, 2, null);
    assert.deepStrictEqual(await due('node-b'), [event.eventId]);
    const waker = new EventScript(store(), event.eventId, 3, 2);
    await waker.commit([seatsHeld({ seats: [2] })], null);
  });

  test('[I5] due names the events whose deadline has come, earliest first, and follows each append', async () => {
    const [a, b, c] = [await newEvent(), await newEvent(), await newEvent()];
    await a.commit([seatsHeld({ seats: [1] })], sampleAtMs + 30);
    await b.commit([seatsHeld({ seats: [1] })], sampleAtMs + 10);
    await c.commit([seatsHeld({ seats: [1] })], sampleAtMs + 10);
    assert.deepStrictEqual(await store().due(sampleAtMs + 9, 10, 'script'), []);
    assert.deepStrictEqual(await store().due(sampleAtMs + 10, 10, 'script'), [b.eventId, c.eventId]);
    assert.deepStrictEqual(await store().due(sampleAtMs + 99, 10, 'script'), [b.eventId, c.eventId, a.eventId]);
    assert.deepStrictEqual(await store().due(sampleAtMs + 99, 1, 'script'), [b.eventId]);
    await b.commit([seatsHeld({ seats: [2] })], null);
    await c.commit([seatsHeld({ seats: [2] })], sampleAtMs + 40);
    assert.deepStrictEqual(await store().due(sampleAtMs + 99, 10, 'script'), [a.eventId, c.eventId]);
  });
}
