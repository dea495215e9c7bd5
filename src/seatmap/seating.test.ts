import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodePositions } from './positions.js';
import { Seating, seatingOf } from './seating.js';
import { roomyConfigurationOf } from './testing/hall.js';
import { chartArbitrary, configurationOfChart } from './testing/small-charts.js';

const layout = {
  focus: [50, -20],
  sections: ['left', 'right'],
  seatSections: [
    [0, 2],
    [0, 2],
    [1, 4],
  ],
  blocks: [3, 3, 2],
  seatAccess: [
    [0, 6],
    [1, 1],
    [2, 1],
  ],
  positions: encodePositions([0, 0, 10, 0, 20, 0, 0, 12, 11, 12, 22, 12, 0, 24, 30, 24]),
} as const;

test('a layout is decoded, and a block ends where its section does', () => {
  const seating = new Seating({ ...roomyConfigurationOf(8), layout });
  assert.deepEqual([...seating.blockStarts], [0, 3, 4, 6, 8]);
  assert.deepEqual([...seating.sectionOfBlock], [0, 0, 1, 1]);
  assert.deepEqual([...seating.access], [0, 0, 0, 0, 0, 0, 1, 2]);
  assert.deepEqual([seating.focusX, seating.focusY], [50, -20]);
  assert.deepEqual([...seating.positions].slice(6, 10), [0, 12, 11, 12]);
});

test('the pitch is what most neighbours have', () => {
  assert.equal(new Seating({ ...roomyConfigurationOf(8), layout }).pitchSquared, 121);
  const alone = { ...layout, blocks: Array.from({ length: 8 }, () => 1) };
  assert.equal(new Seating({ ...roomyConfigurationOf(8), layout: alone }).pitchSquared, 100);
});

test('without a layout all seats are one block on a line from the focus on', () => {
  const seating = new Seating(roomyConfigurationOf(4));
  assert.deepEqual([...seating.positions], [0, 0, 10, 0, 20, 0, 30, 0]);
  assert.deepEqual([...seating.blockStarts], [0, 4]);
  assert.deepEqual(seating.sections, ['']);
  assert.deepEqual([seating.focusX, seating.focusY, seating.pitchSquared], [0, 0, 100]);
});

test('every seat is in one block, and its section is the one of its block', () => {
  fc.assert(
    fc.property(chartArbitrary({ rowsMax: 8, seatsPerRowMax: 6 }), (chart) => {
      const seating = new Seating(configurationOfChart(chart));
      const sections = [...seating.sectionOfBlock].flatMap((section, block) => {
        const seats = (seating.blockStarts[block + 1] ?? 0) - (seating.blockStarts[block] ?? 0);
        assert.ok(seats > 0);
        return Array.from({ length: seats }, () => section);
      });
      assert.deepEqual(
        sections,
        chart.seats.map(({ section }) => section),
      );
    }),
  );
});

test('a seating is decoded once for each configuration', () => {
  const configuration = { ...roomyConfigurationOf(8), layout };
  assert.equal(seatingOf(configuration), seatingOf(configuration));
  assert.notEqual(seatingOf(configuration), seatingOf({ ...configuration }));
});

test('the seating of 60,000 seats is well below a megabyte', () => {
  const seatCount = 60_000;
  const positions = encodePositions(Array.from({ length: seatCount * 2 }, (_, index) => index * 100));
  const large = {
    ...layout,
    seatSections: [[0, seatCount]] as const,
    seatAccess: [[0, seatCount]] as const,
    blocks: Array.from({ length: seatCount / 20 }, () => 20),
    positions,
  };
  const { byteLength } = new Seating({ ...roomyConfigurationOf(seatCount), layout: large });
  assert.ok(byteLength < 700_000, `${byteLength} bytes`);
});
