import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import { test } from 'node:test';
import { median, percentiles } from './measurement.js';

test('the median is the middle, or the mean of the two in the middle', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([]), 0);
});

function near(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) <= expected / 100, `${value} is not near ${expected}`);
}

test('percentiles are told in milliseconds', () => {
  const histogramUs = createHistogram();
  for (let i = 1; i <= 1000; i++) histogramUs.record(i * 10);
  const { p50, p99, p999, max } = percentiles(histogramUs);
  near(p50, 5);
  near(p99, 9.9);
  near(p999, 9.99);
  near(max, 10);
});

test('nothing recorded is no latency', () => {
  assert.deepEqual(percentiles(createHistogram()), { p50: 0, p99: 0, p999: 0, max: 0 });
});
