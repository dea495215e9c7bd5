import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContractContext } from './contract-context.js';
import { EventScript } from './event-script.js';
import { type AppendOutcome, type SealedBatch, StatementFailed } from '../port.js';
import { bookingCancelled, bookingConfirmed, seatsHeld } from './changes.js';

export function appendContract({ store, newEvent }: ContractContext): void {
  /** Outcomes in the order of the events' ids: the port promises none. */
  const append = async (batches: readonly SealedBatch[]): Promise<readonly AppendOutcome[]> =>
    (await store().append(batches)).toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
  const lastSeqs = async (eventId: string): Promise<number[]> =>
    (await store().batches(eventId, 0)).map((batch) => batch.lastSeq);

  test('an append of nothing asks nobody', async () => {
    assert.deepStrictEqual(await store().append([]), []);
  });

  test('[I8] an append is fenced by the epoch: a predecessor cannot write, and learns who can', async () => {
    const old = await newEvent();
    const stale = old.sealed([seatsHeld()]);
    const current = await EventScript.activate(store(), old.eventId);
    const found = { eventId: old.eventId, appended: false, epoch: 3, seq: 1 };
    assert.deepStrictEqual(await store().append([stale]), [found]);
    await current.commit([seatsHeld(), seatsHeld({ seats: [9] })]);
    assert.deepStrictEqual(await store().append([stale]), [{ ...found, seq: 3 }]);
    assert.deepStrictEqual(await lastSeqs(old.eventId), [1, 3]);
  });

  test('[I8] an append is fenced by the seq: no gap, and no repeat of what was committed', async () => {
    const event = await newEvent();
    const ahead = new EventScript(store(), event.eventId, event.epoch, event.seq + 1).sealed([seatsHeld()]);
    const found = { eventId: event.eventId, appended: false, epoch: 2, seq: 1 };
    assert.deepStrictEqual(await store().append([ahead]), [found]);
    const committed = await event.commit([seatsHeld(), seatsHeld({ seats: [9] })]);
    assert.deepStrictEqual(await store().append([committed]), [{ ...found, seq: 3 }]);
    const within = new EventScript(store(), event.eventId, event.epoch, event.seq - 1).sealed([seatsHeld()]);
    assert.deepStrictEqual(await store().append([within]), [{ ...found, seq: 3 }]);
    assert.deepStrictEqual(await lastSeqs(event.eventId), [1, 3]);
  });

  test('an epoch that was never granted writes nothing', async () => {
    const event = await newEvent();
    const future = new EventScript(store(), event.eventId, event.epoch + 1, event.seq).sealed([seatsHeld()]);
    const found = { eventId: event.eventId, appended: false, epoch: 2, seq: 1 };
    assert.deepStrictEqual(await store().append([future]), [found]);
  });

  test('of several events in one append, a fenced one holds up none of the others', async () => {
    const events = [await newEvent(), await newEvent(), await newEvent()] as const;
    const [a, fenced, c] = events;
    const batches = [
      c.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7, 8] })]),
      fenced.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7, 8] })]),
      a.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7, 8] }), bookingCancelled(3, [7, 8])]),
      new EventScript(store(), 'no-such-event', 2, 1).sealed([seatsHeld()]),
    ];
    await EventScript.activate(store(), fenced.eventId);
    assert.deepStrictEqual(await append(batches), [
      { eventId: a.eventId, appended: true, epoch: 2, seq: 4 },
      { eventId: fenced.eventId, appended: false, epoch: 3, seq: 1 },
      { eventId: c.eventId, appended: true, epoch: 2, seq: 3 },
    ]);
    const bookings = events.map(({ eventId }) => store().bookingOfHold(eventId, 'holder-1', 2));
    assert.deepStrictEqual(await Promise.all(bookings), [
      { bookingEpoch: 2, bookingSeq: 3 },
      null,
      { bookingEpoch: 2, bookingSeq: 3 },
    ]);
    assert.deepStrictEqual(await lastSeqs(fenced.eventId), [1]);
  });

  test('each event of one append gets its own blob, whatever the lengths', async () => {
    const events = await Promise.all([newEvent(), newEvent(), newEvent()]);
    const batches = events.map((event, index) =>
      event.sealed(Array.from({ length: 1 + index * 40 }, (_, seat) => seatsHeld({ seats: [seat] }))),
    );
    assert.ok((await append(batches.toReversed())).every((outcome) => outcome.appended));
    for (const batch of batches) {
      const stored = await store().batchAt(batch.eventId, 2);
      assert.deepStrictEqual(Buffer.from(stored?.blob ?? []), Buffer.from(batch.blob));
    }
  });

  test('[I7] an append that the store refuses leaves nothing behind, of no event', async () => {
    const [good, bad] = [await newEvent(), await newEvent()];
    await bad.commit([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7] })]);
    const batches = [
      good.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7] })]),
      bad.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 4, seats: [7] })]),
    ];
    await assert.rejects(store().append(batches), (error) => error instanceof StatementFailed && !error.transient);
    assert.deepStrictEqual(await lastSeqs(good.eventId), [1]);
    assert.deepStrictEqual(await lastSeqs(bad.eventId), [1, 3]);
    assert.equal(await store().bookingOfHold(good.eventId, 'holder-1', 2), null);
    await good.commit([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7] })]);
  });

  test('two batches of one event in one append are refused', async () => {
    const event = await newEvent();
    const batch = event.sealed([seatsHeld()]);
    await assert.rejects(
      store().append([batch, batch]),
      (error) => error instanceof StatementFailed && !error.transient,
    );
    assert.deepStrictEqual(await lastSeqs(event.eventId), [1]);
  });
}
