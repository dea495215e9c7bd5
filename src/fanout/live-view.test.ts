import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import type { Change } from '../seatmap/change.js';
import { coalesceDelayMs, coalesceMinMs } from './coalescing.js';
import { liveViews } from './live-view.js';

const identity = { holderId: 'h', commandId: 'c', payloadHash: 0 };
const opened: Change = { kind: 'SeatsUnblocked', atMs: 0, identity, seats: [], reason: '' };

function held(...seats: number[]): Change {
  return { kind: 'SeatsHeld', atMs: 0, identity, seats, deadlineMs: 1, totalMinor: 0 };
}

class Scene {
  readonly time = new VirtualTime();
  readonly published: (DeltaFrame | SnapshotFrame)[] = [];
  watchers = 1;
  readonly view = this.activation(1);

  /** A view of four seats at this seq, all its changes recalled. */
  activation(seq: number) {
    const stage = {
      watchersOf: () => this.watchers,
      publish: (_: string, frame: DeltaFrame | SnapshotFrame) => this.published.push(frame),
    };
    const view = liveViews(stage, this.time)('e', new Uint8Array(4), [], seq, 1);
    for (let n = 1; n <= seq; n += 1) view.recall(opened, 1, n);
    return view;
  }
}

test('changes gather for a while and leave as one delta, each seat once', () => {
  const { view, time, published } = new Scene();
  view.commit(held(0), 1, 2);
  view.commit(held(1), 1, 3);
  view.committed();
  time.advance(coalesceMinMs - 1);
  view.commit(held(2), 1, 4);
  view.commit(opened, 1, 5);
  view.committed();
  assert.deepEqual(published, []);
  assert.deepEqual(view.position, [1, 1], '[I10] what gathers is not published yet');
  time.advance(1);
  assert.deepEqual(published, [[3, 'e', 1, 1, 5, [0, 1, 1, 1, 2, 1], []]]);
  assert.deepEqual(view.position, [1, 5]);
  time.advance(10_000);
  assert.equal(published.length, 1, 'nothing new, nothing sent');
});

test('who asks for it gets everything published at once, and watchers get it then, once', () => {
  const { view, time, published } = new Scene();
  view.commit(held(0), 1, 2);
  view.committed();
  view.publishNow();
  assert.deepEqual(published, [[3, 'e', 1, 1, 2, [0, 1], []]]);
  assert.equal(view.counts().held, 1);
  time.advance(10_000);
  assert.equal(published.length, 1);
});

test('a change waits from its own commit on, not longer the more follow', () => {
  const { view, time, published } = new Scene();
  for (let n = 2; n <= 101; n += 1) {
    view.commit(held(n % 4), 1, n);
    view.committed();
    time.advance(1);
  }
  assert.deepEqual(
    published.map((frame) => (frame[0] === 3 ? frame.slice(3, 5) : [])),
    [
      [1, 21],
      [21, 41],
      [41, 61],
      [61, 81],
      [81, 101],
    ],
  );
});

test('with many watchers changes gather for longer', () => {
  const scene = new Scene();
  scene.watchers = 20_000;
  scene.view.commit(held(0), 1, 2);
  scene.view.committed();
  scene.time.advance(coalesceDelayMs(20_000) - 1);
  assert.deepEqual(scene.published, []);
  scene.time.advance(1);
  assert.equal(scene.published.length, 1);
});

test('nobody watches: the published map goes on, and nothing is sent', () => {
  const scene = new Scene();
  scene.watchers = 0;
  scene.view.commit(held(0), 1, 2);
  scene.view.committed();
  scene.time.advance(coalesceMinMs);
  assert.deepEqual(scene.published, []);
  assert.deepEqual(scene.view.position, [1, 2]);
  assert.deepEqual(scene.view.counts(), { free: 3, held: 1, booked: 0, blocked: 0 });
});

test('[I14] whoever watched the activation before gets a snapshot when the next one serves', () => {
  const scene = new Scene();
  scene.view.close();
  const next = scene.activation(7);
  assert.deepEqual(scene.published, []);
  next.recovered();
  assert.deepEqual(scene.published, [[2, 'e', [1, 7], 4, Uint8Array.of(0), []]]);
  next.commit(held(3), 2, 8);
  next.committed();
  scene.time.advance(coalesceMinMs);
  assert.deepEqual(scene.published[1], [3, 'e', 2, 7, 8, [3, 1], []], 'a higher epoch without a gap');
});

test('an activation that nobody watches begins in silence', () => {
  const scene = new Scene();
  scene.watchers = 0;
  scene.activation(7).recovered();
  assert.deepEqual(scene.published, []);
});

test('closed, it publishes nothing more, not what has gathered either', () => {
  const { view, time, published } = new Scene();
  view.commit(held(0), 1, 2);
  view.committed();
  view.close();
  assert.equal(time.pendingTimers, 0);
  time.advance(10_000);
  assert.deepEqual(published, []);
});
