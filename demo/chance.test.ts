import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../src/sim/seeded-random.js';
import { chance, pickOne, pickWeighted, thinkingMs } from './chance.js';

const draws = 20_000;

test('thinking times: half of them below the median, none negative, none longer than eight medians', () => {
  const random = seededRandom(1);
  const times = Array.from({ length: draws }, () => thinkingMs(random, 1_000)).sort((a, b) => a - b);
  const median = times[draws / 2] ?? 0;
  assert.ok(median > 950 && median < 1_050, `the median is ${median}`);
  assert.ok((times[0] ?? 0) > 0 && (times.at(-1) ?? 0) <= 8_000);
  const doubled = times.filter((time) => time > 2_000).length / draws;
  assert.ok(doubled > 0.13 && doubled < 0.19, `${doubled} take more than twice the median`);
});

test('choices come as often as their weights say, and never where the weight is 0', () => {
  const random = seededRandom(2);
  const counts = { often: 0, seldom: 0, never: 0 };
  for (let draw = 0; draw < draws; draw++) {
    counts[
      pickWeighted(random, [
        ['never', 0],
        ['often', 3],
        ['seldom', 1],
      ] as const)
    ] += 1;
  }
  assert.equal(counts.never, 0);
  assert.ok(Math.abs(counts.often / draws - 0.75) < 0.02);
  assert.equal(chance(random, 0), false);
  assert.equal(chance(random, 1), true);
  assert.equal(pickOne(random, []), null);
});

test('the same seed makes the same people', () => {
  const times = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => thinkingMs(random, 1_000));
  };
  assert.deepEqual(times(7), times(7));
  assert.notDeepEqual(times(7), times(8));
});
