import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { journalContract } from './contract.js';
import { EventScript } from './testing/event-script.js';
import { type Faults, OutcomeUnknown } from './faults.js';
import { MemoryJournalStore } from './memory-store.js';
import { StatementFailed } from './port.js';
import { bookingConfirmed, sampleAtMs, seatsHeld } from './testing/changes.js';
import { sampleConfiguration } from './testing/configuration.js';

journalContract('in memory', async () => {
  const leases = new Map<string, 'lives' | 'runOut'>();
  for (const incarnation of ['script', 'node-a', 'node-b']) leases.set(incarnation, 'lives');
  const formats = new Map<string, number>();
  const formatOf = (incarnation: string): number => formats.get(incarnation) ?? 1;
  const readerOf = (format: number): string | null =>
    [...leases].find(([name, lease]) => lease === 'lives' && formatOf(name) >= format)?.[0] ?? null;
  const store = new MemoryJournalStore({}, (incarnation) => leases.get(incarnation) ?? 'gone', { formatOf, readerOf });
  return {
    store,
    audit: store,
    leases: {
      keep: async (incarnation, reads = 1) => {
        leases.set(incarnation, 'lives');
        formats.set(incarnation, reads);
      },
      runOut: async (incarnation) => void leases.set(incarnation, 'runOut'),
      drop: async (incarnation) => void leases.delete(incarnation),
    },
    createEvent: (eventId, configuration) => store.createEvent(eventId, configuration, sampleAtMs),
    close: async () => undefined,
  };
});

/** A store with one event, activated; the faults begin to count afterwards. */
async function faultyEvent(faults: Faults): Promise<{ store: MemoryJournalStore; event: EventScript }> {
  let armed = false;
  const store = new MemoryJournalStore({
    before: (statement) => (armed ? (faults.before?.(statement) ?? 'now') : 'now'),
    after: (statement) => (armed ? faults.after?.(statement) : undefined),
  });
  await store.createEvent('event-1', sampleConfiguration, sampleAtMs);
  const event = await EventScript.activate(store, 'event-1');
  armed = true;
  return { store, event };
}

function throwing(error: Error): () => never {
  return () => {
    throw error;
  };
}

/** The faults hit appends alone. */
function onAppend(hook: () => 'late' | never): Faults {
  return { before: (statement) => (statement.kind === 'append' ? hook() : 'now') };
}

test('an id in use is refused, and its event stays as it was', async () => {
  const { store, event } = await faultyEvent({});
  await event.commit([seatsHeld()]);
  await assert.rejects(store.createEvent('event-1', sampleConfiguration, sampleAtMs), StatementFailed);
  assert.equal((await store.batches('event-1', 0)).length, 2);
});

test('[I7] a statement that the faults refuse or lose before its commit has no effect', async () => {
  for (const error of [new StatementFailed('deadlock', true), new Error('connection lost')]) {
    const { store, event } = await faultyEvent(onAppend(throwing(error)));
    await assert.rejects(store.append([event.sealed([seatsHeld()])]), error);
    assert.equal((await store.tables('event-1')).head?.seq, 1);
  }
});

test('[I6] an append whose answer was lost has committed, and a repeat says so', async () => {
  let losses = 1;
  const { store, event } = await faultyEvent({
    after: (statement) => {
      if (statement.kind === 'append' && losses-- > 0) throw new OutcomeUnknown('append');
    },
  });
  const batch = event.sealed([seatsHeld()]);
  await assert.rejects(store.append([batch]), OutcomeUnknown);
  assert.deepStrictEqual(await store.append([batch]), [{ eventId: 'event-1', appended: false, epoch: 2, seq: 2 }]);
});

test('[I7] a late append commits where the head still fits, once, whatever its caller believes', async () => {
  let late = 2;
  const { store, event } = await faultyEvent({
    before: (statement) => (statement.kind === 'append' && late-- > 0 ? 'late' : 'now'),
  });
  const batch = event.sealed([seatsHeld()]);
  await assert.rejects(store.append([batch]), OutcomeUnknown);
  await assert.rejects(store.append([batch]), OutcomeUnknown);
  assert.equal((await store.tables('event-1')).head?.seq, 1);
  store.deliverLate();
  assert.equal((await store.tables('event-1')).head?.seq, 2);
  assert.deepStrictEqual(await store.append([batch]), [{ eventId: 'event-1', appended: false, epoch: 2, seq: 2 }]);
  assert.equal((await store.batches('event-1', 0)).length, 2);
});

test('[I8] a late append finds itself fenced by a grant, and a late one that is refused harms nobody', async () => {
  const { store, event } = await faultyEvent(onAppend(() => 'late'));
  await assert.rejects(store.append([event.sealed([seatsHeld()])]), OutcomeUnknown);
  const twice = [bookingConfirmed({ holdSeq: 2, seats: [1] }), bookingConfirmed({ holdSeq: 2, seats: [2] })];
  const rival = await EventScript.activate(store, 'event-1');
  await assert.rejects(store.append([rival.sealed(twice)]), OutcomeUnknown);
  store.deliverLate();
  assert.deepStrictEqual((await store.tables('event-1')).head, { epoch: 3, seq: 1 });
});

test('a hook may hold a statement up for as long as it likes', async () => {
  const gate = new EventEmitter();
  const opened = once(gate, 'open');
  const { store, event } = await faultyEvent({
    before: async (statement): Promise<'now'> => {
      if (statement.kind === 'append') await opened;
      return 'now';
    },
  });
  const appending = store.append([event.sealed([seatsHeld()])]);
  assert.equal((await store.tables('event-1')).head?.seq, 1);
  gate.emit('open');
  assert.equal((await appending)[0]?.appended, true);
});
