import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { must } from '../lib/must.js';
import type { AreaCounts } from '../protocol/down.js';
import { LiveAreas, type OwnMove } from './live-areas.js';

const capacity = 1_000;

/** One change of the event: an own one, told to the model or not, or somebody else's. */
interface Happening {
  readonly by: 'us' | 'others';
  readonly from: OwnMove['from'];
  readonly to: OwnMove['to'];
  readonly quantity: number;
  /** How often the news of it comes. */
  readonly told: number;
}

const happenings = fc.array(
  fc.record({
    by: fc.constantFrom<Happening['by'][]>('us', 'others'),
    from: fc.constantFrom<OwnMove['from'][]>('free', 'held'),
    to: fc.constantFrom<OwnMove['to'][]>('free', 'held', 'booked'),
    quantity: fc.integer({ min: 1, max: 9 }),
    told: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 30 },
);
const steps = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 });

/** The counts after each change; change 0 is the start. Nothing runs short: at most 270 places move. */
function historyOf(changes: readonly Happening[]): readonly Counts[] {
  const history: Counts[] = [{ free: 400, held: 400, booked: 100 }];
  for (const { from, to, quantity } of changes) {
    const next = { ...must(history.at(-1), 'the counts before') };
    next[from] -= quantity;
    next[to] += quantity;
    history.push(next);
  }
  return history;
}
type Counts = Record<'free' | 'held' | 'booked', number>;

function onTheWire({ free, held, booked }: Counts): AreaCounts {
  return ['floor', free, held, booked, capacity - free - held - booked];
}

test('[I14] shows the map and every own change above it that was told, each once, in whatever order they come', () => {
  fc.assert(
    fc.property(happenings, steps, fc.nat(), (changes, script, order) => {
      const history = historyOf(changes);
      const areas = new LiveAreas();
      areas.replace([onTheWire(must(history[0], 'the start'))]);
      let mapSeq = 0;
      const told = new Set<number>();
      const news = changes.flatMap(({ by, told: times }, at) =>
        by === 'us' ? Array.from({ length: times }, () => at + 1) : [],
      );
      for (const step of script) {
        if (step === 0 && news.length > 0) {
          const [seq = 0] = news.splice(order % news.length, 1);
          const { from, to, quantity } = must(changes[seq - 1], 'a change');
          if (seq > mapSeq) areas.lay(seq, { area: 'floor', quantity, from, to });
          told.add(seq);
        } else {
          mapSeq = Math.min(mapSeq + step, changes.length);
          areas.update([onTheWire(must(history[mapSeq], 'the counts'))]);
          areas.reach(mapSeq);
        }

        const expected = { ...must(history[mapSeq], 'the counts') };
        for (const seq of told) {
          if (seq <= mapSeq) continue;
          const { from, to, quantity } = must(changes[seq - 1], 'a change');
          expected[from] -= quantity;
          expected[to] += quantity;
        }
        const [area, free, held, booked, blocked] = onTheWire(expected);
        assert.deepEqual(areas.of('floor'), { area, free, held, booked, blocked });
        assert.deepEqual(areas.all, [areas.of('floor')]);
      }
    }),
    { numRuns: 500 },
  );
});

test('[I11] no count falls below 0 and the sum stays the capacity, where others changed what is not known yet', () => {
  const moves = fc.array(
    fc.record({
      area: fc.constant('floor'),
      quantity: fc.integer({ min: 1, max: 8 }),
      from: fc.constantFrom<OwnMove['from'][]>('free', 'held'),
      to: fc.constantFrom<OwnMove['to'][]>('free', 'held', 'booked'),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.nat(10), fc.nat(10), moves, (free, held, laid) => {
      const areas = new LiveAreas();
      areas.replace([['floor', free, held, 3, 4]]);
      for (const [at, move] of laid.entries()) areas.lay(at + 1, move);
      const shown = must(areas.of('floor'), 'the floor');
      assert.ok(shown.free >= 0 && shown.held >= 0 && shown.booked >= 0);
      assert.equal(shown.free + shown.held + shown.booked + shown.blocked, free + held + 7);
    }),
  );
});

test('says whether the map has caught up with something', () => {
  const areas = new LiveAreas();
  areas.replace([['floor', 10, 0, 0, 0]]);
  areas.lay(5, { area: 'floor', quantity: 2, from: 'free', to: 'held' });
  assert.equal(areas.reach(4), false);
  assert.equal(areas.of('floor')?.free, 8);
  assert.equal(areas.reach(5), true);
  assert.equal(areas.of('floor')?.free, 10);
});
