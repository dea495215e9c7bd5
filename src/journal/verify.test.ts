import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventTables } from './audit.js';
import { EventBatch } from './batch.js';
import { MemoryJournalStore } from './memory-store.js';
import type { StoredBatch } from './port.js';
import {
  bookingCancelled,
  bookingConfirmed,
  placesCancelled,
  placesHeld,
  sampleAtMs,
  seatsHeld,
} from './testing/changes.js';
import { configurationWithAreas, sampleConfiguration } from './testing/configuration.js';
import { EventScript } from './testing/event-script.js';
import { type EventReport, verifyEvent, verifyJournal } from './verify.js';

/** An event with two live bookings and a cancelled one: seq 1, 2–5, 6–7, 8–9, the last batch in epoch 3. */
async function soundEvent(): Promise<{ tables: EventTables; batches: StoredBatch[]; store: MemoryJournalStore }> {
  const store = new MemoryJournalStore();
  await store.createEvent('event-1', sampleConfiguration, sampleAtMs);
  const event = await EventScript.activate(store, 'event-1');
  await event.commit([
    seatsHeld({ seats: [1, 2] }),
    bookingConfirmed({ holdSeq: 2, seats: [1, 2] }),
    seatsHeld({ seats: [3] }),
    bookingConfirmed({ holdSeq: 4, seats: [3] }),
  ]);
  const bob = { holderId: 'bob', commandId: 'command-2', payloadHash: 1 };
  await event.commit([bookingCancelled(3, [1, 2]), seatsHeld({ seats: [2], identity: bob })]);
  await event.activate();
  await event.commit([bookingConfirmed({ holdSeq: 7, seats: [2], holderId: 'bob' }), seatsHeld({ seats: [9] })]);
  return { tables: await store.tables('event-1'), batches: [...(await store.batches('event-1', 0))], store };
}

const floor = (quantity: number) => ({ area: 'floor', quantity });

/** Two live bookings of places, and a cancelled one: seq 1, 2–6, 7–8. */
async function soundEventWithAreas(): Promise<{ tables: EventTables; batches: StoredBatch[] }> {
  const store = new MemoryJournalStore();
  await store.createEvent('event-1', configurationWithAreas, sampleAtMs);
  const event = await EventScript.activate(store, 'event-1');
  await event.commit([
    placesHeld({ places: floor(3) }),
    bookingConfirmed({ holdSeq: 2, places: floor(3) }),
    placesHeld({ places: floor(2) }),
    bookingConfirmed({ holdSeq: 4, places: floor(2) }),
    placesHeld({ places: floor(1) }),
  ]);
  await event.commit([placesCancelled(3, floor(3)), bookingConfirmed({ holdSeq: 6, places: floor(1) })]);
  return { tables: await store.tables('event-1'), batches: [...(await store.batches('event-1', 0))] };
}

function told(report: EventReport): string[] {
  return report.problems.map(({ seq, what }) => `${seq}: ${what}`);
}

async function problemsOf(tables: EventTables, batches: StoredBatch[]): Promise<string[]> {
  return told(await verifyEvent('event-1', tables, batches));
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  assert.ok(item !== undefined);
  return item;
}

test('[I8] [I13] a sound event has no problems', async () => {
  const { store } = await soundEvent();
  await store.createEvent('event-2', sampleConfiguration, sampleAtMs);
  const reports: EventReport[] = [];
  for await (const report of verifyJournal(store, null)) reports.push(report);
  const sound = { problems: [], problemsLeftOut: 0 };
  assert.deepStrictEqual(reports, [
    { eventId: 'event-1', batches: 4, entries: 9, epoch: 3, seq: 9, ...sound },
    { eventId: 'event-2', batches: 1, entries: 1, epoch: 1, seq: 1, ...sound },
  ]);
});

test('an event that nobody knows has no head, and only the one that is named is verified', async () => {
  const { store } = await soundEvent();
  const reports: string[][] = [];
  for await (const report of verifyJournal(store, 'nowhere')) reports.push(told(report));
  assert.deepStrictEqual(reports, [['null: the event has no head: nobody can own it']]);
});

test('[I8] a missing batch is a gap', async () => {
  const { tables, batches } = await soundEvent();
  assert.deepStrictEqual(await problemsOf(tables, batches.toSpliced(2, 1)), [
    '6: a gap: changes 6 to 7 are missing',
    '8: books seats that have a live booking: 2',
    '3: booking 3: cancelledAtMs is 4102444800000 in the tables and null in the journal',
    '3: booking 3: live seats are [] in booked_seat and [1,2] in the journal',
    '3: booking 3: cancelled seats are [1,2] in booked_seat and [] in the journal',
  ]);
});

test('[I8] a batch that repeats changes is told', async () => {
  const { tables, batches } = await soundEvent();
  assert.deepStrictEqual(await problemsOf(tables, batches.toSpliced(3, 0, at(batches, 0))), [
    '1: a repeat: a batch begins here, and the one before it ends at 7',
    '1: the epoch falls from 2 to 1',
  ]);
});

test('[I8] an epoch or a time that falls is told', async () => {
  const { tables, batches } = await soundEvent();
  const tail = new EventBatch('event-1', 2, 10, 'EUR');
  tail.add(seatsHeld({ atMs: 5 }));
  const head = { epoch: 3, seq: 10 };
  assert.deepStrictEqual(await problemsOf({ ...tables, head }, [...batches, tail.seal(null)]), [
    '10: the epoch falls from 3 to 2',
    '10: the time falls from 4102444800000 to 5',
  ]);
});

test('[I8] a head that does not stand where the journal ends is told', async () => {
  const { tables, batches } = await soundEvent();
  assert.deepStrictEqual(await problemsOf({ ...tables, head: { epoch: 3, seq: 7 } }, batches), [
    '7: the head stands at 7 and the journal ends at 9',
  ]);
  assert.deepStrictEqual(await problemsOf({ ...tables, head: { epoch: 2, seq: 9 } }, batches), [
    "9: the head's epoch is 2, below the journal's last, 3",
  ]);
});

test('a damaged blob is told, and the rest is still read', async () => {
  const { tables, batches } = await soundEvent();
  const damaged = Buffer.from(at(batches, 2).blob);
  damaged[20] = at([...damaged], 20) ^ 1;
  assert.deepStrictEqual(await problemsOf(tables, batches.with(2, { ...at(batches, 2), blob: damaged })), [
    '6: unreadable: the checksum is wrong',
    '8: books seats that have a live booking: 2',
    'null: the bookings cannot be compared as part of the journal is unreadable',
  ]);
});

test('a journal that does not begin with EventOpened, or opens twice, is told', async () => {
  const { tables, batches } = await soundEvent();
  const first = new EventBatch('event-1', 1, 1, 'EUR');
  first.add(seatsHeld());
  const second = new EventBatch('event-1', 3, 10, 'EUR');
  second.add({ kind: 'EventOpened', atMs: sampleAtMs, configuration: sampleConfiguration });
  const journal = [first.seal(null), ...batches.slice(1), second.seal(null)];
  const problems = await problemsOf({ ...tables, head: { epoch: 3, seq: 10 } }, journal);
  assert.deepStrictEqual(
    problems.filter((problem) => problem.includes('EventOpened')),
    [
      '1: change 1 is SeatsHeld: EventOpened is the first change and no other',
      '10: change 10 is EventOpened: EventOpened is the first change and no other',
    ],
  );
});

test('[I1] a seat sold twice, and a cancel of what is not booked, are told', async () => {
  const { tables, batches } = await soundEvent();
  const tail = new EventBatch('event-1', 3, 10, 'EUR');
  tail.add(bookingConfirmed({ holdSeq: 9, seats: [9, 2, 3] }));
  tail.add(bookingCancelled(3, [1, 2]));
  tail.add(bookingCancelled(4, [1]));
  const found = await problemsOf({ ...tables, head: { epoch: 3, seq: 12 } }, [...batches, tail.seal(null)]);
  assert.deepStrictEqual(found, [
    '10: books seats that have a live booking: 2, 3',
    '11: cancels the booking of change 3, which is not live',
    '12: cancels the booking of change 4, which is not live',
    '10: booking 10: the tables lack a booking that the journal has',
  ]);
});

test('[I2] [I4] a change that breaks a rule of the seat map is told, once', async () => {
  const { tables, batches } = await soundEvent();
  const tail = new EventBatch('event-1', 3, 10, 'EUR');
  tail.add(seatsHeld({ seats: [3] }));
  tail.add(seatsHeld({ seats: [3] }));
  const found = await problemsOf({ ...tables, head: { epoch: 3, seq: 11 } }, [...batches, tail.seal(null)]);
  assert.equal(found.length, 1);
  assert.match(at(found, 0), /^10: breaks a rule of the seat map: .*seat/);
});

test('[I13] each way in which the booking tables can differ from the journal is told', async () => {
  const { tables, batches } = await soundEvent();
  const [cancelled, live, last] = [at(tables.bookings, 0), at(tables.bookings, 1), at(tables.bookings, 2)];
  const stranger = { ...live, bookingSeq: 77 };
  const bookings = [cancelled, { ...live, holderId: 'eve', liveSeats: [], cancelledSeats: [3] }, stranger];
  assert.deepStrictEqual(await problemsOf({ ...tables, bookings, strayBookingSeqs: [78] }, batches), [
    `5: booking 5: holderId is "eve" in the tables and "${live.holderId}" in the journal`,
    '5: booking 5: live seats are [] in booked_seat and [3] in the journal',
    '5: booking 5: cancelled seats are [3] in booked_seat and [] in the journal',
    '77: booking 77: the tables have a booking that the journal does not',
    `${last.bookingSeq}: booking ${last.bookingSeq}: the tables lack a booking that the journal has`,
    '78: booking 78: booked_seat has seats of a booking that is not in the table booking',
  ]);
});

test('[I11] [I13] bookings of places have no problems where journal and tables agree', async () => {
  const { tables, batches } = await soundEventWithAreas();
  assert.deepStrictEqual(await problemsOf(tables, batches), []);
});

test('[I13] a booking of places that differs from the journal is told', async () => {
  const { tables, batches } = await soundEventWithAreas();
  const [cancelled, live, last] = [at(tables.bookings, 0), at(tables.bookings, 1), at(tables.bookings, 2)];
  const bookings = [
    { ...cancelled, cancelledAtMs: null },
    { ...live, area: 'gallery', quantity: 20 },
    { ...last, seats: [5], area: null, quantity: null, liveSeats: [5] },
  ];
  assert.deepStrictEqual(await problemsOf({ ...tables, bookings }, batches), [
    `3: booking 3: cancelledAtMs is null in the tables and ${sampleAtMs} in the journal`,
    '5: booking 5: area is "gallery" in the tables and "floor" in the journal',
    '5: booking 5: quantity is 20 in the tables and 2 in the journal',
    '8: booking 8: seats is [5] in the tables and [] in the journal',
    '8: booking 8: area is null in the tables and "floor" in the journal',
    '8: booking 8: quantity is null in the tables and 1 in the journal',
    '8: booking 8: live seats are [5] in booked_seat and [] in the journal',
  ]);
  assert.deepStrictEqual(await problemsOf({ ...tables, bookings: [] }, batches), [
    '3: booking 3: the tables lack a booking that the journal has',
    '5: booking 5: the tables lack a booking that the journal has',
    '8: booking 8: the tables lack a booking that the journal has',
  ]);
});

test('[I11] an area that is booked beyond its capacity, or does not exist, is told', async () => {
  const { tables, batches } = await soundEventWithAreas();
  const tail = new EventBatch('event-1', 2, 9, 'EUR');
  tail.add(bookingConfirmed({ holdSeq: 100, places: floor(297) }));
  tail.add(placesCancelled(5, floor(2)));
  tail.add(bookingConfirmed({ holdSeq: 101, places: floor(2) }));
  tail.add(bookingConfirmed({ holdSeq: 102, places: floor(4) }));
  tail.add(bookingConfirmed({ holdSeq: 103, places: { area: 'nowhere', quantity: 1 } }));
  tail.add(placesCancelled(5, floor(2)));
  const found = await problemsOf({ ...tables, head: { epoch: 2, seq: 14 } }, [...batches, tail.seal(null)]);
  assert.deepStrictEqual(
    found.filter((problem) => !/: booking \d+: |: breaks a rule/.test(problem)),
    [
      '12: books 4 places more than area floor has',
      '13: books 1 places more than area nowhere has',
      '14: cancels the booking of change 5, which is not live',
    ],
  );
});

test('[I4] [I11] a change of places that breaks a rule of the seat map is told', async () => {
  const { tables, batches } = await soundEventWithAreas();
  const tail = new EventBatch('event-1', 2, 9, 'EUR');
  tail.add(placesHeld({ places: floor(298) }));
  const found = await problemsOf({ ...tables, head: { epoch: 2, seq: 9 } }, [...batches, tail.seal(null)]);
  assert.equal(found.length, 1);
  assert.match(at(found, 0), /^9: breaks a rule of the seat map: /);
});

test('a report on a ruined event stays short', async () => {
  const { tables, batches } = await soundEvent();
  const again = Array.from({ length: 150 }, () => at(batches, 0));
  const report = await verifyEvent('event-1', tables, [...batches, ...again]);
  assert.equal(report.problems.length, 100);
  assert.equal(report.problemsLeftOut, 200);
});
