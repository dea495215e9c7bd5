import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import { ShortMemory } from './short-memory.js';

function setUp(entriesMax = 10) {
  const time = new VirtualTime();
  const memory = new ShortMemory<string>({ clock: time, foundForMs: 5000, missingForMs: 1000, entriesMax });
  const asked: string[] = [];
  const get = (key: string, answer: string | null = key): Promise<string | null> =>
    memory.get(key, () => {
      asked.push(key);
      return Promise.resolve(answer);
    });
  return { time, memory, asked, get };
}

test('what is there is remembered for its time, counted from asking, and not longer', async () => {
  const { time, memory, asked, get } = setUp();
  let bring: (value: string) => void = () => undefined;
  const slow = memory.get('a', () => new Promise((resolve) => (bring = resolve)));
  time.advance(3000);
  bring('first');
  assert.equal(await slow, 'first');
  time.advance(1999);
  assert.equal(await get('a', 'second'), 'first');
  time.advance(1);
  assert.equal(await get('a', 'second'), 'second');
  assert.deepEqual(asked, ['a']);
});

test('what is not there is remembered for a shorter time', async () => {
  const { time, asked, get } = setUp();
  assert.equal(await get('a', null), null);
  time.advance(999);
  assert.equal(await get('a', 'there now'), null);
  time.advance(1);
  assert.equal(await get('a', 'there now'), 'there now');
  assert.deepEqual(asked, ['a', 'a']);
});

test('those who ask while it is being asked wait for that answer', async () => {
  const { asked, get } = setUp();
  assert.deepEqual(await Promise.all([get('a'), get('b'), get('a')]), ['a', 'b', 'a']);
  assert.deepEqual(asked, ['a', 'b']);
});

test('what could not be asked is not remembered, and everyone who waited is told', async () => {
  const { memory, get } = setUp();
  const fail = (): Promise<string> => Promise.reject(new Error('down'));
  const waiting = [memory.get('a', fail), memory.get('a', fail)];
  for (const one of waiting) await assert.rejects(one, /down/);
  assert.equal(await get('a'), 'a');
});

test('the oldest give way to the bound', async () => {
  const { asked, get } = setUp(2);
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await get(key);
  assert.deepEqual(asked, ['a', 'b', 'c', 'a']);
});
