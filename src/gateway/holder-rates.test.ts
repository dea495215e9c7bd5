import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as holds, array, constantFrom, integer, property, record } from 'fast-check';
import { HolderRates } from './holder-rates.js';
import { TokenBucket } from './token-bucket.js';

test('each holder has a rate of his own, with a burst of twice that', () => {
  const rates = new HolderRates(2);
  for (let i = 0; i < 4; i += 1) assert.equal(rates.take('anna', 0), 0);
  assert.equal(rates.take('anna', 0), 500);
  assert.equal(rates.take('otto', 0), 0);
  assert.equal(rates.take('anna', 250), 250);
  assert.equal(rates.take('anna', 500), 0);
});

test('forgetting the full ones changes nothing (against buckets that are kept for ever)', () => {
  const step = record({ holder: constantFrom('a', 'b', 'c'), afterMs: integer({ min: 0, max: 3000 }) });
  holds(
    property(integer({ min: 1, max: 50 }), array(step, { maxLength: 100 }), (perSecond, steps) => {
      const rates = new HolderRates(perSecond);
      const kept = new Map<string, TokenBucket>();
      let nowMs = 0;
      for (const { holder, afterMs } of steps) {
        nowMs += afterMs;
        const bucket = kept.get(holder) ?? new TokenBucket(perSecond, perSecond * 2, nowMs);
        kept.set(holder, bucket);
        assert.equal(rates.take(holder, nowMs) === 0, bucket.take(nowMs));
      }
    }),
  );
});

test('no more are kept than holders who asked within two seconds', () => {
  const rates = new HolderRates(20);
  for (let holder = 0; holder < 1000; holder += 1) rates.take(`holder-${holder}`, holder);
  assert.equal(rates.count, 1000);
  rates.take('holder-999', 2500);
  assert.equal(rates.count, 499);
  rates.take('anna', 10_000);
  assert.equal(rates.count, 1);
});
