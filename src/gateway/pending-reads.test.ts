import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingReads, type SeatsRead, type Watch } from './pending-reads.js';
import { Session } from './session.js';

const socket = { send: () => 1, end: () => {}, ping: () => 1, cork: () => {}, getBufferedAmount: () => 0 };

function watch(eventId: string): Watch {
  const session = new Session(1, socket, 'json', 'a', null, 0);
  return { kind: 'watch', eventId, session, reqId: 1, unsubscribes: [] };
}

function seats(eventId: string): SeatsRead {
  return { kind: 'seats', eventId, readers: [] };
}

test('[I7] a read is taken once; correlations never meet those of commands', () => {
  const reads = new PendingReads();
  const read = seats('a');
  const correlation = reads.add(read, 0);
  assert.ok(correlation >= 2 ** 31 && correlation < 2 ** 32);
  assert.equal(reads.take(correlation), read);
  assert.equal(reads.take(correlation), undefined);
  assert.notEqual(reads.add(read, 0), correlation);
});

test('those sent long enough ago are given up, and of watches it is remembered', () => {
  const reads = new PendingReads();
  const [old, young, other] = [watch('a'), watch('b'), seats('c')];
  const oldCorrelation = reads.add(old, 100);
  const otherCorrelation = reads.add(other, 150);
  const youngCorrelation = reads.add(young, 200);
  assert.deepEqual(reads.takeSentBy(150), [old, other]);
  assert.equal(reads.take(oldCorrelation), undefined);
  assert.equal(reads.takeAbandonedWatch(otherCorrelation), undefined);
  assert.equal(reads.takeAbandonedWatch(oldCorrelation), 'a');
  assert.equal(reads.takeAbandonedWatch(oldCorrelation), undefined);
  assert.equal(reads.take(youngCorrelation), young);
});

test('those of lost events are given up for good', () => {
  const reads = new PendingReads();
  const abandoned = reads.add(watch('a'), 0);
  reads.takeSentBy(0);
  const lost = watch('a');
  reads.add(lost, 1);
  const kept = reads.add(watch('b'), 1);
  assert.deepEqual(
    reads.takeOfEvents((eventId) => eventId === 'a'),
    [lost],
  );
  assert.equal(reads.takeAbandonedWatch(abandoned), undefined);
  assert.equal(reads.count, 1);
  assert.notEqual(reads.take(kept), undefined);
});
