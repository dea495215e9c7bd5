import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import type { Change } from '../seatmap/change.js';
import { coalesceDelayMs, coalesceMaxMs, coalesceMinMs } from './coalescing.js';
import { deltaSeatsMax, EventView } from './event-view.js';
import { packStates } from './pack-states.js';

const seatCount = 40;
const identity = { holderId: 'h', commandId: 'c', payloadHash: 0 };

/** A change that gives these seats a state; that it makes no sense as a sale does not matter to watchers. */
function touch(seats: number[], state: number): Change {
  const by = { atMs: 0, identity, seats, reason: '' };
  if (state === 0) return { kind: 'SeatsUnblocked', ...by };
  if (state === 3) return { kind: 'SeatsBlocked', ...by };
  if (state === 1) return { kind: 'SeatsHeld', atMs: 0, identity, seats, deadlineMs: 1, totalMinor: 0 };
  return { kind: 'BookingConfirmed', atMs: 0, identity, holdEpoch: 1, holdSeq: 1, orderRef: 'o', seats, totalMinor: 0 };
}

/** A client of its own making: it knows the frames and nothing of the view. */
class Client {
  states: number[] = [];
  position: readonly [number, number] = [0, 0];

  snapshot([, , position, count, packed]: SnapshotFrame): void {
    this.states = Array.from(
      { length: count },
      (_, seat) => ((packed[Math.floor(seat / 4)] ?? 0) >> ((seat % 4) * 2)) & 3,
    );
    this.position = position;
  }

  delta([, , epoch, fromSeq, toSeq, seats]: DeltaFrame): void {
    assert.equal(fromSeq, this.position[1], 'a delta follows the one before without gap');
    assert.ok(toSeq >= fromSeq && epoch >= this.position[0]);
    for (let i = 0; i < seats.length; i += 2) this.states[seats[i] as number] = seats[i + 1] as number;
    assert.equal(new Set(seats.filter((_, i) => i % 2 === 0)).size, seats.length / 2, 'each seat once');
    this.position = [epoch, toSeq];
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      seats: fc.uniqueArray(fc.nat(seatCount - 1), { maxLength: 6 }),
      state: fc.nat(3),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('join' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), window: fc.nat(20) }) },
);

test('[I14] whoever joins, leaves, resumes or lives through restarts has the published map', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const journal: { change: Change; epoch: number; seq: number }[] = [];
      const truth: number[] = Array.from({ length: seatCount }, () => 0);
      const published: number[] = [...truth];
      let epoch = 1;
      const opened: Change = touch([], 0);
      journal.push({ change: opened, epoch, seq: 1 });
      let view = new EventView('e', new Uint8Array(seatCount), 1, 1);
      view.recall(opened, 1, 1);
      let watching: Client[] = [];
      const away: Client[] = [];

      for (const now of steps) {
        if (now.kind === 'commit') {
          const change = touch(now.seats, now.state);
          for (const seat of now.seats) truth[seat] = now.state;
          journal.push({ change, epoch, seq: journal.length + 1 });
          view.commit(change, epoch, journal.length);
        } else if (now.kind === 'publish') {
          const delta = view.publish();
          if (delta !== null) for (const client of watching) client.delta(delta);
          published.splice(0, seatCount, ...truth);
        } else if (now.kind === 'join') {
          const client = away.shift() ?? new Client();
          const resumed = view.resume(client.position);
          if (resumed === null) client.snapshot(view.snapshot());
          else client.delta(resumed);
          watching.push(client);
        } else if (now.kind === 'leave') {
          const client = watching.pop();
          if (client !== undefined) away.push(client);
        } else {
          away.push(...watching);
          watching = [];
          epoch += 1;
          const window = journal.slice(-1 - now.window);
          view = new EventView('e', Uint8Array.from(truth), journal.length, (window[0] as { seq: number }).seq);
          for (const past of window) view.recall(past.change, past.epoch, past.seq);
          published.splice(0, seatCount, ...truth);
        }
        for (const client of watching) assert.deepEqual(client.states, published);
      }
    }),
    { numRuns: 300 },
  );
});

test('[I10] nothing is visible before it is published: neither snapshots nor resumes show it', () => {
  const view = new EventView('e', new Uint8Array(4), 1, 1);
  view.recall(touch([], 0), 1, 1);
  view.commit(touch([2], 1), 1, 2);
  assert.deepEqual(view.position, [1, 1]);
  assert.deepEqual(view.counts(), { free: 4, held: 0, booked: 0, blocked: 0 });
  assert.deepEqual(view.snapshot(), [2, 'e', [1, 1], 4, Uint8Array.of(0), []]);
  assert.deepEqual(view.publish(), [3, 'e', 1, 1, 2, [2, 1], []]);
  assert.deepEqual(view.snapshot(), [2, 'e', [1, 2], 4, Uint8Array.of(0b010000), []]);
});

test('a position is resumable only in its own epoch, inside the window, and not ahead of what is published', () => {
  const view = new EventView('e', new Uint8Array(4), 12, 10);
  view.recall(touch([0], 1), 2, 10);
  view.recall(touch([1], 1), 2, 11);
  view.recall(touch([2], 1), 3, 12);
  assert.deepEqual(view.resume([2, 10])?.slice(2, 5), [3, 10, 12]);
  assert.deepEqual(view.resume([3, 12])?.slice(2, 6), [3, 12, 12, []]);
  assert.equal(view.resume([3, 10]), null, 'change 10 was made in epoch 2');
  assert.equal(view.resume([2, 12]), null, 'change 12 was made in epoch 3');
  assert.equal(view.resume([2, 9]), null, 'before the window');
  assert.equal(view.resume([3, 13]), null, 'not published');
});

test('states are packed two bits a seat, seat 0 in the lowest bits', () => {
  assert.deepEqual(packStates(Uint8Array.of(1, 2, 3, 0, 2)), Uint8Array.of(0b00111001, 0b10));
});

test('changes gather between 20 ms and a second, the longer the more watch', () => {
  assert.equal(coalesceDelayMs(0), coalesceMinMs);
  assert.equal(coalesceDelayMs(1_000_000), coalesceMaxMs);
  assert.ok(coalesceDelayMs(18_000) > coalesceDelayMs(2_000));
});

test('a hall that changed too much for one delta is resumed with a snapshot', () => {
  const seats = Array.from({ length: deltaSeatsMax + 1 }, (_, seat) => seat);
  const view = new EventView('e', new Uint8Array(seats.length), 1, 1);
  view.recall(touch([], 0), 1, 1);
  view.commit(touch(seats.slice(1), 3), 1, 2);
  view.publish();
  assert.equal(view.resume([1, 1])?.[5].length, deltaSeatsMax * 2);
  view.commit(touch([0], 3), 1, 3);
  view.publish();
  assert.equal(view.resume([1, 1]), null);
});
