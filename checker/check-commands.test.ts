import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../src/seatmap/change.js';
import type { Operation } from './history.js';
import {
  confirmed,
  expired,
  extended,
  held,
  judge,
  opened,
  placesHeld,
  placesReleased,
  released,
  type Story,
  told,
} from './testing/story.js';
import { ok, operation, refused, unknown } from './testing/told-operations.js';

/** Histories of commands that break one rule each: what must be told of them, and nothing else. */
function breaks(
  name: string,
  changes: readonly Change[],
  operations: readonly Operation[],
  expected: readonly RegExp[],
  story: Story = {},
): void {
  test(name, () => {
    const all = told(judge(changes, { operations, clockToleranceMs: 0, ...story }).violations);
    assert.equal(all.length, expected.length, all.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(all[index] ?? '', pattern);
  });
}

/** Seats 4 and 5 are held, extended, given back in part, and confirmed; two of three places are given back. */
const changes = [
  opened(),
  held([4, 5], { id: 'hold-1' }),
  extended(2, [4, 5], { id: 'extend-1' }),
  released(2, [4], [5], { id: 'release-1' }),
  confirmed(2, [5], { id: 'confirm-1' }),
  placesHeld(3, { id: 'area-1' }),
  { ...placesReleased(6, 2, 1), identity: { holderId: 'ann', commandId: 'release-2', payloadHash: 1 } } as Change,
];
const money = { totalMinor: 10_000, currency: 'EUR' };
const holdBody = { holdId: 'H1-2', seats: [4, 5], expiresInMs: 990, ...money };
const hold = operation('hold', { commandId: 'hold-1', seats: [4, 5] }, ok([1, 2], holdBody), { call: 0 });
const confirmBody = { bookingId: 'B1-5', seats: [5], totalMinor: 5_000, currency: 'EUR' };
const confirm = operation(
  'confirm',
  { commandId: 'confirm-1', holdId: 'H1-2', orderRef: 'order' },
  ok([1, 5], confirmBody),
  { call: 60 },
);
const sound = [
  hold,
  operation('extend', { commandId: 'extend-1', holdId: 'H1-2' }, ok([1, 3], holdBody), { call: 20 }),
  operation(
    'release',
    { commandId: 'release-1', holdId: 'H1-2', seats: [4] },
    ok([1, 4], { holdId: 'H1-2', seats: [4], remaining: [5] }),
    { call: 40 },
  ),
  confirm,
  operation('confirm', { commandId: 'confirm-2', holdId: 'H1-2', orderRef: 'later' }, ok([1, 5], confirmBody), {
    call: 80,
  }),
  operation(
    'holdArea',
    { commandId: 'area-1', area: 'floor', quantity: 3 },
    ok([1, 6], {
      holdId: 'H1-6',
      seats: [],
      area: 'floor',
      quantity: 3,
      expiresInMs: 0,
      totalMinor: 6_000,
      currency: 'EUR',
    }),
    { call: 100 },
  ),
  operation(
    'release',
    { commandId: 'release-2', holdId: 'H1-6', seats: null, quantity: 2 },
    ok([1, 7], { holdId: 'H1-6', seats: [], remaining: [], area: 'floor', quantity: 2, remainingQuantity: 1 }),
    { call: 120 },
  ),
];
breaks('a sound history of each command breaks nothing', changes, sound, [], { isComplete: true });

function answered(position: readonly [number, number], body: object): Operation {
  return operation('hold', { commandId: 'hold-1', seats: [4, 5] }, ok(position, body), { call: 0 });
}

breaks(
  '[I6] what was accepted is not in the journal',
  changes.slice(0, 1),
  [hold],
  [/^I6@2 change 2 is not in the journal, which ends at 1: hold hold-1 of ann/],
);
breaks('[I6] an answer is of another epoch', changes, [answered([2, 2], holdBody)], [/^I6@2 .* in epoch 1, and not 2/]);
breaks(
  '[I6] an answer is of a change that another command made',
  changes,
  [answered([1, 5], holdBody)],
  [/^I6@5 change 5 was asked for by command confirm-1 of ann/],
);
breaks(
  '[I6] an answer is of a change that another holder made',
  [opened(), held([4, 5], { id: 'hold-1', by: 'bob' })],
  [hold],
  [/^I6@2 change 2 was asked for by command hold-1 of bob/],
);
for (const [field, value] of Object.entries({
  holdId: 'H1-3',
  seats: [4],
  area: 'floor',
  totalMinor: 9_999,
  currency: 'USD',
})) {
  breaks(
    `[I6] an answer has another ${field}`,
    changes,
    [answered([1, 2], { ...holdBody, [field]: value })],
    [new RegExp(`^I6@2 the answer says ${field} `)],
  );
}
breaks(
  '[I6] an answer is nothing at all',
  changes,
  [answered([1, 2], [])],
  [/holdId/, /seats/, /totalMinor/, /currency/],
);
breaks(
  '[I6] a confirm is answered with the booking of another hold',
  changes,
  [operation('confirm', { commandId: 'confirm-2', holdId: 'H1-6', orderRef: 'order' }, ok([1, 5], confirmBody))],
  [/^I6@5 change 5 was asked for by command confirm-1/],
);
breaks(
  '[I6] a confirm has another order than was asked for',
  changes,
  [operation('confirm', { commandId: 'confirm-1', holdId: 'H1-2', orderRef: 'mine' }, ok([1, 5], confirmBody))],
  [/^I6@5 the order is order, and not mine/],
);
breaks(
  '[I6] a command touches another hold than it names',
  changes,
  [operation('extend', { commandId: 'extend-1', holdId: 'H1-6' }, unknown)],
  [/^I6@3 hold H1-6 was meant, and H1-2 was touched/],
);
breaks(
  '[I6] [I9] the best seats are too few, or not of the category that was asked for',
  [opened(), held([6], { id: 'best-1' }), held([7], { id: 'best-2' })],
  [
    operation('holdBest', { commandId: 'best-1', quantity: 1, categories: ['dear'] }, unknown),
    operation('holdBest', { commandId: 'best-2', quantity: 2, categories: ['cheap'] }, unknown),
  ],
  [/^I6@2 seat 6 is of category cheap/, /^I9@3 /],
);

breaks(
  '[I7] a refused command took effect',
  changes.slice(0, 2),
  [operation('hold', { commandId: 'hold-1', seats: [4, 5] }, refused('busy'))],
  [/^I7@2 a command was refused and made change 2: ann\/hold-1: busy/],
);
breaks(
  '[I7] a command that was refused once, and whose repeat was not, breaks nothing',
  changes.slice(0, 2),
  [operation('hold', { commandId: 'hold-1', seats: [4, 5] }, refused('busy'), { call: -20 }), hold],
  [],
);
breaks(
  '[I7] a command that was accepted is refused when it is repeated',
  changes.slice(0, 2),
  [
    hold,
    operation('hold', { commandId: 'hold-1', seats: [4, 5] }, refused('seat_taken', { seats: [4, 5] }), { call: 20 }),
  ],
  [/^I7@2 a command that had been accepted as change 2 was refused, seat_taken/],
);
breaks(
  '[I7] a repeat is taken for another command',
  changes.slice(0, 2),
  [hold, operation('hold', { commandId: 'hold-1', seats: [4, 5] }, refused('idempotency_mismatch'), { call: 20 })],
  [/^I7@2 a repeat was taken for another command/],
);
breaks(
  '[I7] another wish under the same id is refused, and breaks nothing',
  changes.slice(0, 2),
  [hold, operation('hold', { commandId: 'hold-1', seats: [5] }, refused('idempotency_mismatch'), { call: 20 })],
  [],
);
breaks(
  '[I7] something happened that nobody asked for',
  changes.slice(0, 3),
  [hold],
  [/^I7@3 nobody sent the command of change 3: ann\/extend-1/],
  { isComplete: true },
);

breaks(
  '[I9] an unknown command did a part of what was asked for',
  [opened(), held([4], { id: 'hold-1' }), placesHeld(2, { id: 'area-1' }), released(2, [4], [], { id: 'release-1' })],
  [
    operation('hold', { commandId: 'hold-1', seats: [4, 5] }, unknown, { return: null }),
    operation('holdArea', { commandId: 'area-1', area: 'floor', quantity: 3 }, unknown),
    operation('release', { commandId: 'release-1', holdId: 'H1-2', seats: [4, 5] }, unknown),
  ],
  [/^I9@2 .*"seats":\[4,5\].* was asked for, and 4 came of it/, /^I9@3 .* 2 places of floor came of it/, /^I9@4/],
);
breaks(
  '[I9] a release of the whole hold leaves something',
  changes,
  [operation('release', { commandId: 'release-1', holdId: 'H1-2', seats: null }, unknown)],
  [/^I9@4 /],
);

breaks(
  '[I10] a change is seen before the command of an earlier one was called',
  [opened(), held([4], { id: 'hold-1' }), held([5], { id: 'hold-2' })],
  [
    operation('myHolds', {}, ok([1, 3], { holds: [] }), { call: 1, return: 5, client: 'bob' }),
    operation('hold', { commandId: 'hold-1', seats: [4] }, unknown, { call: 6 }),
  ],
  [/^I10@2 change 3 was seen by myHolds of bob .* before the command of change 2 was called: hold hold-1/],
);
breaks(
  '[I8] a command was called after the answer to another, and comes before it in the journal',
  [opened(), held([4], { id: 'hold-1' }), held([5], { id: 'hold-2' })],
  [
    operation(
      'hold',
      { commandId: 'hold-2', seats: [5] },
      ok([1, 3], { holdId: 'H1-3', seats: [5], expiresInMs: 1, totalMinor: 5_000, currency: 'EUR' }),
      { call: 0, return: 5 },
    ),
    operation('hold', { commandId: 'hold-1', seats: [4] }, unknown, { call: 6 }),
  ],
  [/^I8@2 change 3 was seen by hold hold-2/],
);
breaks(
  '[I8] own holds are read as they were before what had been answered',
  [opened(), held([4, 5], { id: 'hold-1' })],
  [hold, operation('myHolds', {}, ok([1, 1], { holds: [] }), { call: 11 })],
  [/^I8 change 2 was seen before, and change 1 is told of by myHolds/],
);
for (const [name, sockets, expected] of [
  [
    'the commands of one socket are decided in another order than sent',
    [7, 7],
    [/^I8@2 change 2 comes before change 3/],
  ],
  ['those of two sockets may be', [7, 8], []],
] as const) {
  breaks(
    `[I8] ${name}`,
    [opened(), held([5], { id: 'hold-2' }), held([4], { id: 'hold-1' })],
    [
      operation('hold', { commandId: 'hold-1', seats: [4] }, unknown, { call: 0, socket: sockets[0] }),
      operation('hold', { commandId: 'hold-2', seats: [5] }, unknown, { call: 1, socket: sockets[1] }),
    ],
    expected,
  );
}

breaks(
  '[I5] a hold ended before the time that a client was promised',
  [...changes.slice(0, 2), expired(2, [4, 5])],
  [hold, operation('myHolds', {}, ok([1, 3], { holds: [] }), { call: 980, return: 989 })],
  [/^I5@3 a hold ended 1 ms before the time promised to hold hold-1/],
);
breaks(
  '[I5] seen when the promised time is over, it breaks nothing',
  [...changes.slice(0, 2), expired(2, [4, 5])],
  [hold, operation('myHolds', {}, ok([1, 3], { holds: [] }), { call: 980, return: 990 })],
  [],
);
breaks(
  '[I5] a refusal says that a hold expired before the promised time',
  [...changes.slice(0, 2), expired(2, [4, 5])],
  [
    hold,
    operation('extend', { commandId: 'extend-9', holdId: 'H1-2' }, refused('hold_ended', { reason: 'expired' }), {
      call: 900,
    }),
  ],
  [/^I5@2 hold H1-2 is said to have expired 80 ms early/],
);
breaks(
  '[I5] more time is promised than a hold has',
  changes.slice(0, 2),
  [answered([1, 2], { ...holdBody, expiresInMs: 1_001 })],
  [/^I5@2 1001 ms are promised of a hold that had 1000 ms/],
);

breaks(
  '[I12] a holder confirms where only a server may',
  [opened({ confirmBy: 'server' }), ...changes.slice(1, 5)],
  [confirm],
  [/^I12@5 a holder confirmed where only a server may/],
);
breaks(
  '[I12] where a server confirms, nothing is broken',
  [opened({ confirmBy: 'server' }), ...changes.slice(1, 5)],
  [{ ...confirm, input: { ...confirm.input, by: 'server' } } as Operation],
  [],
);

test('[I6] there is no such event, and somebody was told of it', () => {
  const strangers = operation('hold', { commandId: 'hold-9', seats: [1] }, refused('unknown_event'));
  assert.deepStrictEqual(told(judge([], { operations: [strangers] }).violations), []);
  assert.deepStrictEqual(told(judge([], { operations: [hold] }).violations), [
    'I6 there is no event, and process 1 was answered ok',
  ]);
});
