import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MailClass, Mailbox } from './mailbox.js';

function fill(mailbox: Mailbox<MailClass>, mailClass: MailClass): number {
  let taken = 0;
  while (mailbox.offer(mailClass, mailClass)) taken += 1;
  return taken;
}

test('as the mailbox fills, browse, then hold, then release are refused; confirm is last', () => {
  const mailbox = new Mailbox<MailClass>(100);
  assert.equal(fill(mailbox, 'browse'), 50);
  assert.equal(fill(mailbox, 'browse'), 0);
  assert.equal(fill(mailbox, 'hold'), 20);
  assert.equal(fill(mailbox, 'release'), 20);
  assert.equal(fill(mailbox, 'hold'), 0);
  assert.equal(fill(mailbox, 'confirm'), 10);
  assert.equal(fill(mailbox, 'confirm'), 0);
  assert.equal(mailbox.length, 100);
});

test('what was taken in comes out first in, first out, and makes room again', () => {
  const mailbox = new Mailbox<number>(3_000);
  for (let n = 0; n < 3_000; n += 1) assert.ok(mailbox.offer(n, 'confirm'));
  for (let n = 0; n < 2_500; n += 1) assert.equal(mailbox.shift(), n);
  for (let n = 3_000; n < 5_000; n += 1) assert.ok(mailbox.offer(n, 'confirm'));
  for (let n = 2_500; n < 4_000; n += 1) assert.equal(mailbox.shift(), n);
  assert.deepEqual(
    mailbox.drain(),
    Array.from({ length: 1_000 }, (_, i) => 4_000 + i),
  );
  assert.equal(mailbox.shift(), undefined);
});
