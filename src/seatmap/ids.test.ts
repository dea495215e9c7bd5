import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { bookingIdOf, holdIdOf, madeBy } from './ids.js';

/** Epochs and seqs count from 1. */
const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

test('an id leads back to the change that made it, and fits the protocol’s shape', () => {
  fc.assert(
    fc.property(number, number, (epoch, seq) => {
      assert.match(holdIdOf(epoch, seq), /^[A-Za-z0-9_-]{1,64}$/);
      assert.deepEqual(madeBy('H', holdIdOf(epoch, seq)), { epoch, seq });
      assert.deepEqual(madeBy('B', bookingIdOf(epoch, seq)), { epoch, seq });
      assert.equal(madeBy('B', holdIdOf(epoch, seq)), null);
      assert.equal(madeBy('H', bookingIdOf(epoch, seq)), null);
    }),
  );
});

test('text that is no id leads nowhere', () => {
  const texts = [
    '',
    'H',
    'H-',
    'H1-',
    'H-1',
    'H1',
    '1-1',
    'H1-1 ',
    ' H1-1',
    'H1-1\n',
    'h1-1',
    'HA-1',
    'H1_1',
    'H1-1-1',
    'H1--1',
    'HH1-1',
    'H01-1',
    'H1-01',
    'H1-0',
  ];
  for (const text of [...texts, `H1-${'z'.repeat(11)}`, `H1-${'1'.repeat(12)}`])
    assert.equal(madeBy('H', text), null, text);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const made = madeBy('H', text);
      assert.ok(made === null || Number.isSafeInteger(made.epoch + made.seq));
    }),
  );
});
