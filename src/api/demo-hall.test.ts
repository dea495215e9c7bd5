import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readChart } from './chart.js';
import { demoHall } from './demo-hall.js';

describe('the demo hall', () => {
  const hall = demoHall();
  const rows = hall.sections.flatMap((section) => section.rows);
  const seats = rows.flatMap((row) => row.seats);

  test('is a chart of exactly 1,744 seats without anything odd', () => {
    const { seatCount, warnings } = readChart(hall);
    assert.equal(seatCount, 1744);
    assert.deepEqual(warnings, []);
  });

  test('no two seats overlap', () => {
    let least = Number.POSITIVE_INFINITY;
    for (const [at, a] of seats.entries()) {
      for (let other = 0; other < at; other++) {
        const b = seats[other] ?? a;
        least = Math.min(least, Math.hypot(a.x - b.x, a.y - b.y));
      }
    }
    assert.ok(least > 9, `least distance is ${least}`);
  });

  test('rows are bent: their ends lie nearer to the stage than their middle', () => {
    for (const section of hall.sections.filter(({ key }) => key.endsWith('centre'))) {
      for (const { seats: row } of section.rows) {
        const middle = row[Math.floor(row.length / 2)];
        assert.ok((row[0]?.y ?? 0) < (middle?.y ?? 0) && (row.at(-1)?.y ?? 0) < (middle?.y ?? 0));
      }
    }
  });

  test('within a row of a section seats are numbered from left to right', () => {
    for (const { seats: row } of rows) {
      for (const [at, seat] of row.entries()) {
        const next = row[at + 1];
        if (next === undefined) continue;
        assert.ok(seat.x < next.x);
        assert.equal(Number(next.label), Number(seat.label) + 1);
      }
    }
  });

  test('three categories, all used, the dearest nearest to the stage', () => {
    assert.deepEqual(new Set(seats.map(({ category }) => category)), new Set(['premium', 'standard', 'balcony']));
    const nearest = seats.reduce((best, seat) => (seat.y < best.y ? seat : best));
    assert.equal(nearest.category, 'premium');
  });

  test('every wheelchair place has a companion beside it', () => {
    const wheelchairs = seats.filter(({ accessible }) => accessible === 'wheelchair');
    assert.equal(wheelchairs.length, 6);
    for (const { seats: row } of rows) {
      for (const [at, seat] of row.entries()) {
        if (seat.accessible !== 'wheelchair') continue;
        assert.ok(row[at - 1]?.accessible === 'companion' || row[at + 1]?.accessible === 'companion');
      }
    }
  });

  test('is the same each time', () => assert.deepEqual(demoHall(), hall));
});
