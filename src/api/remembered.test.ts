import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Clock } from '../lib/clock.js';
import { Remembered } from './remembered.js';

describe('what was read lately', () => {
  const setUp = (entriesMax = 10) => {
    let nowMs = 0;
    const clock: Clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
    const remembered = new Remembered<string>(clock, 1000, entriesMax);
    const reads: string[] = [];
    const get = (key: string, answer: string | null = key): Promise<string | null> =>
      remembered.get(key, () => {
        reads.push(key);
        return Promise.resolve(answer);
      });
    return { remembered, reads, get, pass: (ms: number) => (nowMs += ms) };
  };

  test('a crowd that asks for one thing costs one read', async () => {
    const { reads, get } = setUp();
    assert.deepEqual(await Promise.all([get('a'), get('a'), get('b'), get('a')]), ['a', 'a', 'b', 'a']);
    assert.deepEqual(reads, ['a', 'b']);
  });

  test('is read anew when its time is over, and not before', async () => {
    const { reads, get, pass } = setUp();
    await get('a');
    pass(999);
    await get('a');
    assert.deepEqual(reads, ['a']);
    pass(1);
    await get('a');
    assert.deepEqual(reads, ['a', 'a']);
  });

  test('what is not there is not remembered', async () => {
    const { get } = setUp();
    assert.equal(await get('a', null), null);
    assert.equal(await get('a', 'there now'), 'there now');
  });

  test('what could not be read is not remembered, and everyone who waited is told', async () => {
    const { remembered, get } = setUp();
    const fail = (): Promise<string> => Promise.reject(new Error('down'));
    const waiting = [remembered.get('a', fail), remembered.get('a', fail)];
    for (const one of waiting) await assert.rejects(one, /down/);
    assert.equal(await get('a'), 'a');
  });

  test('the oldest give way to the bound', async () => {
    const { reads, get } = setUp(2);
    for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await get(key);
    assert.deepEqual(reads, ['a', 'b', 'c', 'a']);
  });

  test('after forgetting, a read that was under way is not taken for a new one', async () => {
    const { remembered, get } = setUp();
    const { promise, resolve } = deferred<string>();
    const early = remembered.get('a', () => promise);
    remembered.forgetAll();
    resolve('early');
    assert.equal(await early, 'early');
    assert.equal(await get('a', 'late'), 'late');
  });
});

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: ((value: T) => void) | null = null;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
