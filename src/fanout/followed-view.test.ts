import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import { FollowedView } from './followed-view.js';
import { packStates, unpackStates } from './pack-states.js';

const eventId = 'event-1';
const seatCount = 9;

function snapshotOf(epoch: number, seq: number, states: readonly number[], free = 10): SnapshotFrame {
  return [2, eventId, [epoch, seq], states.length, packStates(Uint8Array.from(states)), [['floor', free, 0, 0, 0]]];
}

const empty = Array.from({ length: seatCount }, () => 0);

test('states are packed and unpacked', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 3, maxLength: 50 }), (states) => {
      assert.deepEqual(unpackStates(packStates(states), states.length), states);
    }),
  );
});

test('[I14] whatever a client knows, what it is told brings it to the map', () => {
  const step = fc.record({
    seats: fc.uniqueArray(fc.tuple(fc.nat(seatCount - 1), fc.nat(3)), { selector: ([seat]) => seat, maxLength: 4 }),
    changes: fc.integer({ min: 1, max: 5 }),
    newEpoch: fc.boolean(),
    whole: fc.boolean(),
    free: fc.option(fc.nat(10), { nil: null }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const view = new FollowedView(snapshotOf(1, 5, empty));
      const clients = [view.snapshot()];
      const states = [...empty];
      let [epoch, seq, floor] = [1, 5, 10];
      for (const { seats, changes, newEpoch, whole, free } of steps) {
        const fromSeq = seq;
        epoch += newEpoch ? 1 : 0;
        seq += changes;
        floor = free ?? floor;
        for (const [seat, state] of seats) states[seat] = state;
        const areas = free === null ? [] : [['floor', floor, 0, 0, 0] as const];
        const delta: DeltaFrame = [3, eventId, epoch, fromSeq, seq, seats.flat(), areas];
        assert.ok(view.follows(delta));
        if (whole) view.replace(snapshotOf(epoch, seq, states, floor));
        else view.apply(delta);
        assert.deepEqual(view.snapshot(), snapshotOf(epoch, seq, states, floor));
        for (const known of clients) assert.deepEqual(afterResume(known, view), view.snapshot());
        clients.push(view.snapshot());
      }
    }),
  );
});

/** The map of a client that comes back with what it knew. */
function afterResume(known: SnapshotFrame, view: FollowedView): SnapshotFrame {
  const delta = view.resume(known[2]);
  if (delta === null) return view.snapshot();
  const client = new FollowedView(known);
  client.apply(delta);
  return client.snapshot();
}

test('positions that are not known get a snapshot', () => {
  const view = new FollowedView(snapshotOf(2, 5, empty));
  view.apply([3, eventId, 3, 5, 9, [1, 1], []]);
  assert.equal(view.resume([2, 4]), null, 'before the first map');
  assert.equal(view.resume([1, 5]), null, 'of another epoch');
  assert.equal(view.resume([3, 10]), null, 'not published yet');
  assert.equal(view.resume([3, 7]), null, 'within a delta: which epoch made it is not known');
  assert.deepEqual(view.resume([2, 5]), [3, eventId, 3, 5, 9, [1, 1], []]);
});

test('[I14] what changed and changed back before a whole map came is not taken for unchanged', () => {
  const view = new FollowedView(snapshotOf(2, 5, empty));
  // Another node's clients have seen seat 1 held at change 7.
  view.replace(snapshotOf(3, 9, empty));
  assert.equal(view.resume([2, 7]), null);
  assert.deepEqual(view.resume([3, 9]), [3, eventId, 3, 9, 9, [], []]);
});

test('a delta that does not begin where the map ends does not follow', () => {
  const view = new FollowedView(snapshotOf(2, 5, empty));
  assert.ok(!view.follows([3, eventId, 2, 6, 7, [], []]));
  assert.ok(!view.follows([3, eventId, 2, 4, 7, [], []]));
  assert.ok(!view.follows([3, eventId, 1, 5, 7, [], []]), 'of an older owner');
});
