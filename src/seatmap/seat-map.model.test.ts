import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import { acceptedBody, holdsOf } from './answer.js';
import type { Change } from './change.js';
import type { BestSeatsWish, Command, Decision, HoldBestCommand, Rejection } from './command.js';
import type { EventConfiguration } from './configuration.js';
import { apply, openSeatMap } from './apply.js';
import { decide } from './decide.js';

import { holdIdOf } from './ids.js';
import { checkInvariants } from './invariants.js';
import { nextDeadlineMs, nextExpiry } from './next-expiry.js';
import { withOffer } from './offer.js';
import { seatMapDifference } from './same-seat-map.js';
import type { SeatMap } from './seat-map.js';
import { decodeSeatMap, encodeSeatMap } from './snapshot.js';
import { openedAtMs, standingConfigurationOf } from './testing/hall.js';
import { NaiveEvent, type NaiveOutcome } from './testing/naive-event.js';
import { touchedPlaces } from './touched-places.js';
import { eachTouchedSeat } from './touched-seats.js';

/** What is under test, with every change that it has made. */
interface Real {
  map: SeatMap;
  readonly journal: { readonly change: Change; readonly epoch: number }[];
  /** A second map's states, kept by `eachTouchedSeat` alone, as fan-out does it. */
  readonly watched: number[];
  /** The same of areas, by `touchedPlaces`: area → `[free, held, booked, blocked]`. */
  readonly watchedAreas: Map<string, number[]>;
}

const holderIds = ['ann', 'bob', 'cid'];
const operator = 'operator';

function record(model: NaiveEvent, real: Real, change: Change): void {
  apply(real.map, change, model.epoch);
  real.journal.push({ change, epoch: model.epoch });
  eachTouchedSeat(change, (seat, state) => {
    real.watched[seat] = state;
  });
  const touched = touchedPlaces(change);
  if (touched === null) return;
  const { places, from, to } = touched;
  const counts = must(real.watchedAreas.get(places.area), 'a watched area');
  counts[from] = (counts[from] ?? 0) - places.quantity;
  counts[to] = (counts[to] ?? 0) + places.quantity;
}

function checkSame(model: NaiveEvent, real: Real): void {
  const { map } = real;
  checkInvariants(map);
  assert.deepEqual([map.epoch, map.seq], [real.journal.at(-1)?.epoch, model.seq]);
  const states = Array.from({ length: model.configuration.seatCount }, (_, seat) => model.stateOf(seat));
  assert.deepEqual([...map.states], states);
  assert.deepEqual(real.watched, states);
  assert.deepEqual(map.areas.all(), model.areas());
  assert.deepEqual(
    Array.from(real.watchedAreas, ([area, counts]) => [area, ...counts]),
    model.areas(),
  );
  assert.equal(nextDeadlineMs(map), model.nextDeadlineMs());
  for (const holderId of holderIds)
    assert.deepEqual(holdsOf(map, holderId, model.nowMs).holds, model.holdsOf(holderId));
}

function endDue(model: NaiveEvent, real: Real): void {
  const ended: ReturnType<NaiveEvent['expire']> = [];
  for (let due = nextExpiry(real.map, model.nowMs); due !== null; due = nextExpiry(real.map, model.nowMs)) {
    record(model, real, due);
    ended.push({ holdId: holdIdOf(due.holdEpoch, due.holdSeq), seats: [...due.seats], places: due.places ?? null });
  }
  assert.deepEqual(ended, model.expire());
}

/** `decide` changes nothing and answers alike when asked again. */
function decidePurely(map: SeatMap, command: Command, nowMs: number): Decision {
  const before = encodeSeatMap(map);
  const decision = decide(map, command, nowMs);
  assert.deepEqual(decide(map, command, nowMs), decision);
  assert.deepEqual(encodeSeatMap(map), before);
  return decision;
}

/** Up to three offers of as many free seats, for seats that are taken or best ones that are gone. */
function checkAlternatives(model: NaiveEvent, command: Command, { code, alternatives = [] }: Rejection): void {
  assert.ok(alternatives.length >= 1 && alternatives.length <= 3);
  assert.equal(code, command.kind === 'hold' ? 'seat_taken' : 'not_available');
  const quantity = command.kind === 'hold' ? command.seats.length : 'wish' in command && command.wish.quantity;
  for (const offered of alternatives) {
    assert.equal(new Set(offered).size, quantity);
    assert.deepEqual(
      offered.filter((seat) => model.stateOf(seat) !== 0),
      [],
    );
  }
}

function outcomeOf(model: NaiveEvent, real: Real, command: Command): NaiveOutcome {
  const decision = decidePurely(real.map, command, model.nowMs);
  if (decision.kind === 'already') return { already: decision.seq };
  if (decision.kind === 'rejected') {
    const { message, ...rest } = decision.rejection;
    assert.match(message, /^Cannot .+ as .+/);
    const offered = withOffer(real.map, command, decision.rejection);
    if (offered.alternatives !== undefined) checkAlternatives(model, command, offered);
    return rest as NaiveOutcome;
  }
  record(model, real, decision.change);
  return { answer: acceptedBody(decision.change, model.epoch, real.map.seq, real.map, model.nowMs) };
}

type Step = fc.Command<NaiveEvent, Real>;

/** A command whose ids are picked when it runs: the n-th hold so far, any holder's, live or not, or one that never was. */
function ask(makeCommand: (model: NaiveEvent) => Exclude<Command, HoldBestCommand>, shown: string): Step {
  return {
    check: () => true,
    run(model, real) {
      endDue(model, real);
      const command = makeCommand(model);
      const outcome = outcomeOf(model, real, command);
      assert.deepEqual(outcome, model.do(command));
      checkSame(model, real);
    },
    toString: () => shown,
  };
}

/**
 * The rules about holds hold for the best seats too, and what is chosen is held as if asked for by name. Whether it is the best
 * is for best-seats.test.ts.
 */
function askBest(holderId: string, wish: BestSeatsWish): Step {
  return {
    check: () => true,
    run(model, real) {
      endDue(model, real);
      const outcome = outcomeOf(model, real, { kind: 'holdBest', identity: identity(holderId), wish });
      const { near, quantity } = wish;
      const refusal = model.refusal(holderId, quantity);
      if (near !== null && near >= model.configuration.seatCount) {
        assert.deepEqual(outcome, { code: 'unknown_seat', seats: [near] });
      } else if (refusal !== null) {
        assert.deepEqual(outcome, refusal);
      } else if ('answer' in outcome) {
        const { seats: chosen } = outcome.answer as { readonly seats: number[] };
        assert.equal(chosen.length, quantity);
        assert.deepEqual(outcome, model.do({ kind: 'hold', identity: identity(holderId), seats: chosen }));
      } else {
        assert.deepEqual(outcome, { code: 'not_available' });
        const freeSeats = real.watched.filter((state) => state === 0).length;
        if (!wish.together && wish.categories === null) assert.ok(freeSeats < quantity);
      }
      checkSame(model, real);
    },
    toString: () => `${holderId} holds the best: ${JSON.stringify(wish)}`,
  };
}

function step(shown: string, run: (model: NaiveEvent, real: Real) => void): Step {
  return {
    check: () => true,
    run(model, real) {
      run(model, real);
      checkSame(model, real);
    },
    toString: () => shown,
  };
}

const holder = fc.constantFrom(...holderIds);
/** Seats 12 and 13 do not exist. */
const seats = fc.uniqueArray(fc.nat(13), { minLength: 1, maxLength: 4 });
const knownSeats = fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 3 });
const pick = fc.nat(1_000);
const neverMade = ['', 'H', 'nonsense', 'H1-1', 'H9-2', 'B1-2', 'H1-zzzzzzzzzzz', 'H-1', 'h1-2', 'H1-2-3'];

/** Recent holds come up more often: they are likely to be live. */
function pickHold(
  model: NaiveEvent,
  n: number,
): { readonly holdId: string; readonly holderId: string; readonly seats: number[] } {
  const hold =
    n % 7 === 0 ? undefined : (model.holds.at(-1 - (n % 5)) ?? model.holds[n % Math.max(1, model.holds.length)]);
  if (hold === undefined) return { holdId: neverMade[n % neverMade.length] ?? '', holderId: 'ann', seats: [0] };
  return { holdId: hold.id, holderId: hold.holderId, seats: hold.seats };
}

function pickBooking(model: NaiveEvent, n: number): string {
  const bookings = model.holds.flatMap((hold) => (hold.booking === null ? [] : [hold.booking.id]));
  return n % 7 === 0 ? (neverMade[n % neverMade.length] ?? '') : (bookings[n % Math.max(1, bookings.length)] ?? 'B1-1');
}

const identity = (holderId: string) => ({ holderId, commandId: 'command-1', payloadHash: 7 });
/** Usually the hold's own holder, sometimes another. */
const asker = fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: holder });
/** Mostly seats that exist. */
const anySeats = fc.oneof({ weight: 4, arbitrary: knownSeats }, { weight: 1, arbitrary: seats });

const holds = fc
  .tuple(holder, anySeats)
  .map(([holderId, wanted]) =>
    ask(() => ({ kind: 'hold', identity: identity(holderId), seats: wanted }), `${holderId} holds ${wanted.join()}`),
  );
const bestHolds = fc
  .tuple(
    holder,
    fc.record({
      quantity: fc.integer({ min: 1, max: 4 }),
      categories: fc.constantFrom(null, null, ['dear'], ['nonsense']),
      sections: fc.constant(null),
      together: fc.boolean(),
      accessible: fc.constant(0),
      near: fc.option(fc.nat(13)),
    }),
  )
  .map(([holderId, wish]) => askBest(holderId, wish));
/** There is no such area as `nowhere`. */
const places = fc.record({
  area: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('floor', 'box') },
    { weight: 1, arbitrary: fc.constant('nowhere') },
  ),
  quantity: fc.integer({ min: 1, max: 4 }),
});
const areaHolds = fc
  .tuple(holder, places)
  .map(([holderId, wanted]) =>
    ask(
      () => ({ kind: 'holdArea', identity: identity(holderId), places: wanted }),
      `${holderId} holds ${wanted.quantity} of ${wanted.area}`,
    ),
  );
const extends_ = fc.tuple(asker, pick).map(([who, n]) =>
  ask(
    (model) => {
      const { holdId, holderId } = pickHold(model, n);
      return { kind: 'extend', identity: identity(who ?? holderId), holdId };
    },
    `${who ?? 'its holder'} extends hold ${n}`,
  ),
);
const releases = fc
  .tuple(
    asker,
    pick,
    fc.oneof(fc.constant(null), fc.constant('own' as const), anySeats),
    fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
  )
  .map(([who, n, list, quantity]) =>
    ask(
      (model) => {
        const { holdId, holderId, seats: had } = pickHold(model, n);
        const own = had.length === 0 ? null : had.filter((_, index) => index === 0 || (n >> index) % 2 === 1);
        const wanted = list === 'own' ? own : list;
        return { kind: 'release', identity: identity(who ?? holderId), holdId, seats: wanted, quantity };
      },
      `${who ?? 'its holder'} releases ${String(list ?? 'all')}, places ${quantity}, of hold ${n}`,
    ),
  );
const confirms = fc.tuple(asker, pick, fc.boolean()).map(([who, n, byServer]) =>
  ask(
    (model) => {
      const { holdId, holderId } = pickHold(model, n);
      const by = byServer ? 'server' : 'holder';
      return { kind: 'confirm', identity: identity(who ?? holderId), holdId, orderRef: 'order', by };
    },
    `${who ?? 'its holder'} confirms hold ${n}${byServer ? ' by the server' : ''}`,
  ),
);
const blocks = fc
  .tuple(fc.constantFrom('block' as const, 'unblock' as const), anySeats)
  .map(([kind, list]) =>
    ask(
      () => ({ kind, identity: identity(operator), seats: list, places: null, reason: 'why' }),
      `${kind} ${list.join()}`,
    ),
  );
const areaBlocks = fc
  .tuple(fc.constantFrom('block' as const, 'unblock' as const), places)
  .map(([kind, some]) =>
    ask(
      () => ({ kind, identity: identity(operator), seats: [], places: some, reason: 'why' }),
      `${kind} ${some.quantity} of ${some.area}`,
    ),
  );
const revokes = pick.map((n) =>
  ask(
    (model) => ({ kind: 'revoke', identity: identity(operator), holdId: pickHold(model, n).holdId, reason: 'why' }),
    `revoke hold ${n}`,
  ),
);
const cancels = pick.map((n) =>
  ask(
    (model) => ({ kind: 'cancel', identity: identity(operator), bookingId: pickBooking(model, n), reason: 'why' }),
    `cancel booking ${n}`,
  ),
);
const passes = fc.nat(600).map((ms) =>
  step(`${ms} ms pass`, (model, real) => {
    model.nowMs += ms;
    endDue(model, real);
  }),
);
/** To just before the next deadline, or exactly to it. */
const passesToDeadline = fc.constantFrom(-1, 0).map((offset) =>
  step(`time passes to the next deadline ${offset}`, (model, real) => {
    const deadlineMs = model.nextDeadlineMs();
    if (deadlineMs !== Number.POSITIVE_INFINITY) model.nowMs = Math.max(model.nowMs, deadlineMs + offset);
    endDue(model, real);
  }),
);
const recoveries = fc.tuple(fc.nat(3_000), fc.integer({ min: 1, max: 3 })).map(([downMs, epochs]) =>
  step(`a crash, ${downMs} ms down`, (model, real) => {
    model.nowMs += downMs;
    model.epoch += epochs;
    const untilMs = model.nowMs + 300;
    record(model, real, { kind: 'DeadlinesRaised', atMs: model.nowMs, untilMs });
    model.raise(untilMs);
  }),
);
const activations = fc.constant(
  step('a new activation in order', (model) => {
    model.epoch += 1;
  }),
);
const snapshots = fc.constant(
  step('a snapshot and back', (_, real) => {
    const bytes = encodeSeatMap(real.map);
    const decoded = decodeSeatMap(bytes);
    assert.equal(seatMapDifference(decoded, real.map), null);
    assert.deepEqual(encodeSeatMap(decoded), bytes);
    real.map = decoded;
  }),
);

const many = <T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T>[] =>
  Array<fc.Arbitrary<T>>(weight).fill(arbitrary);
const steps = [
  ...many(holds, 6),
  ...many(bestHolds, 2),
  ...many(areaHolds, 6),
  ...many(extends_, 3),
  ...many(releases, 5),
  ...many(confirms, 4),
  ...many(blocks, 2),
  ...many(areaBlocks, 2),
  ...many(passes, 2),
  ...many(passesToDeadline, 3),
  revokes,
  ...many(cancels, 2),
  recoveries,
  activations,
  snapshots,
];

const configurations: fc.Arbitrary<EventConfiguration> = fc
  .record({
    onSaleAtMs: fc.option(fc.integer({ min: openedAtMs, max: openedAtMs + 500 }), { freq: 2 }),
    closesAtMs: fc.option(fc.integer({ min: openedAtMs + 3_000, max: openedAtMs + 9_000 }), { freq: 2 }),
    extensionsPerHoldMax: fc.nat(2),
    confirmBy: fc.oneof(
      { weight: 4, arbitrary: fc.constant('holder' as const) },
      { weight: 1, arbitrary: fc.constant('server' as const) },
    ),
  })
  .map(standingConfigurationOf);

test('[I2] [I3] [I4] [I9] [I11] [I12] [I13] decide and apply do what the rules say, through any story', () => {
  fc.assert(
    fc.property(configurations, fc.commands(steps, { maxCommands: 120, size: 'max' }), (configuration, commands) => {
      const opened: Change = { kind: 'EventOpened', atMs: openedAtMs, configuration };
      const model = new NaiveEvent(configuration, openedAtMs);
      const real: Real = {
        map: openSeatMap(opened, model.epoch),
        journal: [{ change: opened, epoch: model.epoch }],
        watched: Array<number>(configuration.seatCount).fill(0),
        watchedAreas: new Map(configuration.areas.map(({ area, capacity }) => [area, [capacity, 0, 0, 0]])),
      };
      fc.modelRun(() => ({ model, real }), commands);

      const replayed = openSeatMap(opened, 1);
      for (const { change, epoch } of real.journal.slice(1)) apply(replayed, change, epoch);
      assert.equal(seatMapDifference(replayed, real.map), null);
      assert.deepEqual(encodeSeatMap(replayed), encodeSeatMap(real.map));
    }),
    { numRuns: 1_000 },
  );
});
