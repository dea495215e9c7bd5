import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as holds, integer, property } from 'fast-check';
import { TokenBucket } from './token-bucket.js';

test('in no stretch of time do more pass than the burst and what the rate gives', () => {
  holds(
    property(array(integer({ min: 0, max: 300 }), { maxLength: 200 }), (gapsMs) => {
      const bucket = new TokenBucket(20, 40, 0);
      const passedAtMs: number[] = [];
      let nowMs = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (bucket.take(nowMs)) passedAtMs.push(nowMs);
      }
      for (const [from, startMs] of passedAtMs.entries()) {
        for (const [to, endMs] of passedAtMs.entries()) {
          if (to >= from) assert.ok(to - from + 1 <= 40 + ((endMs - startMs) * 20) / 1000 + 1e-6);
        }
      }
    }),
  );
});

test('after a refusal the next passes when it says, and not earlier', () => {
  const bucket = new TokenBucket(20, 2, 0);
  assert.deepEqual([bucket.take(0), bucket.take(0), bucket.take(0)], [true, true, false]);
  const waitMs = bucket.retryAfterMs();
  assert.equal(waitMs, 50);
  assert.equal(bucket.take(waitMs - 1), false);
  assert.equal(bucket.take(waitMs), true);
});
