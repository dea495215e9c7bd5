import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seatsHeld } from './changes.js';
import type { ContractContext } from './contract-context.js';

/** Releases side by side: whoever cannot read an event's journal never owns it. */
export function versionContract({ store, leases, newEvent }: ContractContext): void {
  /** An event at rest that a node owned which may have written format 2. Only `reader` reads that, and lives. */
  const newerEvent = async (): Promise<string> => {
    const { eventId } = await newEvent();
    await leases().keep('reader', 2);
    const claim = await store().claim(eventId, 'reader', true, 2);
    assert.equal(claim.kind, 'owned', 'by the script');
    assert.ok(await store().rest(eventId, 2, 1, null));
    assert.equal((await store().claim(eventId, 'reader', true, 2)).kind, 'granted');
    assert.ok(await store().rest(eventId, 3, 1, null));
    return eventId;
  };

  test('an event that a newer release may have written is claimed by those who read it, and by nobody else', async () => {
    const eventId = await newerEvent();
    const unreadable = { kind: 'unreadable', format: 2, reader: 'reader' };
    assert.deepStrictEqual(await store().claim(eventId, 'node-a', true), unreadable);
    assert.deepStrictEqual(await store().claim(eventId, 'node-b', true), unreadable, 'all are sent to the same one');
    assert.deepStrictEqual(await store().claim(eventId, 'reader', true), {
      kind: 'granted',
      grant: { epoch: 4, seq: 1, rested: true },
    });
    assert.deepStrictEqual(await store().claim(eventId, 'node-a', true), { kind: 'owned', owner: 'reader' });
  });

  test('what was once in a newer format stays so, though its owner writes an older one', async () => {
    const eventId = await newerEvent();
    assert.equal((await store().claim(eventId, 'reader', true, 1)).kind, 'granted');
    assert.ok(await store().rest(eventId, 4, 1, null));
    assert.equal((await store().claim(eventId, 'node-a', true)).kind, 'unreadable');
  });

  test('when its owner is lost it waits for one who reads it, however long the lease has run out', async () => {
    const eventId = await newerEvent();
    assert.equal((await store().claim(eventId, 'reader', true)).kind, 'granted');
    await leases().runOut('reader');
    const nobody = { kind: 'unreadable', format: 2, reader: null };
    assert.deepStrictEqual(await store().claim(eventId, 'node-a', true), nobody);
    await leases().drop('reader');
    assert.deepStrictEqual(await store().claim(eventId, 'node-a', true), nobody);
    await leases().keep('next-reader', 3);
    const next = { kind: 'unreadable', format: 2, reader: 'next-reader' };
    assert.deepStrictEqual(await store().claim(eventId, 'node-a', true), next);
    assert.equal((await store().claim(eventId, 'next-reader', true)).kind, 'granted');
    await leases().drop('next-reader');
  });

  test('one that was handed to a node that does not read it is left to those who do', async () => {
    const eventId = await newerEvent();
    assert.equal((await store().claim(eventId, 'reader', true)).kind, 'granted');
    assert.ok(await store().rest(eventId, 4, 1, 'node-a'));
    const unreadable = { kind: 'unreadable', format: 2, reader: 'reader' };
    assert.deepStrictEqual(await store().claim(eventId, 'node-a', true), unreadable);
    assert.deepStrictEqual(await store().claim(eventId, 'node-b', true), unreadable);
    assert.equal((await store().claim(eventId, 'reader', true)).kind, 'granted');
  });

  test('its due holds are for those who read it to end', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld()], 1_000);
    const isDueFor = async (owner: string): Promise<boolean> =>
      (await store().due(1_000, 1_000, owner)).includes(event.eventId);
    await leases().keep('reader', 2);
    assert.ok(await store().rest(event.eventId, event.epoch, event.seq, null));
    assert.deepStrictEqual([await isDueFor('node-a'), await isDueFor('reader')], [true, true]);
    assert.equal((await store().claim(event.eventId, 'reader', true, 2)).kind, 'granted');
    assert.ok(await store().rest(event.eventId, 3, event.seq, null));
    assert.deepStrictEqual([await isDueFor('node-a'), await isDueFor('reader')], [false, true]);
  });
}
