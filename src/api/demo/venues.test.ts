import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { must } from '../../lib/must.js';
import { blocksOf } from '../charts/blocks.js';
import { type ChartRow, type ChartSeat, readChart } from '../charts/chart.js';
import { arena } from './arena.js';
import { concertHall } from './concert-hall.js';
import { roundHall } from './round-hall.js';
import { stadium } from './stadium.js';
import type { Point } from './track.js';
import type { Venue } from './venue.js';

const seatPitch = 10;
interface House {
  readonly make: () => Venue;
  readonly seats: number;
  readonly standing: number;
  /** Where everybody looks. */
  readonly stage: Point;
  /** Categories of the seats that are best where none is chosen. */
  readonly best: string;
}
const venues: Readonly<Record<string, House>> = {
  'the concert hall': { make: concertHall, seats: 1744, standing: 0, stage: { x: 350, y: 250 }, best: 'premium' },
  'the round hall': { make: roundHall, seats: 5272, standing: 1550, stage: { x: 900, y: 605 }, best: 'stalls' },
  'the arena': { make: arena, seats: 18_000, standing: 3200, stage: { x: 1080, y: 1160 }, best: 'lower' },
  'the stadium': { make: stadium, seats: 60_000, standing: 0, stage: stadium().focalPoint, best: 'first' },
};

for (const [name, { make, seats: seatCount, standing, stage, best }] of Object.entries(venues)) {
  describe(name, () => {
    const venue = make();
    const rows = venue.sections.flatMap((section) => section.rows);
    const benches = rows.filter((row) => !isBox(row));
    const seats = rows.flatMap((row) => row.seats);

    test(`is a chart of exactly ${seatCount} seats without anything odd`, () => {
      const checked = readChart(venue);
      assert.equal(checked.seatCount, seatCount);
      assert.deepEqual(checked.warnings, []);
      assert.equal(
        venue.areas.reduce((sum, { capacity }) => sum + capacity, 0),
        standing,
      );
    });

    test('no two seats overlap', () => {
      assert.ok(leastDistance(seats) >= 0.8 * seatPitch, `least distance is ${leastDistance(seats)}`);
    });

    test('between two aisles seats stand evenly', () => {
      for (const { row, part } of benches.flatMap(partsOf)) {
        const gaps = part.slice(1).map((seat, at) => distance(seat, must(part[at], 'the seat before')));
        assert.ok(Math.max(...gaps) - Math.min(...gaps) < 0.05 * seatPitch, `row ${row.label}: ${gaps.join(' ')}`);
      }
    });

    test('a row is listed from left to right as those see it who sit there and look at the stage', () => {
      for (const { part } of benches.flatMap(partsOf)) {
        for (const [at, seat] of part.entries()) {
          const next = part[at + 1];
          if (next !== undefined) assert.ok(turnsLeft(seat, next, stage), JSON.stringify([seat, next]));
        }
      }
    });

    test('the seats nearest the focal point are those that people would call the best', () => {
      const { x, y } = venue.focalPoint;
      const nearest = seats.toSorted((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y));
      assert.deepEqual(new Set(nearest.slice(0, 20).map(({ category }) => category)), new Set([best]));
    });

    test('rows lie behind each other, none crosses another', () => {
      for (const { key, rows: inSection } of venue.sections.filter((section) => !section.rows.some(isBox))) {
        for (const [at, row] of inSection.entries()) {
          const behind = inSection[at + 1];
          if (behind === undefined) continue;
          const nearest = Math.min(...behind.seats.flatMap((seat) => row.seats.map((other) => distance(seat, other))));
          assert.ok(nearest > 1.2 * seatPitch && nearest < 3 * seatPitch, `${key} ${row.label}: ${nearest}`);
        }
      }
    });

    test('everything lies within the size', () => {
      const drawn = venue.drawing.flatMap((item): Point[] => {
        if (item.shape === 'polygon') return item.points.map(([x, y]) => ({ x, y }));
        if (item.shape === 'rectangle') return [item, { x: item.x + item.width, y: item.y + item.height }];
        return [item];
      });
      const standingEdges = venue.areas.flatMap(({ shape }) =>
        shape.type === 'polygon' ? shape.points.map(([x, y]) => ({ x, y })) : [shape],
      );
      for (const { x, y } of [...seats, ...drawn, ...standingEdges, venue.focalPoint]) {
        assert.ok(x >= 10 && y >= 10 && x <= venue.size.width - 10 && y <= venue.size.height - 10, `${x} ${y}`);
      }
      for (const { x, y } of seats) assert.deepEqual([x, y], [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
    });

    test('it has some price levels, all of them used, and colours of their own', () => {
      const used = new Set([...seats, ...venue.areas].map(({ category }) => category));
      assert.deepEqual([...used].sort(), venue.categories.map(({ key }) => key).sort());
      assert.ok(used.size >= 4 && used.size <= 7);
      assert.equal(new Set(venue.categories.map(({ color }) => color)).size, used.size);
    });

    test('of a hundred places about one is for a wheelchair, with its companion next to it', () => {
      const wheelchairs = seats.filter(({ accessible }) => accessible === 'wheelchair').length;
      assert.ok(wheelchairs >= 0.006 * seatCount && wheelchairs <= 0.01 * seatCount, `${wheelchairs}`);
      for (const { part } of rows.flatMap(partsOf)) {
        for (const [at, { accessible }] of part.entries()) {
          if (accessible !== undefined) {
            const expected = at % 2 === 0 ? ['wheelchair', 'companion'] : ['companion', 'wheelchair'];
            assert.deepEqual([accessible, part[at + (at % 2 === 0 ? 1 : -1)]?.accessible], expected);
          }
        }
      }
    });

    test('is the same each time', () => assert.deepEqual(make(), venue));
  });
}

describe('habits of the houses', () => {
  test('concert hall: what tools and tests rely on', () => {
    const { categories, sections } = concertHall();
    const keys = new Set(categories.map(({ key }) => key));
    for (const key of ['premium', 'standard', 'balcony']) assert.ok(keys.has(key));
    assert.ok(must(sections[0]?.rows[0], 'the first row').seats.length >= 4, 'seats 0 to 3 stand together');
    const centre = must(
      sections.find(({ key }) => key === 'stalls-centre'),
      'the middle of the stalls',
    );
    assert.deepEqual(
      centre.rows.slice(0, 2).map(({ label, seats }) => [label, seats[0]?.category]),
      [
        ['A', 'premium'],
        ['B', 'premium'],
      ],
    );
  });

  test('concert hall: odd numbers to the left, even ones to the right, none twice in a row of the stalls', () => {
    const { sections, size } = concertHall();
    const stalls = sections.filter(({ key }) => key.startsWith('stalls'));
    for (const [at] of must(stalls[0], 'a block').rows.entries()) {
      const row = stalls.flatMap(({ rows }) => rows[at]?.seats ?? []);
      assert.equal(new Set(row.map(({ label }) => label)).size, row.length);
      for (const { label, x } of row) {
        assert.ok(Number(label) === 1 || (Number(label) % 2 === 1) === x < size.width / 2, `${label} at ${x}`);
      }
    }
  });

  test('concert hall: rows of the stalls are bent around the stage', () => {
    for (const { key, rows } of concertHall().sections) {
      if (key !== 'stalls-centre') continue;
      for (const { seats } of rows) {
        const [first, middle, last] = [seats[0], seats[Math.floor(seats.length / 2)], seats.at(-1)];
        assert.ok(must(middle, 'a seat').y > Math.max(must(first, 'a seat').y, must(last, 'a seat').y) + 1);
      }
    }
  });

  test('round hall: boxes of 8, 12 and 5, each a row', () => {
    const boxes = (key: string) =>
      roundHall()
        .sections.filter((section) => section.key.startsWith(key))
        .flatMap(({ rows }) => rows);
    for (const [key, count, chairs] of [
      ['loggia', 36, 8],
      ['grand', 30, 12],
      ['second', 72, 5],
    ] as const) {
      assert.deepEqual(
        boxes(key).map(({ label }) => label),
        Array.from({ length: count }, (_, at) => `Box ${at + 1}`),
      );
      for (const { seats } of boxes(key)) assert.equal(seats.length, chairs);
    }
  });

  test('arena: no section behind the stage, no row I or O, longer rows towards the back of a corner', () => {
    const { sections } = arena();
    const numbers = sections.flatMap(({ key }) => (/^\d+$/.test(key) ? [Number(key)] : []));
    assert.deepEqual(numbers, [...range(103, 126), ...range(204, 237)]);
    const labels = new Set(sections.flatMap(({ rows }) => rows.map(({ label }) => label)));
    assert.ok(!labels.has('I') && !labels.has('O') && labels.has('J') && labels.has('P'));
    const corner = must(
      sections.find(({ key }) => key === '112'),
      'a corner',
    );
    const lengths = corner.rows.slice(0, -1).map(({ seats }) => seats.length);
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => a - b),
    );
    assert.ok(new Set(lengths).size > 5 && lengths.some((length) => length % 2 === 1));
  });

  test('stadium: blocks of 20 to 30 seats a row along the stands, numbered on clockwise', () => {
    const { sections } = stadium();
    const north = sections.filter(({ name }) => name.startsWith('North stand 1'));
    assert.equal(north.length, 7);
    for (const [at, { seats }] of must(north[0], 'a block').rows.entries()) {
      // Fewer where a stair comes out between them.
      assert.ok(seats.length >= (partsOf({ label: '', seats }).length === 1 ? 20 : 16) && seats.length <= 30);
      const clockwise = north.flatMap(({ rows }) => must(rows[at], 'the row').seats.toReversed());
      assert.deepEqual(
        clockwise.map(({ label }) => Number(label)),
        range(1, clockwise.length),
      );
      assert.deepEqual(
        clockwise,
        clockwise.toSorted((a, b) => a.x - b.x),
        'from west to east',
      );
    }
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Chairs of a box stand in two lines. */
function isBox({ label }: ChartRow): boolean {
  return /^(Box|Suite) /.test(label);
}

/** What stands between two aisles. */
function partsOf(row: ChartRow): { row: ChartRow; part: ChartSeat[] }[] {
  let from = 0;
  return blocksOf(row.seats).map((length) => ({ row, part: row.seats.slice(from, (from += length)) }));
}

/** Whether the stage is to the left of somebody who walks from one to the other. */
function turnsLeft(from: Point, to: Point, stage: Point): boolean {
  return (to.x - from.x) * (stage.y - from.y) - (to.y - from.y) * (stage.x - from.x) < 0;
}

/** With a grid: two seats that are close are in the same cell or in neighbours. */
function leastDistance(seats: readonly Point[]): number {
  const cells = new Map<string, Point[]>();
  const cellOf = (length: number) => Math.floor(length / (2 * seatPitch));
  let least = Number.POSITIVE_INFINITY;
  for (const seat of seats) {
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        for (const other of cells.get(`${cellOf(seat.x) + dx} ${cellOf(seat.y) + dy}`) ?? []) {
          least = Math.min(least, distance(seat, other));
        }
      }
    }
    const key = `${cellOf(seat.x)} ${cellOf(seat.y)}`;
    cells.set(key, [...(cells.get(key) ?? []), seat]);
  }
  return least;
}
