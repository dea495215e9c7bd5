import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContractContext } from './contract-context.js';
import type { EventScript } from './event-script.js';
import { type BookingRow, StatementFailed } from '../port.js';
import type { AreaPlaces } from '../../seatmap/area-places.js';
import {
  bookingCancelled,
  bookingConfirmed,
  placesCancelled,
  placesHeld,
  sampleAtMs,
  type Sale,
  seatsHeld,
} from './changes.js';

/** A hold and its confirm; the hold is the next change. */
function sale(event: EventScript, fields: Omit<Sale, 'holdSeq'> & { readonly seats: readonly number[] }) {
  const { seats, atMs = sampleAtMs } = fields;
  return [seatsHeld({ seats, atMs }), bookingConfirmed({ ...fields, holdSeq: event.seq + 1 })];
}

function saleOfPlaces(event: EventScript, fields: Omit<Sale, 'holdSeq'> & { readonly places: AreaPlaces }) {
  return [placesHeld({ places: fields.places }), bookingConfirmed({ ...fields, holdSeq: event.seq + 1 })];
}

/** As changes 11 to 13: held, booked, cancelled again. */
function again(places: AreaPlaces, atMs: number) {
  return [
    placesHeld({ places, atMs, deadlineMs: atMs + 1 }),
    bookingConfirmed({ holdSeq: 11, places, atMs }),
    placesCancelled(12, places, atMs),
  ];
}

function refusedForGood(error: unknown): boolean {
  return error instanceof StatementFailed && !error.transient;
}

export function bookingContract({ store, audit, newEvent }: ContractContext): void {
  const liveSeats = async (eventId: string) =>
    (await audit().tables(eventId)).bookings.map((booking) => [booking.bookingSeq, booking.liveSeats]);

  test('[I13] a booking row tells all that the confirm said', async () => {
    const event = await newEvent();
    await event.commit([
      seatsHeld(),
      bookingConfirmed({ holdSeq: 2, seats: [8, 3], holderId: 'ann', commandId: 'c-1' }),
    ]);
    assert.deepStrictEqual(await audit().tables(event.eventId), {
      head: { epoch: 2, seq: 3 },
      tailSeq: 3,
      bookings: [
        {
          bookingSeq: 3,
          epoch: 2,
          holdEpoch: 2,
          holdSeq: 2,
          holderId: 'ann',
          commandId: 'c-1',
          seats: [8, 3],
          area: null,
          quantity: null,
          totalMinor: 9000,
          currency: 'EUR',
          orderRef: 'order 2',
          bookedAtMs: sampleAtMs,
          cancelledAtMs: null,
          liveSeats: [3, 8],
          cancelledSeats: [],
        },
      ],
      strayBookingSeqs: [],
    });
  });

  test('[I1] a seat with a live booking cannot get a second one, in a later batch or in the same', async () => {
    const event = await newEvent();
    await event.commit(sale(event, { seats: [1, 2] }));
    const second = event.sealed(sale(event, { seats: [2, 3], holderId: 'bob' }));
    await assert.rejects(store().append([second]), refusedForGood);
    const both = event.sealed([
      seatsHeld({ seats: [5] }),
      bookingConfirmed({ holdSeq: 4, seats: [5] }),
      bookingConfirmed({ holdSeq: 5, seats: [5], holderId: 'bob' }),
    ]);
    await assert.rejects(store().append([both]), refusedForGood);
    assert.deepStrictEqual(await liveSeats(event.eventId), [[3, [1, 2]]]);
    await event.commit(sale(event, { seats: [3], holderId: 'bob' }));
  });

  test('[I2] a hold is confirmed once, and a command books once', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7], commandId: 'c-1' })]);
    const sameHold = event.sealed([bookingConfirmed({ holdSeq: 2, seats: [8], commandId: 'c-2' })]);
    await assert.rejects(store().append([sameHold]), refusedForGood);
    const sameCommand = event.sealed([bookingConfirmed({ holdSeq: 1, seats: [8], commandId: 'c-1' })]);
    await assert.rejects(store().append([sameCommand]), refusedForGood);
    await event.commit([bookingConfirmed({ holdSeq: 1, seats: [8], commandId: 'c-1', holderId: 'bob' })]);
  });

  test('a cancelled booking frees its seats and is remembered', async () => {
    const event = await newEvent();
    await event.commit(sale(event, { seats: [1, 2] }));
    await event.commit([bookingCancelled(3, [1, 2], sampleAtMs + 5)]);
    const [booking] = (await audit().tables(event.eventId)).bookings;
    assert.equal(booking?.cancelledAtMs, sampleAtMs + 5);
    assert.deepStrictEqual([booking?.liveSeats, booking?.cancelledSeats], [[], [1, 2]]);
    assert.deepStrictEqual(await store().bookingOfHold(event.eventId, 'holder-1', 2), {
      bookingEpoch: 2,
      bookingSeq: 3,
    });
    await event.commit(sale(event, { seats: [2], holderId: 'bob', atMs: sampleAtMs + 6 }));
    assert.deepStrictEqual(await liveSeats(event.eventId), [
      [3, []],
      [6, [2]],
    ]);
  });

  test('a booking is cancelled once', async () => {
    const event = await newEvent();
    await event.commit(sale(event, { seats: [1] }));
    await event.commit([bookingCancelled(3, [1])]);
    await assert.rejects(store().append([event.sealed([bookingCancelled(3, [1])])]), refusedForGood);
    await assert.rejects(store().append([event.sealed([bookingCancelled(2, [1])])]), refusedForGood);
    assert.deepStrictEqual(await liveSeats(event.eventId), [[3, []]]);
  });

  test('[I1] one batch may cancel a booking and book its seats again', async () => {
    const event = await newEvent();
    await event.commit(sale(event, { seats: [1, 2] }));
    await event.commit([
      bookingCancelled(3, [1, 2]),
      seatsHeld({ seats: [2, 1] }),
      bookingConfirmed({ holdSeq: 5, seats: [2, 1], holderId: 'bob' }),
    ]);
    assert.deepStrictEqual(await liveSeats(event.eventId), [
      [3, []],
      [6, [1, 2]],
    ]);
  });

  test('[I1] one batch may confirm, cancel and confirm the same seat again', async () => {
    const event = await newEvent();
    await event.commit([
      seatsHeld({ seats: [4] }),
      bookingConfirmed({ holdSeq: 2, seats: [4] }),
      bookingCancelled(3, [4]),
      seatsHeld({ seats: [4] }),
      bookingConfirmed({ holdSeq: 5, seats: [4], holderId: 'bob' }),
    ]);
    const { bookings } = await audit().tables(event.eventId);
    assert.deepStrictEqual(
      bookings.map(({ bookingSeq, cancelledAtMs, liveSeats: live, cancelledSeats }) => [
        bookingSeq,
        cancelledAtMs,
        live,
        cancelledSeats,
      ]),
      [
        [3, sampleAtMs, [], [4]],
        [6, null, [4], []],
      ],
    );
  });

  test('[I1] two events may sell the same seat number', async () => {
    const [one, two] = [await newEvent(), await newEvent()];
    const outcomes = await store().append([
      one.sealed(sale(one, { seats: [1] })),
      two.sealed(sale(two, { seats: [1] })),
    ]);
    assert.ok(outcomes.every((outcome) => outcome.appended));
    assert.deepStrictEqual(await liveSeats(one.eventId), [[3, [1]]]);
    assert.deepStrictEqual(await liveSeats(two.eventId), [[3, [1]]]);
  });

  test('[I13] a booking of places tells its area and quantity, and has no seats', async () => {
    const event = await newEvent();
    const places = { area: 'floor', quantity: 3 };
    await event.commit(saleOfPlaces(event, { places, holderId: 'ann', commandId: 'c-1' }));
    assert.deepStrictEqual((await audit().tables(event.eventId)).bookings, [
      {
        bookingSeq: 3,
        epoch: 2,
        holdEpoch: 2,
        holdSeq: 2,
        holderId: 'ann',
        commandId: 'c-1',
        seats: [],
        area: 'floor',
        quantity: 3,
        totalMinor: 13_500,
        currency: 'EUR',
        orderRef: 'order 2',
        bookedAtMs: sampleAtMs,
        cancelledAtMs: null,
        liveSeats: [],
        cancelledSeats: [],
      },
    ]);
    assert.deepStrictEqual(await store().bookingOfHold(event.eventId, 'ann', 2), { bookingEpoch: 2, bookingSeq: 3 });
    assert.deepStrictEqual(await store().bookingOfCommand(event.eventId, 'ann', 'c-1'), {
      bookingEpoch: 2,
      bookingSeq: 3,
    });
  });

  test('[I11] places of one area are booked side by side, beside seats, and cancelled booking by booking', async () => {
    const event = await newEvent();
    const places = { area: 'floor', quantity: 2 };
    await event.commit([
      ...saleOfPlaces(event, { places }),
      placesHeld(),
      bookingConfirmed({ holdSeq: 4, places, holderId: 'bob' }),
      seatsHeld({ seats: [1] }),
      bookingConfirmed({ holdSeq: 6, seats: [1] }),
    ]);
    await event.commit(saleOfPlaces(event, { places: { area: 'gallery', quantity: 1 } }));
    await event.commit([placesCancelled(5, places, sampleAtMs + 5), ...again(places, sampleAtMs + 6)]);
    const { bookings, strayBookingSeqs } = await audit().tables(event.eventId);
    assert.deepStrictEqual(
      bookings.map((row) => [row.bookingSeq, row.area, row.quantity, row.liveSeats, row.cancelledAtMs]),
      [
        [3, 'floor', 2, [], null],
        [5, 'floor', 2, [], sampleAtMs + 5],
        [7, null, null, [1], null],
        [9, 'gallery', 1, [], null],
        // Confirmed and cancelled in one batch.
        [12, 'floor', 2, [], sampleAtMs + 6],
      ],
    );
    assert.deepStrictEqual(strayBookingSeqs, []);
    await assert.rejects(store().append([event.sealed([placesCancelled(5, places)])]), refusedForGood);
  });

  test('[I13] a booking of neither seats nor places, or of both, is refused', async () => {
    const event = await newEvent();
    const sealed = event.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7, 8] })]);
    const wrong: Partial<BookingRow>[] = [
      { seats: [] },
      { area: 'floor' },
      { quantity: 2 },
      { area: 'floor', quantity: 2 },
      { seats: [], area: 'floor' },
      { seats: [], quantity: 2 },
      { seats: [], area: 'floor', quantity: 0 },
    ];
    for (const fields of wrong) {
      const bookings = sealed.bookings.map((row) => ({ ...row, ...fields }));
      await assert.rejects(store().append([{ ...sealed, bookings }]), refusedForGood, JSON.stringify(fields));
    }
    assert.deepStrictEqual((await audit().tables(event.eventId)).bookings, []);
  });

  test('a booking is found by its hold and by its command, for its holder alone, also in a later epoch', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7], holderId: 'ann', commandId: 'c-1' })]);
    await event.activate();
    const booking = { bookingEpoch: 2, bookingSeq: 3 };
    assert.deepStrictEqual(await store().bookingOfHold(event.eventId, 'ann', 2), booking);
    assert.deepStrictEqual(await store().bookingOfCommand(event.eventId, 'ann', 'c-1'), booking);
    assert.equal(await store().bookingOfHold(event.eventId, 'bob', 2), null);
    assert.equal(await store().bookingOfHold(event.eventId, 'ann', 3), null);
    assert.equal(await store().bookingOfCommand(event.eventId, 'bob', 'c-1'), null);
    assert.equal(await store().bookingOfCommand(event.eventId, 'ann', 'c-2'), null);
  });
}
