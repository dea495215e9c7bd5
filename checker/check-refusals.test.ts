import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../src/seatmap/change.js';
import type { CommandOp, Inputs, Operation, RefusalDetails } from './history.js';
import {
  blocked,
  confirmed,
  expired,
  extended,
  held,
  judge,
  opened,
  placesBlocked,
  placesHeld,
  released,
  told,
} from './testing/story.js';
import { ok, operation, refused, unknown } from './testing/told-operations.js';

/**
 * Of a refusal, called at 100 and answered at 110, when change `from` had been seen and the command of change `to + 1` was
 * not yet called.
 */
function refusal<O extends CommandOp>(
  op: O,
  input: Omit<Inputs[O], 'commandId'>,
  code: string,
  details: RefusalDetails = {},
): Operation {
  return operation(op, { commandId: 'refused-1', ...input } as Inputs[O], refused(code, details), {
    call: 100,
    client: 'ann',
  });
}

const sawUntil = (seq: number): Operation =>
  operation('myHolds', {}, ok([1, seq], { holds: [] }), { client: 'nobody', call: 98, return: 99 });
const notCalledYet = (commandId: string): Operation =>
  operation('hold', { commandId, seats: [0] }, unknown, { client: 'bob', call: 111 });

function judged(changes: readonly Change[], operations: readonly Operation[]): string[] {
  return told(judge(changes, { operations }).violations);
}

function right(name: string, changes: readonly Change[], ...operations: readonly Operation[]): void {
  test(`[I10] rightly refused: ${name}`, () => assert.deepStrictEqual(judged(changes, operations), []));
}

function wrong(name: string, expected: RegExp, changes: readonly Change[], ...operations: readonly Operation[]): void {
  test(`[I10] wrongly refused: ${name}`, () => {
    const all = judged(changes, operations);
    assert.equal(all.length, 1, all.join('\n'));
    assert.match(all[0] ?? '', expected);
    assert.match(all[0] ?? '', /^I10 /);
  });
}

// Seat 1 is bob's in change 2 and free again after 3; seat 2 in 4, for good.
const busySeats = [
  opened(),
  held([1], { by: 'bob', id: 'bob-hold' }),
  released(2, [1], [], { by: 'bob', id: 'bob-release' }),
  held([2], { by: 'bob', id: 'bob-later' }),
];
const taken = (seats: number[], details: RefusalDetails): Operation =>
  refusal('hold', { seats }, 'seat_taken', details);

right('a seat was taken at some moment', busySeats, taken([1], { seats: [1] }));
right('another was taken later', busySeats, taken([1, 2], { seats: [2] }));
wrong(
  'two seats were never taken at once',
  /at no moment were just the seats 1,2 of 1,2 taken/,
  busySeats,
  taken([1, 2], { seats: [1, 2] }),
);
wrong('the seat was free since before', /between changes 3 and 4/, busySeats, taken([1], { seats: [1] }), sawUntil(3));
wrong('the seat was not yet held', /between changes 1 and 1/, busySeats.slice(0, 2), taken([1], { seats: [1] }), {
  ...notCalledYet('bob-hold'),
  input: { commandId: 'bob-hold', seats: [1] },
} as Operation);
wrong('it lists a seat that was not asked for', /lists none of the seats/, busySeats, taken([1], { seats: [2] }));
wrong('it lists no seat', /lists none of the seats/, busySeats, taken([1], {}));
wrong(
  'it keeps quiet about a seat',
  /just the seats 2 of 2,3 taken/,
  [...busySeats, blocked([3])],
  taken([2, 3], { seats: [2] }),
  sawUntil(5),
);
right(
  'what it offers was free',
  busySeats,
  taken([2, 3], {
    seats: [2],
    alternatives: [
      [0, 1],
      [7, 8],
    ],
  }),
);
wrong(
  'what it offers was taken',
  /while 1,2 were free/,
  busySeats,
  taken([1, 0], { seats: [1], alternatives: [[1, 2]] }),
);
wrong(
  'it offers too few',
  /it offers seats 5 for as many as 2/,
  busySeats,
  taken([2, 3], { seats: [2], alternatives: [[5]] }),
);
wrong(
  'only a hold of seats can be so refused',
  /an? extend names no seats/,
  busySeats,
  refusal('extend', { holdId: 'H1-2' }, 'seat_taken'),
);

const fullFloor = [opened(), placesBlocked(8)];
const ofFloor = (quantity: number): Operation => refusal('holdArea', { area: 'floor', quantity }, 'not_available');
right('too few places', fullFloor, ofFloor(3));
right('too few places, not yet seen', fullFloor, ofFloor(10));
wrong('enough places', /floor always had 2 free places/, fullFloor, ofFloor(2));

const almostFull = [opened(), blocked([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])];
const best = (quantity: number, together = false): Operation =>
  refusal('holdBest', { quantity, together }, 'not_available');
right('too few seats anywhere', almostFull, best(3));
wrong('two seats, apart', /always 2 free seats/, almostFull, best(2));
right('nobody knows whether two seats are side by side', almostFull, best(2, true));

// Seats 1 to 3 and a second hold make ann's holds full; five seats are her most.
const fullHolder = [opened(), held([1, 2]), held([3]), extended(2, [1, 2], { at: 1 })];
const limited = (op: 'hold' | 'holdBest', quantity: number): Operation =>
  op === 'hold'
    ? refusal('hold', { seats: Array.from({ length: quantity }, (_, index) => 6 + index) }, 'limit_exceeded')
    : refusal('holdBest', { quantity }, 'limit_exceeded');
right('a hold of too many seats', [opened()], limited('hold', 4));
right('too many holds', fullHolder, limited('hold', 1));
right('too many seats of a holder', [opened(), held([1, 2, 3]), confirmed(2, [1, 2, 3])], limited('holdBest', 3));
wrong(
  'room for one more',
  /never at a limit with 2 more/,
  [opened(), held([1, 2, 3]), confirmed(2, [1, 2, 3])],
  limited('holdBest', 2),
);
right('a hold that was extended', fullHolder, refusal('extend', { holdId: 'H1-2' }, 'limit_exceeded'));
wrong('a hold that was not', /extended 0 times/, fullHolder, refusal('extend', { holdId: 'H1-3' }, 'limit_exceeded'));
wrong(
  'confirms have no limit',
  /no limit to a confirm/,
  fullHolder,
  refusal('confirm', { holdId: 'H1-2', orderRef: 'o' }, 'limit_exceeded'),
);

const early = [
  opened({ onSaleAtMs: 1_000_100, closesAtMs: 1_000_300 }),
  blocked([9]),
  held([8], { by: 'bob', at: 200, id: 'bob-hold' }),
];
const notOnSale = (op: 'hold' | 'extend' = 'hold'): Operation =>
  op === 'hold' ? refusal('hold', { seats: [1] }, 'not_on_sale') : refusal('extend', { holdId: 'H1-3' }, 'not_on_sale');
right('before the sale', early, notOnSale());
right('after it, as far as anybody knows', early, notOnSale(), sawUntil(3));
wrong(
  'during it',
  /the event was on sale/,
  [...early, held([7], { by: 'cid', at: 250, id: 'cid-hold' })],
  notOnSale(),
  sawUntil(3),
  { ...notCalledYet('cid-hold'), client: 'cid', input: { commandId: 'cid-hold', seats: [7] } } as Operation,
);
wrong('always', /the event was on sale/, [opened()], notOnSale());

const ended = [opened(), held([1]), expired(2, [1]), held([2], { at: 1_000 }), confirmed(4, [2], { at: 1_000 })];
const holdEnded = (op: 'extend' | 'confirm', holdId: string, reason: string): Operation =>
  op === 'extend'
    ? refusal('extend', { holdId }, 'hold_ended', { reason })
    : refusal('confirm', { holdId, orderRef: 'o' }, 'hold_ended', { reason });
right('the hold had expired', ended, holdEnded('confirm', 'H1-2', 'expired'));
right('the hold was confirmed', ended, holdEnded('extend', 'H1-4', 'confirmed'));
wrong('another reason', /the hold was expired, and not revoked/, ended, holdEnded('extend', 'H1-2', 'revoked'));
wrong('a live hold', /the hold was live/, ended.slice(0, 2), holdEnded('extend', 'H1-2', 'expired'));
wrong(
  "another's hold",
  /never had such a hold/,
  [opened(), held([1], { by: 'bob' })],
  holdEnded('extend', 'H1-2', 'expired'),
);
wrong('a confirm of what is confirmed', /gives the booking/, ended, holdEnded('confirm', 'H1-4', 'confirmed'));

const mine = [opened(), held([1, 2]), placesHeld(2)];
const unknownHold = (input: Omit<Inputs['release'], 'commandId'>): Operation =>
  refusal('release', input, 'unknown_hold');
right('no such hold', mine, unknownHold({ holdId: 'H1-9', seats: null }));
right("another holder's hold", [opened(), held([1], { by: 'bob' })], unknownHold({ holdId: 'H1-2', seats: null }));
right('a hold that may not have been made yet', mine, unknownHold({ holdId: 'H1-2', seats: null }));
wrong("one's own", /the holder had the hold/, mine, unknownHold({ holdId: 'H1-2', seats: null }), sawUntil(3));
right('a seat that it does not have', mine, unknownHold({ holdId: 'H1-2', seats: [3] }), sawUntil(3));
wrong(
  'a seat that it has',
  /with all that was asked of it/,
  mine,
  unknownHold({ holdId: 'H1-2', seats: [2] }),
  sawUntil(3),
);
right('more places than it has', mine, unknownHold({ holdId: 'H1-3', seats: null, quantity: 3 }), sawUntil(3));
wrong('as many as it has', /with all/, mine, unknownHold({ holdId: 'H1-3', seats: null, quantity: 2 }), sawUntil(3));

right('a seat that is not in the chart', mine, refusal('hold', { seats: [11, 12] }, 'unknown_seat', { seats: [12] }));
wrong(
  'a seat that is',
  /the event has all the seats/,
  mine,
  refusal('hold', { seats: [11] }, 'unknown_seat', { seats: [11] }),
);
wrong(
  'another seat than the unknown one',
  /seats 12 are the unknown/,
  mine,
  refusal('hold', { seats: [11, 12] }, 'unknown_seat', { seats: [11] }),
);
right('no such area', mine, refusal('holdArea', { area: 'nowhere', quantity: 1 }, 'unknown_area'));
wrong(
  'such an area',
  /the event has the area/,
  mine,
  refusal('holdArea', { area: 'box', quantity: 1 }, 'unknown_area'),
);
right(
  'places of a hold of seats',
  mine,
  refusal('release', { holdId: 'H1-2', seats: null, quantity: 1 }, 'unknown_area'),
);
wrong(
  'places of a hold of places',
  /the hold is of an area/,
  mine,
  refusal('release', { holdId: 'H1-3', seats: null, quantity: 1 }, 'unknown_area'),
);
wrong('an event that is there', /there is the event/, mine, refusal('hold', { seats: [5] }, 'unknown_event'));

const confirm = (by?: 'server'): Operation =>
  refusal('confirm', { holdId: 'H1-2', orderRef: 'o', ...(by === undefined ? {} : { by }) }, 'forbidden');
wrong('a holder who may confirm', /holders may confirm/, mine, confirm());
right('a holder who may not', [opened({ confirmBy: 'server' })], confirm());
right('a server, nobody knows why', mine, confirm('server'));

const used = [opened(), held([1], { id: 'refused-1' })];
right('an id that stood for something else', used, refusal('hold', { seats: [3] }, 'idempotency_mismatch'));
wrong(
  'an id that stood for nothing',
  /had stood for nothing before/,
  mine,
  refusal('hold', { seats: [3] }, 'idempotency_mismatch'),
);
right(
  'too busy, whatever the event was',
  mine,
  refusal('hold', { seats: [3] }, 'busy'),
  refusal('hold', { seats: [3] }, 'slow_down'),
);
