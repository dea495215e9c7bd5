import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookingRow, EventTables } from './rules/tables.js';
import { openedAtMs } from '../src/seatmap/testing/hall.js';
import { cancelled, confirmed, held, judge, opened, placesHeld, told } from './testing/story.js';

/** Seats 1 and 2 are sold, 3 and 4 were sold and cancelled, two places are sold, seat 5 is held. */
const changes = [
  opened(),
  held([1, 2], { by: 'ann' }),
  confirmed(2, [1, 2], { by: 'ann', id: 'confirm-1' }),
  held([3, 4], { by: 'bob' }),
  confirmed(4, [3, 4], { by: 'bob', id: 'confirm-2' }),
  cancelled(5, [3, 4], { by: 'bob', at: 10 }),
  placesHeld(2, { by: 'cid', at: 10 }),
  {
    ...confirmed(7, [], { by: 'cid', id: 'confirm-3', at: 10, totalMinor: 4_000 }),
    places: { area: 'floor', quantity: 2 },
  },
  held([5], { by: 'ann', at: 10 }),
];

const row: BookingRow = {
  bookingSeq: 3,
  epoch: 1,
  holdEpoch: 1,
  holdSeq: 2,
  holderId: 'ann',
  commandId: 'confirm-1',
  seats: [1, 2],
  area: null,
  quantity: null,
  totalMinor: 10_000,
  currency: 'EUR',
  orderRef: 'order',
  bookedAtMs: openedAtMs,
  cancelledAtMs: null,
};
const bobs: BookingRow = {
  ...row,
  bookingSeq: 5,
  holdSeq: 4,
  holderId: 'bob',
  commandId: 'confirm-2',
  seats: [3, 4],
  cancelledAtMs: openedAtMs + 10,
};
const cids: BookingRow = {
  ...row,
  bookingSeq: 8,
  holdSeq: 7,
  holderId: 'cid',
  commandId: 'confirm-3',
  seats: [],
  area: 'floor',
  quantity: 2,
  totalMinor: 4_000,
  bookedAtMs: openedAtMs + 10,
};
const sound: EventTables = {
  head: { epoch: 2, seq: 9, nextDeadlineMs: openedAtMs + 1_010 },
  bookings: [row, bobs, cids],
  bookedSeats: [
    { seat: 1, bookingSeq: 3, cancelled: false },
    { seat: 2, bookingSeq: 3, cancelled: false },
    { seat: 3, bookingSeq: 5, cancelled: true },
    { seat: 4, bookingSeq: 5, cancelled: true },
  ],
};

function breaks(name: string, wrong: Partial<EventTables>, expected: readonly string[]): void {
  test(name, () => {
    assert.deepStrictEqual(told(judge(changes, { tables: { ...sound, ...wrong } }).violations), expected);
  });
}

breaks('[I13] tables that equal the replay break nothing', {}, []);
breaks('[I13] an event may be woken earlier than it need be', { head: { epoch: 1, seq: 9, nextDeadlineMs: 1 } }, []);

const [first, second, third, fourth] = sound.bookedSeats;
assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined);

breaks(
  '[I1] [I13] a seat is in two live bookings',
  { bookedSeats: [...sound.bookedSeats, { seat: 1, bookingSeq: 5, cancelled: false }] },
  [
    'I1@5 seat 1 is sold twice: by changes 3 and 5',
    'I13@5 seat 1 is in the tables for change 5, which did not book it',
  ],
);
breaks('[I9] a booking is there with a part of its seats', { bookedSeats: [first, third, fourth] }, [
  'I9@3 seats 2 of booking B1-3 are not in the tables',
]);
breaks('[I13] a booking is there without its seats', { bookedSeats: [third, fourth] }, [
  'I13@3 seats 1,2 of booking B1-3 are not in the tables',
]);
breaks(
  '[I13] a seat of a cancelled booking is still sold',
  { bookedSeats: [first, second, third, { ...fourth, cancelled: false }] },
  ['I13@5 seat 4 of change 5 is not cancelled in the tables'],
);
breaks('[I13] a booking is lost', { bookings: [row, cids] }, ['I13@5 booking B1-5 is not in the tables']);
breaks('[I13] a booking comes from nowhere', { bookings: [...sound.bookings, { ...row, bookingSeq: 4 }] }, [
  'I13@4 the tables have a booking that the journal has not: change 4',
]);
for (const [column, value] of Object.entries({
  epoch: 2,
  holdEpoch: 2,
  holdSeq: 4,
  holderId: 'bob',
  commandId: 'confirm-9',
  seats: [2, 1],
  area: 'floor',
  quantity: 2,
  totalMinor: 9_999,
  currency: 'USD',
  orderRef: 'another',
  bookedAtMs: 0,
  cancelledAtMs: 1,
})) {
  breaks(`[I13] a booking has another ${column}`, { bookings: [{ ...row, [column]: value }, bobs, cids] }, [
    `I13@3 booking B1-3 has ${column} ${JSON.stringify(value)} in the tables, and by the journal ${JSON.stringify(row[column as keyof BookingRow])}`,
  ]);
}

breaks('[I8] there is no head', { head: null }, ['I8 the event has no head']);
breaks('[I8] the head stands elsewhere than the journal ends', { head: { epoch: 0, seq: 8, nextDeadlineMs: null } }, [
  'I8 the head stands at 8, and the journal ends at 9',
  'I8 the head is of epoch 0, and the journal of 1',
]);
breaks('[I4] nobody will wake the event when its hold ends', { head: { epoch: 1, seq: 9, nextDeadlineMs: null } }, [
  `I4 the event is to be woken at null, and a hold ends at ${openedAtMs + 1_010}`,
]);
