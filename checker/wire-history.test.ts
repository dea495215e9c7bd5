import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from './history.js';
import { parseOperation } from './history-line.js';
import { WireHistory } from './wire-history.js';

const welcome = [1, 1, { holderId: 'ann' }];
const where = { process: 7, socket: 1, client: 'ann', eventId: 'event-1' };

/** A socket that has been welcomed, and what it told. */
function socket(): { readonly history: WireHistory; readonly told: Operation[] } {
  const told: Operation[] = [];
  const history = new WireHistory(7, (operation) => told.push(operation));
  history.came(welcome, 0);
  return { history, told };
}

test('each command is told with what it asks for, and each line can be read', () => {
  const { history, told } = socket();
  const frames: readonly (readonly unknown[])[] = [
    [2, 1, 'event-1', [1, 3]],
    [10, 2, 'event-1', 'c-hold', [0, 1], 'more that newer clients say'],
    [11, 3, 'event-1', 'c-best', { quantity: 2, together: false }],
    [12, 4, 'event-1', 'c-extend', 'H1-2'],
    [13, 5, 'event-1', 'c-release', 'H1-2', [1]],
    [13, 6, 'event-1', 'c-places', 'H1-2', null, 3],
    [14, 7, 'event-1', 'c-confirm', 'H1-2', { orderRef: 'order' }],
    [15, 8, 'event-1', 'c-area', { area: 'floor', quantity: 3 }],
    [16, 9, 'event-1'],
  ];
  for (const frame of frames) history.sending(frame, 10);
  for (const [, reqId] of frames) history.came([4, reqId, [1, 5], { seats: [] }], 12);
  assert.deepStrictEqual(
    told.map(({ op, input }) => [op, input]),
    [
      ['subscribe', { position: [1, 3] }],
      ['hold', { commandId: 'c-hold', seats: [0, 1] }],
      ['holdBest', { commandId: 'c-best', quantity: 2, together: false }],
      ['extend', { commandId: 'c-extend', holdId: 'H1-2' }],
      ['release', { commandId: 'c-release', holdId: 'H1-2', seats: [1] }],
      ['release', { commandId: 'c-places', holdId: 'H1-2', seats: null, quantity: 3 }],
      ['confirm', { commandId: 'c-confirm', holdId: 'H1-2', orderRef: 'order' }],
      ['holdArea', { commandId: 'c-area', area: 'floor', quantity: 3 }],
      ['myHolds', {}],
    ],
  );
  for (const operation of told) {
    assert.deepEqual({ ...operation, ...where, call: 10, return: 12 }, operation);
    assert.deepEqual(operation.output, { ok: { position: [1, 5], body: { seats: [] } } });
    assert.deepEqual(parseOperation(JSON.stringify(operation)), operation);
  }
});

test('a refusal is told by its name; unavailable and a lost socket are unknown', () => {
  const { history, told } = socket();
  for (const reqId of [1, 2, 3]) history.sending([10, reqId, 'event-1', `c-${reqId}`, [reqId]], reqId);
  history.came([5, 2, '409 seat_taken', 'Cannot …', { seats: [2] }], 20);
  history.came([5, 1, '503 unavailable', 'Cannot …', { retryAfterMs: 50 }], 21);
  history.came([5, 1, '503 unavailable', 'a second answer', {}], 22);
  assert.equal(history.underWay().length, 1);
  history.closed();
  assert.equal(history.underWay().length, 0);
  assert.deepStrictEqual(
    told.map(({ input, return: returned, output }) => [input, returned, output]),
    [
      [{ commandId: 'c-2', seats: [2] }, 20, { refused: { code: 'seat_taken', details: { seats: [2] } } }],
      [{ commandId: 'c-1', seats: [1] }, 21, { unknown: true }],
      [{ commandId: 'c-3', seats: [3] }, null, { unknown: true }],
    ],
  );
});

test('what comes unasked is told at the moment at which it came', () => {
  const { history, told } = socket();
  history.came([2, 'event-1', [1, 4], 5, Uint8Array.of(0x1b, 0x02), [['floor', 1, 2, 3, 4]]], 30);
  history.came([3, 'event-1', 2, 4, 6, [3, 1], []], 31);
  history.came([6, 'event-1', [1, 7], 'H1-2', 'expired', [], 'floor', 2], 32);
  history.came([9, 'event-1', [1, 8], { holdId: 'H1-8', seats: [3] }], 33);
  history.came([7, 'draining', {}], 34);
  assert.deepStrictEqual(
    told.map(({ op, call, return: returned, output }) => [op, call, returned, output]),
    [
      [
        'snapshot',
        30,
        30,
        { ok: { position: [1, 4], body: { seatCount: 5, states: 'GwI=', areas: [['floor', 1, 2, 3, 4]] } } },
      ],
      ['delta', 31, 31, { ok: { position: [2, 6], body: { fromSeq: 4, seats: [3, 1], areas: [] } } }],
      [
        'holdEnded',
        32,
        32,
        {
          ok: { position: [1, 7], body: { holdId: 'H1-2', reason: 'expired', seats: [], area: 'floor', quantity: 2 } },
        },
      ],
      ['holdChanged', 33, 33, { ok: { position: [1, 8], body: { holdId: 'H1-8', seats: [3] } } }],
    ],
  );
});

test('what is no command, or nobody’s, is not told', () => {
  const told: Operation[] = [];
  const history = new WireHistory(7, (operation) => told.push(operation));
  history.sending([10, 1, 'event-1', 'c-early', [1]], 1);
  history.came(welcome, 2);
  for (const frame of [
    [4, 2],
    [10, 3, 'event-1', 'c-bad', ['x']],
    [10, 4, 17, 'c-bad', [1]],
    [99, 5],
    [13, 6, 'event-1'],
  ])
    history.sending(frame, 3);
  for (const reqId of [1, 2, 3, 4, 5, 6]) history.came([5, reqId, '400 bad_frame', 'Cannot …', {}], 4);
  history.closed();
  assert.deepStrictEqual(told, []);
});
