import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RememberedIds } from './remembered-ids.js';

const nothingLives = (): boolean => false;

function known(ids: RememberedIds, n: number): number | null {
  const entry = ids.find('holder', `command-${n}`);
  return entry < 0 ? null : ids.seqAt(entry);
}

test('an accepted command is found with its hash and seq, per holder', () => {
  const ids = new RememberedIds(7, 1_000);
  ids.remember('holder', 'command-1', 0xdeadbeef, 42, 0, false, nothingLives);
  const entry = ids.find('holder', 'command-1');
  assert.equal(ids.seqAt(entry), 42);
  assert.equal(ids.payloadHashAt(entry), 0xdeadbeef);
  assert.equal(ids.find('another', 'command-1'), -1);
  assert.equal(ids.find('holder', 'command-2'), -1);
  assert.equal(ids.find('holde', 'r/command-1'), -1);
});

test('at least the newest idsMax are known, across many rounds of forgetting', () => {
  const ids = new RememberedIds(7, 1_000);
  for (let n = 1; n <= 20_000; n += 1) ids.remember('holder', `command-${n}`, n, n, 0, false, nothingLives);
  for (let n = 19_001; n <= 20_000; n += 1) assert.equal(known(ids, n), n);
  assert.equal(known(ids, 1), null);
  assert.equal(known(ids, 18_000), null);
  assert.equal(ids.count, 1_000);
});

test('an id outlives the bound as long as its hold lives, and a confirm for good', () => {
  const ids = new RememberedIds(7, 1_000);
  const live = new Set([5]);
  ids.remember('holder', 'command-1', 1, 1, 0, true, nothingLives);
  ids.remember('holder', 'command-5', 5, 5, 5, false, nothingLives);
  for (let n = 6; n <= 5_000; n += 1) ids.remember('holder', `command-${n}`, n, n, n, false, (seq) => live.has(seq));
  assert.equal(known(ids, 1), 1);
  assert.equal(known(ids, 5), 5);
  live.clear();
  for (let n = 5_001; n <= 10_000; n += 1)
    ids.remember('holder', `command-${n}`, n, n, n, false, (seq) => live.has(seq));
  assert.equal(known(ids, 1), 1);
  assert.equal(known(ids, 5), null);
});

test('[I7] at least the newest idsMax are known, however many holds live', () => {
  const ids = new RememberedIds(7, 100);
  const live = new Set(Array.from({ length: 500 }, (_, n) => n + 1));
  const holdLives = (seq: number): boolean => live.has(seq);
  const remember = (first: number, last: number): void => {
    for (let n = first; n <= last; n += 1) ids.remember('holder', `command-${n}`, n, n, n, false, holdLives);
  };
  const assertKnown = (first: number, last: number): void => {
    for (let n = first; n <= last; n += 1) assert.equal(known(ids, n), n, `command ${n}`);
  };
  remember(1, 600);
  assertKnown(1, 600);
  remember(601, 2_000);
  assertKnown(1, 500);
  assertKnown(1_901, 2_000);
  assert.equal(ids.count, 600, 'none is kept for longer');
  live.clear();
  remember(2_001, 3_000);
  assertKnown(2_901, 3_000);
  assert.equal(ids.count, 100);
});

test('[I13] what a snapshot keeps is known again under the same seed', () => {
  const ids = new RememberedIds(7, 1_000);
  for (let n = 1; n <= 3_000; n += 1) ids.remember('holder', `command-${n}`, n, n, 0, n % 100 === 0, nothingLives);
  const copy = RememberedIds.decode(ids.seed, 1_000, ids.encode());
  assert.equal(copy.count, ids.count);
  for (let n = 1; n <= 3_000; n += 1) assert.equal(known(copy, n), known(ids, n), `command ${n}`);
  for (let n = 3_001; n <= 9_000; n += 1) {
    for (const one of [ids, copy]) one.remember('holder', `command-${n}`, n, n, 0, false, nothingLives);
  }
  assert.equal(copy.count, ids.count);
  for (let n = 1; n <= 9_000; n += 1) assert.equal(known(copy, n), known(ids, n), `command ${n}`);
});

test('[I13] that holds too while more holds live than ids are kept, and once they have ended', () => {
  const ids = new RememberedIds(7, 100);
  let liveUntilSeq = 400;
  const remember = (one: RememberedIds, n: number): void =>
    one.remember('holder', `command-${n}`, n, n, n, n % 7 === 0, (seq) => seq <= liveUntilSeq);
  for (let n = 1; n <= 1_000; n += 1) remember(ids, n);
  const copy = RememberedIds.decode(ids.seed, 100, ids.encode());
  const assertSame = (): void => {
    for (let n = 1; n <= 3_000; n += 1) assert.equal(known(copy, n), known(ids, n), `command ${n}`);
  };
  assertSame();
  for (let n = 1_001; n <= 3_000; n += 1) {
    if (n === 2_000) liveUntilSeq = 0;
    for (const one of [ids, copy]) remember(one, n);
    if (n % 50 === 0) assertSame();
  }
});
