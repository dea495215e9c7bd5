import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsherError } from '../client/client.js';
import { codeNumbers } from '../protocol/codes.js';
import { formatMoney } from './money.js';
import { newOrderRef } from './order-ref.js';
import { groupName, namesOf, refusalWords, roughTime, seatName, takenWords, timeLeft } from './words.js';

const seat = { index: 0, label: '12', row: 'C', section: 'Stalls', category: 'c', accessible: null, x: 0, y: 0 };
const name = (index: number) => `Row C seat ${index}`;

test('a seat is named by row and label, and by section where there are several', () => {
  assert.equal(seatName(seat, false), 'Row C seat 12');
  assert.equal(seatName(seat, true), 'Stalls row C seat 12');
  assert.equal(seatName({ ...seat, row: '' }, false), 'Seat 12');
});

test('seats of one row are named together', () => {
  const next = { ...seat, index: 1, label: '13' };
  assert.equal(groupName([seat, next], true), 'Stalls row C seats 12 and 13');
  assert.equal(groupName([seat, next, { ...next, label: '15' }], false), 'Row C seats 12, 13 and 15');
  assert.equal(groupName([seat, { ...next, row: 'D' }], true), null);
  assert.equal(groupName([seat], true), null);
});

test('seats that someone else took are named, and what became of the others is said', () => {
  assert.equal(
    takenWords([12], true, name),
    'Row C seat 12 was just taken by someone else — your other seats are still selected.',
  );
  assert.equal(takenWords([1, 2], false, name), 'Row C seat 1 and Row C seat 2 were just taken by someone else.');
});

test('of many seats only the first are named', () => {
  assert.equal(namesOf([], name), '');
  assert.equal(namesOf([1, 2, 3], String), '1, 2 and 3');
  assert.equal(namesOf([1, 2, 3, 4, 5, 6], String), '1, 2, 3, 4 and 2 more');
});

test('time that is left is rounded up, so that 0:00 means over', () => {
  assert.equal(timeLeft(600_000), '10:00');
  assert.equal(timeLeft(59_001), '1:00');
  assert.equal(timeLeft(1), '0:01');
  assert.equal(timeLeft(-5), '0:00');
  assert.equal(roughTime(599_000), '10 minutes');
  assert.equal(roughTime(60_000), '60 seconds');
  assert.equal(roughTime(1_000), '1 second');
});

test('every code of the protocol is put in words, without its technical message where we have our own', () => {
  for (const code of Object.keys(codeNumbers)) {
    const error = new UsherError(isCode(code) ? code : 'busy', 'technical');
    for (const action of ['hold', 'holdBest', 'holdArea', 'extend', 'release', 'confirm'] as const) {
      assert.match(refusalWords(action, error), /^[A-Z].*[.l]$/, `${action} ${code}`);
    }
  }
  const expired = new UsherError('hold_ended', 'technical', { reason: 'expired' });
  assert.equal(refusalWords('confirm', expired), 'The time to confirm is over. What was held is free again.');
  assert.match(refusalWords('hold', new UsherError('not_on_sale', '', { retryAfterMs: 3_600_000 })), /in 60 minutes/);
});

test('money is shown in the minor units of its currency', () => {
  assert.equal(formatMoney(4500, 'EUR', 'en'), '€45.00');
  assert.equal(formatMoney(4500, 'JPY', 'en'), '¥4,500');
  assert.equal(formatMoney(4500, 'KWD', 'en').replace(/\s/, ' '), 'KWD 4.500');
});

test('an order is named by letters and digits that nobody confuses', () => {
  assert.match(newOrderRef(), /^WEB-[A-HJ-NP-Z2-9]{8}$/);
});

function isCode(code: string): code is keyof typeof codeNumbers {
  return code in codeNumbers;
}
