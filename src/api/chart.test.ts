import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import { categoryRuns, numbered, readChart } from './chart.js';
import { Problem } from './problem.js';
import { smallChart } from './testing/small-chart.js';

/** The small chart with the value at a path replaced: `sections.0.rows.1.label`. */
function withValue(path: string, value: unknown): unknown {
  const chart: unknown = structuredClone(smallChart());
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce((node, step) => (node as Record<string, unknown>)[step], chart) as Record<
    string,
    unknown
  >;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return chart;
}

const faults: [path: string, value: unknown, shown?: string][] = [
  ['name', undefined],
  ['name', '  '],
  ['name', 'a\u0000b'],
  ['name', 'half \ud800'],
  ['name', 'x'.repeat(201)],
  ['size', undefined],
  ['size.width', 0],
  ['size.height', '50'],
  ['size.height', Number.POSITIVE_INFINITY],
  ['categories', []],
  ['categories.0.key', ''],
  ['categories.1.key', 'a'],
  ['categories.0.color', 'red;}</style>'],
  ['sections', []],
  ['sections.1.key', 'stalls'],
  ['sections.0.rows', []],
  ['sections.0.rows.1.label', '1'],
  ['sections.0.rows.1.seats', []],
  ['sections.0.rows.0.seats.1.label', '1'],
  ['sections.0.rows.0.seats.1.label', 7],
  ['sections.0.rows.0.seats.1.x', null],
  ['sections.0.rows.0.seats.1.y', 1e7],
  ['sections.0.rows.0.seats.1.category', 'c'],
  ['sections.0.rows.0.seats.1.accessible', 'yes'],
  ['areas', [{ area: 'floor' }]],
  ['drawing', { text: 'a\u0000b' }],
  ['drawing', JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`)],
];

describe('readChart', () => {
  test('takes a chart as it is, and counts its seats', () => {
    assert.deepEqual(readChart(smallChart()), { chart: smallChart(), seatCount: 5, warnings: [] });
  });

  test('areas may be left out, a drawing may be anything', () => {
    const { areas: _, ...chart } = smallChart();
    assert.deepEqual(readChart({ ...chart, drawing: [{ shape: 'text', text: 'Stage' }] }).chart, {
      ...smallChart(),
      drawing: [{ shape: 'text', text: 'Stage' }],
    });
  });

  test('rows need no label', () => {
    const seats = [{ label: '1', x: 1, y: 1, category: 'a' }];
    const rows = [
      { label: '', seats },
      { label: '', seats },
    ];
    assert.equal(readChart({ ...smallChart(), sections: [{ key: 's', name: 'S', rows }] }).seatCount, 2);
  });

  for (const [path, value] of faults) {
    const shown = `chart.${path.replaceAll(/\.(\d+)/g, '[$1]')}`;
    test(`refuses ${shown} = ${JSON.stringify(value)?.slice(0, 40)}, by its path`, () => {
      assert.throws(
        () => readChart(withValue(path, value)),
        (error) => error instanceof Problem && error.code === 'bad_frame' && error.message.includes(`: ${shown}: `),
      );
    });
  }

  test('refuses what is no object', () => {
    for (const given of [undefined, null, 'chart', 7, []]) assert.throws(() => readChart(given), Problem);
  });

  test('says where seats lie outside the size, but takes them', () => {
    assert.deepEqual(readChart(withValue('sections.0.rows.0.seats.1.x', 101)).warnings, [
      'chart.sections[0].rows[0]: seats that lie outside the size: 1 of 2',
    ]);
  });

  test(`refuses more than ${limits.seatsPerChartMax} seats`, () => {
    const seats = Array.from({ length: 100_000 }, (_, at) => ({ label: String(at), x: 1, y: 1, category: 'a' }));
    const rows = Array.from({ length: 2 }, (_, at) => ({ label: String(at), seats }));
    const chart = { ...smallChart(), sections: [{ key: 's', name: 'S', rows }] };
    assert.equal(readChart(chart).seatCount, 200_000);
    rows.push({ label: 'one more', seats: seats.slice(0, 1) });
    assert.throws(() => readChart(chart), /chart\.sections: at most 200000 seats/);
  });
});

describe('a chart in document order', () => {
  test('its categories in runs cover every seat', () => {
    const runs = categoryRuns(smallChart());
    assert.deepEqual(runs, [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('numbered: indexes run from 0 without gap', () => {
    const { sections } = numbered(smallChart(), 3) as { sections: { rows: { seats: { index: number }[] }[] }[] };
    const indexes = sections.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats.map(({ index }) => index)));
    assert.deepEqual(indexes, [0, 1, 2, 3, 4]);
  });
});
