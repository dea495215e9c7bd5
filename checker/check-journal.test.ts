import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../src/seatmap/change.js';
import { checkEvent } from './check.js';
import {
  blocked,
  cancelled,
  confirmed,
  expired,
  extended,
  held,
  judge,
  opened,
  placesBlocked,
  placesHeld,
  placesReleased,
  raised,
  released,
  revoked,
  rowsOf,
  type Story,
  told,
} from './testing/story.js';

/** Journals that break one rule each, after a sound beginning: what must be told of them, and nothing else. */
function breaks(name: string, changes: readonly Change[], expected: readonly RegExp[], story: Story = {}): void {
  test(name, () => {
    const all = told(judge(changes, story).violations);
    assert.equal(all.length, expected.length, all.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(all[index] ?? '', pattern);
  });
}

const allKinds: readonly Change[] = [
  opened(),
  held([0, 1]),
  extended(2, [0, 1], { at: 100 }),
  released(2, [0], [1], { at: 100 }),
  confirmed(2, [1], { at: 1_000 }),
  cancelled(5, [1], { at: 1_000 }),
  held([1, 2], { by: 'bob', at: 1_000 }),
  raised(1_500, 3_000),
  expired(7, [1, 2], { by: 'bob', at: 3_000 }),
];

breaks('a sound journal breaks nothing', allKinds, []);

test('a sound journal of places breaks nothing', () => {
  const confirmedPlaces = { ...confirmed(2, [], { totalMinor: 2_000 }), places: { area: 'floor', quantity: 1 } };
  const cancelledPlaces = { ...cancelled(4, []), places: { area: 'floor', quantity: 1 } };
  const story = [opened(), placesHeld(3), placesReleased(2, 2, 1), confirmedPlaces, cancelledPlaces];
  assert.deepStrictEqual(
    told(judge([...story, placesBlocked(10), placesBlocked(10, 'PlacesUnblocked')]).violations),
    [],
  );
});

breaks(
  '[I1] a seat is booked while a booking has it',
  [opened(), held([5]), confirmed(2, [5]), held([5], { by: 'bob' }), confirmed(4, [5], { by: 'bob' })],
  [/^I3@4 seat 5 is held while booking B1-3 has it/, /^I11@4/, /^I1@5 seat 5 is booked while booking B1-3 has it/],
);
breaks(
  '[I1] a booking is cancelled that is not live',
  [opened(), held([5]), cancelled(2, [5])],
  [/^I1@3 booking B1-2/],
);
breaks(
  '[I1] a booking is cancelled as if of another holder',
  [opened(), held([5]), confirmed(2, [5]), cancelled(3, [5], { by: 'bob' })],
  [/^I1@4 booking B1-3 is of seats 5 of ann/],
);

breaks('[I2] a confirm of no hold', [opened(), confirmed(9, [5])], [/^I2@2 hold H1-9 is not live/]);
breaks(
  "[I2] a confirm of another's hold",
  [opened(), held([5]), confirmed(2, [5], { by: 'bob' })],
  [/^I2@3 hold H1-2 belongs to ann, and not to bob/],
);
breaks(
  '[I2] a confirm of a part of the hold',
  [opened(), held([4, 5]), confirmed(2, [5])],
  [/^I2@3 hold H1-2 has seats 4,5, and not seats 5/],
);
breaks(
  '[I2] a confirm of what was given back before',
  [opened(), held([4, 5]), released(2, [4], [5]), confirmed(2, [4, 5])],
  [/^I2@4 hold H1-2 has seats 5, and not seats 4,5/],
);
breaks(
  '[I2] [I4] a confirm at the deadline itself',
  [opened(), held([5]), confirmed(2, [5], { at: 1_000 })],
  [/^I2@3 hold H1-2 ended 0 ms before/, /^I4@3 hold H1-2 has not ended, 0 ms after its time/],
);
breaks(
  '[I2] a confirm of a hold that has ended',
  [opened(), held([5]), revoked(2, [5]), confirmed(2, [5])],
  [/^I2@4 hold H1-2 is not live/],
);
breaks(
  '[I2] a confirm of a hold under the name of another epoch',
  [opened(), held([5]), { ...confirmed(2, [5]), holdEpoch: 2 } as Change],
  [/^I2@3 hold H2-2 is not live/, /^I3@3 seat 5 is booked while hold H1-2 has it/],
);

breaks(
  '[I3] [I11] a seat is held while another holds it',
  [opened(), held([4, 5]), held([5, 6], { by: 'bob' })],
  [/^I3@3 seat 5 is held while hold H1-2 has it/, /^I11@3 .* are 9 \+ 4 \+ 0 \+ 0 of 12/],
);
breaks(
  '[I3] a hold is taken over by the confirm of another',
  [opened(), held([4]), held([5], { by: 'bob' }), confirmed(2, [5])],
  [/^I2@4 hold H1-2 has seats 4/, /^I3@4 seat 5 is booked while hold H1-3 has it/, /^I11@4/],
);

breaks(
  '[I4] a hold ends twice',
  [opened(), held([5]), released(2, [5]), revoked(2, [5])],
  [/^I4@4 hold H1-2 is not live/],
);
breaks(
  '[I4] a seat leaves that the hold does not have',
  [opened(), held([5]), released(2, [6], [5])],
  [/^I4@3 hold H1-2 has seats 5; seats 6 leave, seats 5 and 0 places remain/],
);
breaks(
  '[I4] a hold ends without all its seats',
  [opened(), held([4, 5]), revoked(2, [4])],
  [/^I4@3 hold H1-2 has seats 4,5/],
);
breaks(
  '[I4] a release forgets a seat',
  [opened(), held([4, 5, 6]), released(2, [4], [5])],
  [/^I4@3 hold H1-2 has seats 4,5,6; seats 4 leave, seats 5/],
);
breaks(
  "[I4] a release of another's hold",
  [opened(), held([5]), released(2, [5], [], { by: 'bob' })],
  [/^I4@3 hold H1-2 belongs to ann, and not to bob/],
);
breaks(
  '[I4] places remain that the hold has not',
  [opened(), placesHeld(3), placesReleased(2, 1, 1)],
  [/^I4@3 hold H1-2 has 3 places of floor/],
);
breaks(
  '[I4] a hold outlives its deadline',
  [opened(), held([5]), held([6], { by: 'bob', at: 1_001 }), expired(2, [5], { at: 1_002 })],
  [/^I4@3 hold H1-2 has not ended, 1 ms after its time/],
);
breaks(
  '[I4] an extension moves the deadline, and no further',
  [
    opened(),
    held([5]),
    extended(2, [5], { at: 500 }),
    held([6], { by: 'bob', at: 1_499 }),
    held([7], { by: 'cid', at: 1_500 }),
  ],
  [/^I4@5 hold H1-2 has not ended, 0 ms after its time/],
);

breaks(
  '[I5] a hold expires before its deadline',
  [opened(), held([5]), expired(2, [5], { at: 999 })],
  [/^I5@3 hold H1-2 expires 1 ms before its deadline/],
);
breaks(
  '[I5] a hold expires before the deadline that a recovery gave it',
  [opened(), held([5]), raised(900, 1_200), expired(2, [5], { at: 1_100 })],
  [/^I5@4 hold H1-2 expires 100 ms before/],
);
breaks(
  '[I5] a hold gets less time than the event gives',
  [opened(), held([5], { ttlMs: 999 })],
  [/^I5@2 a hold gets 999 ms, and the event gives 1000/],
);
breaks(
  '[I5] an extension takes time away',
  [opened(), held([5]), raised(0, 5_000), extended(2, [5], { at: 10 })],
  [/^I5@4 an extended hold gets 1000 ms, having 4990/],
);
breaks(
  '[I5] actor time falls',
  [opened(), held([5], { at: 100 }), held([6], { by: 'bob', at: 99 })],
  [/^I5@3 actor time falls from 1000100 to 1000099/],
);

breaks(
  '[I6] a hold is not what its seats cost',
  [opened(), held([5, 6], { totalMinor: 6_999 }), placesHeld(2, { totalMinor: 1 })],
  [/^I6@2 the total is 6999, and the seats or places cost 7000/, /^I6@3 the total is 1, .* cost 4000/],
);

breaks(
  '[I7] a command takes effect twice',
  [opened(), held([5], { id: 'again-1' }), held([6], { id: 'again-1' })],
  [/^I7@3 command ann\/again-1 takes effect again: it did as change 2/],
);
breaks(
  "[I7] another holder's id is another id",
  [opened(), held([5], { id: 'again-1' }), held([6], { id: 'again-1', by: 'bob' })],
  [],
);

breaks('[I8] the epoch falls', [opened(), held([5]), held([6], { by: 'bob' })], [/^I8@3 the epoch falls from 4 to 3/], {
  epochs: [1, 4, 3],
});
breaks('[I8] the event is not opened in epoch 1', [opened()], [/^I8@1 the event was opened in epoch 2/], {
  epochs: [2],
});
breaks('[I8] the event is opened again', [opened(), opened()], [/^I8@2 the event is opened again/]);
breaks('[I8] [I13] change 1 opens no event', [held([5])], [/^I8@1 change 1 is SeatsHeld/, /^I13@1 .*opens no event/]);

test('[I8] a row is missing, or there twice', () => {
  const [first, second, third, ...others] = rowsOf(allKinds);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const without = checkEvent({ eventId: 'event-1', rows: [first, third, ...others] });
  assert.deepStrictEqual(told(without.violations), ['I8@2 changes 2 to 2 are missing']);
  assert.equal(without.entries, 1);
  const twice = checkEvent({ eventId: 'event-1', rows: [first, second, second, third, ...others] });
  assert.deepStrictEqual(told(twice.violations), ['I8@2 change 2 is there again']);
});

breaks(
  '[I9] a change names a seat twice, or none',
  [opened(), blocked([5, 5]), held([])],
  [/^I9@2 .*twice: 5,5/, /^I9@3 .*none/],
);

breaks(
  '[I11] a seat is held that the event has not',
  [opened(), held([12], { totalMinor: 0 })],
  [/^I11@2 the event has no seats 12/, /^I6@2/],
);
breaks(
  '[I11] a blocked seat is held',
  [opened(), blocked([5]), held([5])],
  [/^I11@3 seat 5 is held and was blocked/, /^I11@3/],
);
breaks(
  '[I11] a held seat is blocked',
  [opened(), held([5]), blocked([5])],
  [/^I11@3 seat 5 is blocked and was not free/, /^I11@3/],
);
breaks(
  '[I11] a seat is unblocked that was not blocked',
  [opened(), blocked([5], 'SeatsUnblocked')],
  [/^I11@2 seat 5 is unblocked/],
);
breaks(
  '[I11] an area is sold beyond its capacity',
  [opened(), placesBlocked(9), placesHeld(2)],
  [/^I11@3 held, booked and blocked places of floor are 2 \+ 0 \+ 9 of 10/],
);
breaks(
  '[I11] more places are unblocked than were blocked',
  [opened(), placesBlocked(1, 'PlacesUnblocked')],
  [/^I11@2 .* 0 \+ 0 \+ -1 of 10/],
);
breaks(
  '[I11] places of no area',
  [opened({}, false), placesHeld(1, { totalMinor: 0 })],
  [/^I6@2/, /^I11@2 .* of floor are 1 \+ 0 \+ 0 of 0/],
);

breaks('[I12] a hold has too many seats', [opened(), held([1, 2, 3, 4])], [/^I12@2 seats in a hold: 4, and at most 3/]);
breaks(
  '[I12] a holder has too many holds',
  [opened(), held([1]), held([2]), held([3])],
  [/^I12@4 live holds of a holder: 3, and at most 2/],
);
breaks(
  '[I12] a holder has too many seats, places and bookings included',
  [opened(), held([1, 2]), confirmed(2, [1, 2]), placesHeld(3), held([3])],
  [/^I12@5 seats of a holder: 6, and at most 5/],
);
breaks(
  '[I12] a hold is extended too often',
  [opened(), held([1]), extended(2, [1], { at: 1 }), extended(2, [1], { at: 2 })],
  [/^I12@4 extensions of hold H1-2: 2, and at most 1/],
);
breaks(
  '[I12] a hold before the sale',
  [opened({ onSaleAtMs: 1_000_100 }), held([1], { at: 99 })],
  [/^I12@2 seats are held 1 ms before/],
);
breaks(
  '[I12] holds and extensions after the sale, and none of it a confirm',
  [
    opened({ closesAtMs: 1_000_100 }),
    held([1], { at: 99 }),
    held([2], { at: 100 }),
    extended(2, [1], { at: 100 }),
    confirmed(2, [1], { at: 100 }),
  ],
  [/^I12@3 .* 0 ms after the sale closed/, /^I12@4/],
);

test('[I13] a damaged blob is told of, and nothing behind it is judged', () => {
  const rows = rowsOf([opened(), held([5]), held([5], { by: 'bob' })]);
  const [, damaged] = rows;
  assert.ok(damaged !== undefined);
  damaged.blob[9] = (damaged.blob[9] ?? 0) ^ 1;
  const { violations, entries, seq } = checkEvent({ eventId: 'event-1', rows });
  assert.deepStrictEqual(told(violations), [
    'I13@2 the journal cannot be read from change 2 on: the checksum is wrong',
  ]);
  assert.deepStrictEqual([entries, seq], [1, 3]);
});

test('violations are listed up to a limit, and counted beyond it', () => {
  const changes = [opened(), ...Array.from({ length: 30 }, () => blocked([5], 'SeatsUnblocked'))];
  const { violations, leftOut } = judge(changes, { perInvariantMax: 5 });
  assert.deepStrictEqual([violations.length, leftOut], [5, 25]);
});
