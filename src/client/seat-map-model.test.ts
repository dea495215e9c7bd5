import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import type { Position } from '../protocol/up.js';
import { type OwnHold, type SeatMapChange, SeatMapModel, type SeatState, seatStates } from './seat-map-model.js';

const seatCount = 10;
const hold = (holdId: string, ...seats: number[]): OwnHold => ({ holdId, seats, expiresAtMs: 600_000 });
const noAreas: [] = [];

function pack(states: readonly SeatState[]): Uint8Array {
  const packed = new Uint8Array(Math.ceil(states.length / 4));
  for (const [seat, state] of states.entries()) {
    packed[seat >> 2] = (packed[seat >> 2] ?? 0) | (seatStates.indexOf(state) << ((seat & 3) * 2));
  }
  return packed;
}

function allFree(): SeatState[] {
  return Array.from({ length: seatCount }, () => 'free');
}

function modelAt(seq: number): SeatMapModel {
  const model = new SeatMapModel();
  model.applySnapshot([1, seq], seatCount, pack(allFree()), noAreas);
  return model;
}

test('reads two bits a seat, seat 0 in the lowest bits of byte 0', () => {
  const model = new SeatMapModel();
  model.applySnapshot([1, 5], 5, Uint8Array.of(0b11_10_01_00, 0b01), noAreas);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((seat) => model.state(seat)),
    ['free', 'held', 'booked', 'blocked', 'held'],
  );
  assert.deepEqual(model.position, [1, 5]);
});

test('refuses a delta that leaves a gap, overlaps, or falls back to an older epoch, and changes nothing', () => {
  const model = modelAt(10);
  assert.equal(model.applyDelta(1, 11, 12, [0, 1], noAreas), null);
  assert.equal(model.applyDelta(1, 9, 12, [0, 1], noAreas), null);
  assert.equal(model.applyDelta(0, 10, 12, [0, 1], noAreas), null);
  assert.equal(model.applyDelta(1, 10, 12, [0, 1, seatCount, 1], noAreas), null);
  assert.equal(model.state(0), 'free');
  assert.deepEqual(model.position, [1, 10]);
});

test('takes a delta of a higher epoch without a gap', () => {
  const model = modelAt(10);
  assert.deepEqual(model.applyDelta(4, 10, 12, [0, 1], noAreas)?.seats, [0]);
  assert.deepEqual(model.position, [4, 12]);
});

test('keeps the epoch of its last change over a delta without a change, so that its position stays resumable', () => {
  const model = modelAt(10);
  assert.notEqual(model.applyDelta(4, 10, 10, [], noAreas), null);
  assert.deepEqual(model.position, [1, 10]);
});

test('[I14] lays an accepted hold over older maps, also over a whole one', () => {
  const model = modelAt(10);
  model.applyHold(13, hold('H1', 3));
  model.applyDelta(1, 10, 12, [3, 0], noAreas);
  assert.equal(model.state(3), 'held');
  model.applySnapshot([1, 12], seatCount, pack(allFree()), noAreas);
  assert.equal(model.state(3), 'held');
  assert.equal(model.ownHoldOf(3)?.holdId, 'H1');
});

test('believes the map again once it reaches the position of the accepted', () => {
  const model = modelAt(10);
  model.applyHold(13, hold('H1', 3));
  model.applyDelta(1, 10, 14, [3, 2], noAreas);
  assert.equal(model.state(3), 'booked');
  assert.equal(model.ownHoldOf(3), null);
  assert.equal(model.missedNews, true);
});

test('does not bring back an ended hold when older news of it arrives late', () => {
  const model = modelAt(10);
  model.applyEnd(14, 'H1', 'expired', { seats: [3] });
  model.applyHold(13, hold('H1', 3));
  assert.deepEqual(model.ownHolds, []);
  assert.equal(model.state(3), 'free');
});

test('does not bring back a seat that was partly released when older news of the hold arrives late', () => {
  const model = modelAt(10);
  model.applyHold(13, hold('H1', 3, 4));
  model.applyRelease(15, 'H1', { seats: [4] }, { seats: [3] });
  model.applyHold(14, hold('H1', 3, 4));
  assert.deepEqual(
    model.ownHolds.map(({ seats }) => seats),
    [[3]],
  );
  assert.equal(model.state(4), 'free');
});

test('does not give back a seat that left a hold when an older release of it arrives late', () => {
  const model = modelAt(10);
  model.applyHold(11, hold('H1', 3, 4, 5));
  model.applyRelease(13, 'H1', { seats: [4] }, { seats: [5] });
  model.applyRelease(12, 'H1', { seats: [3] }, { seats: [4, 5] });
  assert.deepEqual(
    model.ownHolds.map(({ seats }) => seats),
    [[5]],
  );
  assert.deepEqual([model.state(3), model.state(4), model.state(5)], ['free', 'free', 'held']);
});

test('[I14] a seat that left one own hold, and that another own hold has got since, stays held', () => {
  const model = modelAt(69);
  model.applyMade(70, hold('A', 5, 6));
  // Change 71 gave seat 5 back; its news was lost, the map tells it.
  model.applyDelta(1, 69, 71, [5, 0, 6, 1], noAreas);
  model.applyMade(74, hold('B', 3, 4, 5));
  model.applyHold(78, hold('A', 6));
  assert.deepEqual([model.state(5), model.ownHoldOf(5)?.holdId], ['held', 'B']);
  assert.equal(model.missedNews, false);
});

test('a list of holds from before the end of one does not make its end forgotten', () => {
  const model = modelAt(10);
  model.applyEnd(14, 'H1', 'expired', { seats: [3] });
  model.applyMyHolds(12, [hold('H1', 3)]);
  model.applyHold(13, hold('H1', 3));
  assert.deepEqual(model.ownHolds, []);
});

test('drops holds that my holds does not list, unless they are younger than the list', () => {
  const model = modelAt(10);
  model.applyHold(11, hold('old', 1));
  model.applyHold(15, hold('young', 2));
  model.applyMyHolds(13, [hold('kept', 3)]);
  assert.deepEqual(model.ownHolds.map(({ holdId }) => holdId).sort(), ['kept', 'young']);
  assert.equal(model.state(1), 'free');
});

test('tells the counts of areas', () => {
  const model = modelAt(10);
  assert.equal(model.applyDelta(1, 10, 11, [], [['lawn', 90, 10, 0, 0]])?.areas, true);
  assert.deepEqual(model.areas, [{ area: 'lawn', free: 90, held: 10, booked: 0, blocked: 0 }]);
  assert.equal(model.areaOf('hill'), null);
});

test('[I14] shows the truth however maps and news interleave, and names exactly the seats that changed', () => {
  fc.assert(fc.property(scripts, play), { numRuns: 1_000 });
});

// ── random histories of one event, told to a model in random order ──

interface Script {
  readonly happenings: readonly Happening[];
  readonly deliveries: readonly Delivery[];
}
interface Happening {
  readonly what: 'others' | 'hold' | 'extend' | 'releaseSome' | 'release' | 'confirm' | 'expire' | 'revoke';
  /** Picks a hold, a seat, or a state. */
  readonly pick: number;
  readonly size: number;
  readonly raisesEpoch: boolean;
}
interface Delivery {
  readonly what: 'delta' | 'snapshot' | 'news' | 'lostNews' | 'myHolds';
  readonly size: number;
}

const scripts: fc.Arbitrary<Script> = fc.record({
  happenings: fc.array(
    fc.record({
      what: fc.constantFrom<Happening['what'][]>(
        'others',
        'others',
        'hold',
        'hold',
        'extend',
        'releaseSome',
        'release',
        'confirm',
        'expire',
        'revoke',
      ),
      pick: fc.nat(1000),
      size: fc.integer({ min: 1, max: 4 }),
      raisesEpoch: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  deliveries: fc.array(
    fc.record({
      what: fc.constantFrom<Delivery['what'][]>(
        'delta',
        'delta',
        'delta',
        'snapshot',
        'news',
        'news',
        'news',
        'lostNews',
        'myHolds',
      ),
      size: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 120 },
  ),
});

/** One change: the whole truth after it, and the news of it where it is about an own hold. */
interface Moment {
  readonly position: Position;
  readonly states: readonly SeatState[];
  readonly holds: ReadonlyMap<string, readonly number[]>;
  readonly news: News | null;
}

/** After it the hold has `seatsNow`; of `seats` it says what they are. */
interface News {
  readonly holdId: string;
  readonly seatsNow: readonly number[];
  readonly seats: readonly number[];
  tell(model: SeatMapModel): SeatMapChange;
}

/** The same rules as the server's: own holds live and end, others do what they like with the other seats. */
function historyOf(happenings: readonly Happening[]): Moment[] {
  const start: Moment = { position: [1, 0], states: allFree(), holds: new Map(), news: null };
  const history = [start];
  for (const happening of happenings) {
    const last = must(history.at(-1), 'the moment before');
    const [epoch, lastSeq] = last.position;
    const seq = lastSeq + 1;
    const states = [...last.states];
    const holds = new Map(last.holds);
    const news = happen(happening, seq, states, holds);
    if (news === undefined) continue;
    history.push({ position: [epoch + Number(happening.raisesEpoch), seq], states, holds, news });
  }
  return history;
}

/** Changes the states and holds; returns the news, null where it is nobody's business here, undefined where nothing can happen. */
function happen(
  { what, pick, size }: Happening,
  seq: number,
  states: SeatState[],
  holds: Map<string, readonly number[]>,
): Moment['news'] | undefined {
  const set = (seats: readonly number[], state: SeatState) => {
    for (const seat of seats) states[seat] = state;
  };
  if (what === 'others') {
    const owned = new Set([...holds.values()].flat());
    const others = [...states.keys()].filter((seat) => !owned.has(seat));
    const seats = Array.from({ length: size }, (_, i) => others[(pick + i * 3) % others.length] ?? 0);
    if (others.length === 0) return undefined;
    set(seats, must(seatStates[pick % 4], 'a state'));
    return null;
  }
  if (what === 'hold') {
    const seats = [...states.keys()].filter((seat) => states[seat] === 'free').slice(pick % 5, (pick % 5) + size);
    if (seats.length === 0) return undefined;
    set(seats, 'held');
    holds.set(`H${seq}`, seats);
    const holdId = `H${seq}`;
    return { holdId, seatsNow: seats, seats, tell: (model) => model.applyHold(seq, hold(holdId, ...seats)) };
  }
  const chosen = [...holds][pick % Math.max(1, holds.size)];
  if (chosen === undefined) return undefined;
  const [holdId, seats] = chosen;
  if (what === 'extend') {
    return { holdId, seatsNow: seats, seats, tell: (model) => model.applyHold(seq, hold(holdId, ...seats)) };
  }
  if (what === 'releaseSome' && size < seats.length) {
    const released = seats.slice(0, size);
    const remaining = seats.slice(size);
    set(released, 'free');
    holds.set(holdId, remaining);
    const tell = (model: SeatMapModel) => model.applyRelease(seq, holdId, { seats: released }, { seats: remaining });
    return { holdId, seatsNow: remaining, seats: released, tell };
  }
  holds.delete(holdId);
  set(seats, what === 'confirm' ? 'booked' : 'free');
  const tell = (model: SeatMapModel): SeatMapChange => {
    if (what === 'confirm') return model.applyEnd(seq, holdId, 'confirmed', { seats });
    if (what === 'expire') return model.applyEnd(seq, holdId, 'expired', { seats });
    if (what === 'revoke') return model.applyEnd(seq, holdId, 'revoked', { seats });
    return model.applyRelease(seq, holdId, { seats }, { seats: [] });
  };
  return { holdId, seatsNow: [], seats, tell };
}

function play({ happenings, deliveries }: Script): void {
  const history = historyOf(happenings);
  const last = history.length - 1;
  const at = (seq: number): Moment => must(history[seq], `moment ${seq}`);
  const model = new SeatMapModel();
  let mapSeq = -1;
  let newsSeq = 0;
  /** For each seat, the latest own change that the model was told of. */
  const toldSeq = allFree().map(() => -1);

  const check = (step: string, apply: () => SeatMapChange | null, isFirst = false): void => {
    const before = looksOf(model);
    const change = must(apply(), `the change made by ${step}`);
    const after = looksOf(model);
    const changed = [...before.keys()].filter((seat) => isFirst || before[seat] !== after[seat]);
    assert.deepEqual(
      [...change.seats].sort((a, b) => a - b),
      changed,
      `seats named by ${step}`,
    );
    if (mapSeq < 0) return;
    for (let seat = 0; seat < seatCount; seat++) {
      const truth = at(Math.max(mapSeq, must(toldSeq[seat], 'a seq'))).states[seat];
      assert.equal(model.state(seat), truth, `seat ${seat} after ${step}`);
    }
  };

  const deltaTo = (toSeq: number): void => {
    const fromSeq = mapSeq;
    const changed = allFree().flatMap((_, seat) => {
      const state = must(at(toSeq).states[seat], 'a state');
      const touched = history
        .slice(fromSeq, toSeq + 1)
        .some((moment) => moment.states[seat] !== at(fromSeq).states[seat]);
      return touched ? [seat, seatStates.indexOf(state)] : [];
    });
    mapSeq = toSeq;
    check('delta', () => model.applyDelta(at(toSeq).position[0], fromSeq, toSeq, changed, noAreas));
  };
  const snapshotAt = (seq: number): void => {
    const isFirst = mapSeq < 0;
    mapSeq = seq;
    check('snapshot', () => model.applySnapshot(at(seq).position, seatCount, pack(at(seq).states), noAreas), isFirst);
  };
  /** A hold has these seats now: that it still has the others, as was told before, is not known any more. */
  const forget = (holdId: string, seatsNow: readonly number[], seq: number): void => {
    const known = model.ownHolds.find((ownHold) => ownHold.holdId === holdId)?.seats ?? [];
    for (const seat of known) {
      const told = must(toldSeq[seat], 'a seq');
      const wasToldHeld = told >= 0 && told <= seq && at(told).states[seat] === 'held';
      if (wasToldHeld && !seatsNow.includes(seat)) toldSeq[seat] = -1;
    }
  };
  const learn = (seats: readonly number[], seq: number): void => {
    for (const seat of seats) toldSeq[seat] = Math.max(seq, must(toldSeq[seat], 'a seq'));
  };
  const newsOf = (seq: number): void => {
    const { news } = at(seq);
    if (news === null) return;
    forget(news.holdId, news.seatsNow, seq);
    learn(news.seats, seq);
    check('news', () => news.tell(model));
  };
  const myHoldsAt = (seq: number): void => {
    const { holds } = at(seq);
    for (const { holdId } of model.ownHolds) forget(holdId, holds.get(holdId) ?? [], seq);
    for (const seats of holds.values()) learn(seats, seq);
    const list = [...holds].map(([holdId, seats]) => hold(holdId, ...seats));
    check('my holds', () => model.applyMyHolds(seq, list));
  };

  for (const { what, size } of deliveries) {
    if (mapSeq < 0 && what === 'delta') snapshotAt(Math.min(size, last));
    else if (what === 'delta') deltaTo(Math.min(mapSeq + size, last));
    else if (what === 'snapshot') snapshotAt(Math.min(Math.max(mapSeq, 0) + size, last));
    else if (what === 'news' && newsSeq < last) newsOf(++newsSeq);
    else if (what === 'lostNews' && newsSeq < last) newsSeq += 1;
    else if (what === 'myHolds') myHoldsAt(newsSeq);
  }

  snapshotAt(last);
  myHoldsAt(last);
  assert.deepEqual(
    allFree().map((_, seat) => model.state(seat)),
    at(last).states,
  );
  assert.deepEqual(new Map(model.ownHolds.map(({ holdId, seats }) => [holdId, seats])), at(last).holds);
  assert.equal(model.missedNews, false);
}

function looksOf(model: SeatMapModel): string[] {
  return allFree().map((_, seat) => `${model.state(seat)} ${model.ownHoldOf(seat)?.holdId === undefined ? '' : 'own'}`);
}
