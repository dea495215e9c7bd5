import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AreaCounts, DeltaFrame, SnapshotFrame } from '../protocol/down.js';
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

const capacity = 20;

/** One area, all of it free. */
function floor(): AreaCounts[] {
  return [['floor', capacity, 0, 0, 0]];
}

function counts([free, held, booked, blocked]: readonly number[]): AreaCounts {
  return ['floor', free ?? 0, held ?? 0, booked ?? 0, blocked ?? 0];
}

/** The states that places of the area come from and go to, by the kind of change. */
const moves = {
  PlacesHeld: [0, 1],
  HoldExpired: [1, 0],
  BookingConfirmed: [1, 2],
  BookingCancelled: [2, 0],
  PlacesBlocked: [0, 3],
  PlacesUnblocked: [3, 0],
} as const;
const moveKinds = [
  'PlacesHeld',
  'HoldExpired',
  'BookingConfirmed',
  'BookingCancelled',
  'PlacesBlocked',
  'PlacesUnblocked',
] as const;

function move(kind: keyof typeof moves, quantity: number): Change {
  const by = { atMs: 0, identity, reason: '', places: { area: 'floor', quantity } };
  const ofHold = { ...by, seats: [], holdEpoch: 1, holdSeq: 1, holderId: 'h', totalMinor: 0 };
  switch (kind) {
    case 'PlacesHeld':
      return { kind, ...by, deadlineMs: 1, totalMinor: 0 };
    case 'HoldExpired':
      return { kind, ...ofHold };
    case 'BookingConfirmed':
      return { kind, ...ofHold, orderRef: 'o' };
    case 'BookingCancelled':
      return { kind, ...ofHold, bookingEpoch: 1, bookingSeq: 1 };
    case 'PlacesBlocked':
    case 'PlacesUnblocked':
      return { kind, ...by };
  }
}

/** A client of its own making: it knows the frames and nothing of the view. */
class Client {
  states: number[] = [];
  areas: AreaCounts[] = [];
  position: readonly [number, number] = [0, 0];

  snapshot([, , position, count, packed, areas]: SnapshotFrame): void {
    this.states = Array.from(
      { length: count },
      (_, seat) => ((packed[Math.floor(seat / 4)] ?? 0) >> ((seat % 4) * 2)) & 3,
    );
    this.areas = [...areas];
    this.position = position;
  }

  delta([, , epoch, fromSeq, toSeq, seats, areas]: DeltaFrame): void {
    assert.equal(fromSeq, this.position[1], 'a delta follows the one before without gap');
    assert.ok(toSeq >= fromSeq && epoch >= this.position[0]);
    for (let i = 0; i < seats.length; i += 2) this.states[seats[i] as number] = seats[i + 1] as number;
    assert.equal(new Set(seats.filter((_, i) => i % 2 === 0)).size, seats.length / 2, 'each seat once');
    if (areas.length > 0) this.areas = [...areas];
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
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      by: fc.constantFrom(...moveKinds),
      quantity: fc.integer({ min: 1, max: capacity }),
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
      const places: number[] = [capacity, 0, 0, 0];
      let publishedPlaces = counts(places);
      let epoch = 1;
      const opened: Change = touch([], 0);
      journal.push({ change: opened, epoch, seq: 1 });
      let view = new EventView('e', new Uint8Array(seatCount), floor(), 1, 1);
      view.recall(opened, 1, 1);
      let watching: Client[] = [];
      const away: Client[] = [];

      for (const now of steps) {
        if (now.kind === 'commit') {
          const change = touch(now.seats, now.state);
          for (const seat of now.seats) truth[seat] = now.state;
          journal.push({ change, epoch, seq: journal.length + 1 });
          view.commit(change, epoch, journal.length);
        } else if (now.kind === 'move') {
          const [from, to] = moves[now.by];
          const quantity = Math.min(now.quantity, places[from] ?? 0);
          if (quantity === 0) continue;
          places[from] = (places[from] ?? 0) - quantity;
          places[to] = (places[to] ?? 0) + quantity;
          const change = move(now.by, quantity);
          journal.push({ change, epoch, seq: journal.length + 1 });
          view.commit(change, epoch, journal.length);
        } else if (now.kind === 'publish') {
          const delta = view.publish();
          if (delta !== null) for (const client of watching) client.delta(delta);
          published.splice(0, seatCount, ...truth);
          publishedPlaces = counts(places);
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
          const windowFromSeq = (window[0] as { seq: number }).seq;
          view = new EventView('e', Uint8Array.from(truth), [counts(places)], journal.length, windowFromSeq);
          for (const past of window) view.recall(past.change, past.epoch, past.seq);
          published.splice(0, seatCount, ...truth);
          publishedPlaces = counts(places);
        }
        for (const client of watching) {
          assert.deepEqual(client.states, published);
          assert.deepEqual(client.areas, [publishedPlaces]);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('[I10] nothing is visible before it is published: neither snapshots nor resumes show it', () => {
  const view = new EventView('e', new Uint8Array(4), [], 1, 1);
  view.recall(touch([], 0), 1, 1);
  view.commit(touch([2], 1), 1, 2);
  assert.deepEqual(view.position, [1, 1]);
  assert.deepEqual(view.counts(), { free: 4, held: 0, booked: 0, blocked: 0 });
  assert.deepEqual(view.snapshot(), [2, 'e', [1, 1], 4, Uint8Array.of(0), []]);
  assert.deepEqual(view.publish(), [3, 'e', 1, 1, 2, [2, 1], []]);
  assert.deepEqual(view.snapshot(), [2, 'e', [1, 2], 4, Uint8Array.of(0b010000), []]);
});

test('a position is resumable only in its own epoch, inside the window, and not ahead of what is published', () => {
  const view = new EventView('e', new Uint8Array(4), [], 12, 10);
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
  const view = new EventView('e', new Uint8Array(seats.length), [], 1, 1);
  view.recall(touch([], 0), 1, 1);
  view.commit(touch(seats.slice(1), 3), 1, 2);
  view.publish();
  assert.equal(view.resume([1, 1])?.[5].length, deltaSeatsMax * 2);
  view.commit(touch([0], 3), 1, 3);
  view.publish();
  assert.equal(view.resume([1, 1]), null);
});
