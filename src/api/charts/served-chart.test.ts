import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { readChart } from './chart.js';
import { servedPieces, storedChart, storedChartInPieces } from './served-chart.js';
import { arbitraryChart } from './testing/arbitrary-chart.js';
import { manySeats } from './testing/many-seats.js';

interface Served {
  readonly sections: { readonly rows: { readonly seats: { index?: number }[] }[] }[];
}

/** The chart without what is served on top of it, and the indexes that its seats had. */
function withoutIndexes(text: string): { readonly chart: object; readonly indexes: readonly (number | undefined)[] } {
  const { chartVersion, ...chart } = JSON.parse(text) as Served & { readonly chartVersion: number };
  assert.equal(chartVersion, 1);
  const seats = chart.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats));
  const indexes = seats.map(({ index }) => index);
  for (const seat of seats) delete seat.index;
  return { chart, indexes };
}

describe('a chart as it is served', () => {
  test('is the chart with its version; indexes run from 0 without a gap, in document order', () => {
    fc.assert(
      fc.property(arbitraryChart, (given) => {
        const { chart, seatCount } = readChart(given);
        const served = withoutIndexes([...servedPieces(chart, 1)].join(''));
        assert.deepEqual(served.chart, JSON.parse(JSON.stringify(chart)));
        assert.deepEqual(served.indexes, [...Array(seatCount).keys()]);
      }),
    );
  });

  test('long rows too, and with pauses it is the same', async () => {
    const checked = readChart(manySeats(10, 1234));
    const stored = storedChart('hall', checked);
    assert.deepEqual(withoutIndexes(stored.body).indexes, [...Array(12_340).keys()]);
    let breaths = 0;
    const inPieces = await storedChartInPieces('hall', checked, async () => {
      breaths += 1;
    });
    assert.deepEqual(inPieces, stored);
    assert.ok(breaths > 0);
    const { body: _, ...row } = stored;
    assert.deepEqual(row, { chartId: 'hall', chartVersion: 1, name: 'Many seats', seatCount: 12_340, areaCount: 0 });
  });
});
