import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange } from './exchange.js';
import { isOfCall, type Call, PendingCalls } from './pending-calls.js';

const response = {
  writeStatus: () => undefined,
  writeHeader: () => undefined,
  end: () => undefined,
  endWithoutBody: () => undefined,
  cork: () => undefined,
  onAborted: () => undefined,
  onData: () => undefined,
  getRemoteAddress: () => new ArrayBuffer(4),
  upgrade: () => undefined,
};

function call(holderId: string, eventId: string | null): Call {
  const exchange = new Exchange(response, false, () => undefined);
  return { exchange, holderId, eventId, status: 200 };
}

test("[I7] a call is taken once; correlations never meet those of sockets' commands and of reads", () => {
  const calls = new PendingCalls();
  const one = call('anna', 'a');
  const correlation = calls.add(one, 0);
  assert.ok(isOfCall(correlation) && correlation >= 2 ** 30 && correlation < 2 ** 31);
  for (const other of [0, 1, 2 ** 30 - 1, 2 ** 31, 2 ** 31 + 2 ** 30, 2 ** 32 - 1])
    assert.equal(isOfCall(other), false);
  assert.equal(calls.isWaiting(correlation), true);
  assert.equal(calls.take(correlation), one);
  assert.equal(calls.take(correlation), undefined);
  assert.equal(calls.isWaiting(correlation), false);
  assert.notEqual(calls.add(one, 0), correlation);
});

test('those of each holder are counted, however they end', () => {
  const calls = new PendingCalls();
  const taken = calls.add(call('anna', 'a'), 0);
  calls.add(call('anna', 'a'), 1);
  calls.add(call('anna', 'b'), 2);
  calls.add(call('otto', null), 3);
  assert.deepEqual([calls.countOf('anna'), calls.countOf('otto'), calls.count], [3, 1, 4]);
  calls.take(taken);
  assert.equal(calls.countOf('anna'), 2);
  assert.equal(calls.takeWaitingSince(1).length, 1);
  assert.equal(calls.countOf('anna'), 1);
  assert.equal(calls.takeOfEvents((eventId) => eventId === 'b').length, 1);
  assert.deepEqual([calls.countOf('anna'), calls.countOf('otto'), calls.count], [0, 1, 1]);
});

test('those that have waited long enough are given up, oldest first; those of no event have no shard to lose', () => {
  const calls = new PendingCalls();
  const [old, young, ofNone] = [call('anna', 'a'), call('otto', 'b'), call('otto', null)];
  calls.add(old, 100);
  calls.add(ofNone, 150);
  calls.add(young, 200);
  assert.deepEqual(calls.takeWaitingSince(99), []);
  assert.deepEqual(calls.takeWaitingSince(100), [old]);
  assert.deepEqual(
    calls.takeOfEvents(() => true),
    [young],
  );
  assert.deepEqual(calls.takeWaitingSince(1000), [ofNone]);
  assert.equal(calls.count, 0);
});
