import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvariantError } from '../lib/assert.js';
import type { Change } from '../seatmap/change.js';
import { decodeBatch, EventBatch } from './batch.js';
import { formatRead } from './entry-format.js';
import { JournalCorrupt } from './journal-corrupt.js';
import type { SealedBatch } from './port.js';
import { changesInOrder } from './testing/arbitrary-change.js';
import {
  bookingCancelled,
  bookingConfirmed,
  oneOfEachPlacesChange,
  oneOfEachSeatsChange,
  placesCancelled,
  placesHeld,
  sampleAtMs,
  seatsHeld,
} from './testing/changes.js';

function sealedOf(changes: readonly Change[], epoch = 2, firstSeq = 301): SealedBatch {
  const batch = new EventBatch('event-1', epoch, firstSeq, 'EUR');
  for (const change of changes) batch.add(change);
  return batch.seal(null);
}

function withBlob(sealed: SealedBatch, blob: Uint8Array): SealedBatch {
  return { ...sealed, blob };
}

test('[I13] what is journalled is read back as it was, whatever the changes', () => {
  const place = fc.tuple(fc.integer({ min: 1, max: 2 ** 53 - 100 }), fc.integer({ min: 1, max: 2 ** 53 - 100 }));
  fc.assert(
    fc.property(changesInOrder, place, (changes, [epoch, firstSeq]) => {
      const sealed = sealedOf(changes, epoch, firstSeq);
      const expected = changes.map((change, index) => ({ epoch, seq: firstSeq + index, change }));
      assert.deepStrictEqual(decodeBatch(sealed), expected);
    }),
  );
});

test('[I13] one of each kind is read back as it was', () => {
  for (const changes of [oneOfEachSeatsChange, oneOfEachPlacesChange]) {
    const entries = decodeBatch(sealedOf(changes));
    assert.deepStrictEqual(
      entries.map((entry) => entry.change),
      changes,
    );
  }
});

test('add gives the seq of each change, in a batch that grows far beyond its first buffer', () => {
  const batch = new EventBatch('event-1', 3, 41, 'EUR');
  assert.equal(batch.lastSeq, 40);
  for (let index = 0; index < 5000; index += 1) assert.equal(batch.add(seatsHeld({ seats: [index] })), 41 + index);
  assert.equal(batch.count, 5000);
  const { byteLength } = batch;
  const sealed = batch.seal(1234);
  assert.equal(sealed.lastSeq, 5040);
  assert.equal(sealed.blob.length, byteLength);
  assert.equal(sealed.nextDeadlineMs, 1234);
  assert.deepStrictEqual(decodeBatch(sealed).at(-1)?.change, seatsHeld({ seats: [4999] }));
});

test('a sealed batch never changes, and its buffer serves the next one', () => {
  const batch = new EventBatch('event-1', 3, 1, 'EUR');
  batch.add(bookingConfirmed({ holdSeq: 1, seats: [1] }));
  const first = batch.seal(null);
  const blob = Buffer.from(first.blob);
  const bookings = structuredClone(first.bookings);
  assert.throws(() => batch.add(seatsHeld()), InvariantError);
  assert.throws(() => batch.seal(null), InvariantError);
  batch.reset(2);
  assert.equal(batch.count, 0);
  assert.throws(() => batch.seal(null), InvariantError);
  assert.equal(batch.add(bookingConfirmed({ holdSeq: 2, seats: [2], atMs: 5 })), 2);
  const second = batch.seal(null);
  assert.deepStrictEqual(Buffer.from(first.blob), blob);
  assert.deepStrictEqual(first.bookings, bookings);
  assert.equal(second.bookings.length, 1);
  assert.deepStrictEqual(
    decodeBatch(second).map((entry) => entry.seq),
    [2],
  );
});

test('a sealed batch without bookings stays so when the next batch has some', () => {
  const batch = new EventBatch('event-1', 2, 1, 'EUR');
  batch.add(seatsHeld());
  const first = batch.seal(null);
  batch.reset(2);
  batch.add(bookingConfirmed({ holdSeq: 1, seats: [1] }));
  batch.add(bookingCancelled(99, [5]));
  const second = batch.seal(null);
  assert.deepStrictEqual([first.bookings, first.cancellations], [[], []]);
  assert.deepStrictEqual([second.bookings.length, second.cancellations.length], [1, 1]);
});

test('a change that cannot be journalled leaves the batch as it was', () => {
  const places = { area: 'floor', quantity: 1 };
  const { identity } = seatsHeld();
  const released = {
    kind: 'HoldReleased',
    atMs: 10,
    identity,
    holdEpoch: 1,
    holdSeq: 1,
    seats: [],
    remaining: [],
  } as const;
  const bad: Change[] = [
    seatsHeld({ seats: [1, -1] }),
    seatsHeld({ seats: [1.5] }),
    seatsHeld({ totalMinor: 2 ** 53 }),
    seatsHeld({ totalMinor: Number.NaN }),
    seatsHeld({ identity: { holderId: 'h', commandId: 'c', payloadHash: 2 ** 32 } }),
    seatsHeld({ atMs: 10, deadlineMs: 9 }),
    seatsHeld({ atMs: 1 }),
    { kind: 'DeadlinesRaised', atMs: 100, untilMs: 99 },
    placesHeld({ atMs: 10, places: { area: 'floor', quantity: 0 } }),
    placesHeld({ atMs: 10, places: { area: 'floor', quantity: 1.5 } }),
    { ...bookingConfirmed({ holdSeq: 1, seats: [1], atMs: 10 }), places },
    { ...bookingCancelled(1, [1], 10), places },
    { ...released, seats: [1], places, remainingQuantity: 0 },
    { ...released, remaining: [1], places, remainingQuantity: 0 },
    { ...released, places },
    { ...released, remainingQuantity: 1 },
  ];
  for (const change of bad) {
    const batch = new EventBatch('event-1', 1, 1, 'EUR');
    batch.add(seatsHeld({ atMs: 10 }));
    const { byteLength } = batch;
    assert.throws(() => batch.add(change), InvariantError);
    assert.equal(batch.count, 1);
    assert.equal(batch.byteLength, byteLength);
    assert.equal(batch.add(seatsHeld({ atMs: 11 })), 2);
    assert.equal(decodeBatch(batch.seal(null)).length, 2);
  }
});

test('a text with a lone surrogate, which has no UTF-8, is journalled with U+FFFD in its place', () => {
  const change: Change = { ...bookingCancelled(1, [1]), reason: 'a\ud800b' };
  const [entry] = decodeBatch(sealedOf([change]));
  assert.deepStrictEqual(entry?.change, { ...change, reason: 'a\ufffdb' });
});

test('[I13] a batch carries the net effect of its confirms and cancels', () => {
  const sealed = sealedOf(
    [
      bookingCancelled(17, [5], 900),
      bookingConfirmed({ holdSeq: 20, seats: [5, 6], atMs: 1000 }),
      bookingCancelled(302, [5, 6], 1001),
      bookingConfirmed({ holdSeq: 21, seats: [5], atMs: 1002, holderId: 'bob' }),
    ],
    2,
    301,
  );
  assert.deepStrictEqual(sealed.cancellations, [{ bookingSeq: 17, cancelledAtMs: 900 }]);
  assert.deepStrictEqual(
    sealed.bookings.map((row) => [row.bookingSeq, row.holderId, row.cancelledAtMs]),
    [
      [302, 'holder-1', 1001],
      [304, 'bob', null],
    ],
  );
  assert.deepStrictEqual(sealed.bookings[1], {
    bookingSeq: 304,
    holdEpoch: 2,
    holdSeq: 21,
    holderId: 'bob',
    commandId: 'confirm-21',
    seats: [5],
    area: null,
    quantity: null,
    totalMinor: 4500,
    currency: 'EUR',
    orderRef: 'order 21',
    bookedAtMs: 1002,
    cancelledAtMs: null,
  });
});

test('[I13] a booking of places has its area and quantity in its row, and no seats', () => {
  const places = { area: 'floor', quantity: 3 };
  const sealed = sealedOf([
    bookingConfirmed({ holdSeq: 20, places }),
    placesCancelled(301, places),
    bookingConfirmed({ holdSeq: 21, places }),
    placesCancelled(17, places),
  ]);
  assert.deepStrictEqual(
    sealed.bookings.map((row) => [row.bookingSeq, row.seats, row.area, row.quantity, row.cancelledAtMs]),
    [
      [301, [], 'floor', 3, sampleAtMs],
      [303, [], 'floor', 3, null],
    ],
  );
  assert.deepStrictEqual(sealed.cancellations, [{ bookingSeq: 17, cancelledAtMs: sampleAtMs }]);
});

test('one changed bit anywhere is noticed', () => {
  const sealed = sealedOf(oneOfEachSeatsChange);
  for (let at = 0; at < sealed.blob.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const blob = Buffer.from(sealed.blob);
      blob.writeUInt8(blob.readUInt8(at) ^ (1 << bit), at);
      assert.throws(() => decodeBatch(withBlob(sealed, blob)), JournalCorrupt, `byte ${at}, bit ${bit}`);
    }
  }
});

test('a blob cut off anywhere is noticed', () => {
  const sealed = sealedOf(oneOfEachSeatsChange);
  for (let length = 0; length < sealed.blob.length; length += 1) {
    assert.throws(
      () => decodeBatch(withBlob(sealed, sealed.blob.subarray(0, length))),
      JournalCorrupt,
      `length ${length}`,
    );
  }
});

test('a batch of a newer format is not read, and the error says what would read it', () => {
  const sealed = sealedOf([seatsHeld()]);
  const blob = Buffer.from(sealed.blob);
  blob.writeUInt8(formatRead + 1, 0);
  assert.throws(
    () => decodeBatch(withBlob(sealed, blob), 'e'),
    /as a newer Usher wrote it, in format 2, and this one reads up to 1: use that release or a later one: eventId is e/,
  );
});

test('a blob under the row of another batch is noticed, and the error says which event and change', () => {
  const sealed = sealedOf([seatsHeld(), seatsHeld()], 2, 301);
  const cases: [Partial<SealedBatch>, string][] = [
    [{ epoch: 3 }, 'the epoch in the blob is 2 and in its row 3: eventId is event-1, seq is 301'],
    [
      { firstSeq: 300, lastSeq: 301 },
      'the first seq in the blob is 301 and in its row 300: eventId is event-1, seq is 300',
    ],
    [{ lastSeq: 303 }, 'the count in the blob is 2 and in its row 3: eventId is event-1, seq is 301'],
    [{ lastSeq: 300 }, 'the last seq in its row is 300: eventId is event-1, seq is 301'],
  ];
  for (const [fields, message] of cases) {
    assert.throws(() => decodeBatch({ ...sealed, ...fields }, sealed.eventId), {
      name: 'JournalCorrupt',
      message: `Cannot read the journal as ${message}`,
    });
  }
});
