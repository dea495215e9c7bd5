import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../problem.js';
import { Lanes } from './lanes.js';

/** Work that ends when the test says so. */
function work() {
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  return {
    begun,
    end: (at: number) => ends[at]?.(),
    run: (number: number) => (): Promise<number> => {
      begun.push(number);
      return new Promise((resolve) => {
        ends[number] = () => resolve(number);
      });
    },
  };
}

describe('lanes', () => {
  test('let so many through at a time, and the others in the order in which they came', async () => {
    const lanes = new Lanes(2);
    const { begun, run, end } = work();
    const done = [0, 1, 2, 3].map((number) => lanes.run(run(number)));
    assert.deepEqual(begun, [0, 1]);
    end(1);
    assert.equal(await done[1], 1);
    assert.deepEqual(begun, [0, 1, 2]);
    end(0);
    await done[0];
    assert.deepEqual(begun, [0, 1, 2, 3]);
    end(2);
    end(3);
    assert.deepEqual(await Promise.all(done), [0, 1, 2, 3]);
  });

  test('work that fails leaves its lane free', async () => {
    const lanes = new Lanes(1);
    await assert.rejects(
      lanes.run(() => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await lanes.run(() => Promise.resolve(7)), 7);
  });

  test('too many who wait are told: busy', async () => {
    const lanes = new Lanes(1);
    const { run, end } = work();
    const first = lanes.run(run(0));
    const waiting = Array.from({ length: 64 }, () => lanes.run(() => Promise.resolve(1)));
    await assert.rejects(
      lanes.run(() => Promise.resolve(1)),
      (error) => error instanceof Problem && error.code === 'busy',
    );
    end(0);
    await first;
    assert.equal((await Promise.all(waiting)).length, 64);
  });
});
