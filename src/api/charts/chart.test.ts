import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '../../config/limits.js';
import { Problem } from '../problem.js';
import { smallChart } from '../testing/small-chart.js';
import { type Chart, readChart } from './chart.js';

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

const floor = {
  area: 'floor',
  name: 'Floor',
  capacity: 500,
  category: 'a',
  shape: { type: 'rectangle', x: 10, y: 10, width: 40, height: 20 },
};

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
  ['focalPoint', { x: 1 }, 'focalPoint.y'],
  ['areas', {}],
  ['areas', [{ ...floor, area: 'a b' }], 'areas.0.area'],
  ['areas', [{ ...floor, capacity: 0 }], 'areas.0.capacity'],
  ['areas', [{ ...floor, capacity: 1_000_001 }], 'areas.0.capacity'],
  ['areas', [{ ...floor, capacity: 1.5 }], 'areas.0.capacity'],
  ['areas', [{ ...floor, category: 'c' }], 'areas.0.category'],
  ['areas', [floor, floor], 'areas.1.area'],
  ['areas', [{ ...floor, shape: undefined }], 'areas.0.shape'],
  ['areas', [{ ...floor, shape: { type: 'star' } }], 'areas.0.shape.type'],
  ['areas', [{ ...floor, shape: { type: 'ellipse', x: 1, y: 1, radiusX: 0, radiusY: 1 } }], 'areas.0.shape.radiusX'],
  [
    'areas',
    [
      {
        ...floor,
        shape: {
          type: 'polygon',
          points: [
            [1, 1],
            [2, 2],
          ],
        },
      },
    ],
    'areas.0.shape.points',
  ],
  ['areas', [{ ...floor, shape: { type: 'polygon', points: [[1, 1], [2, 2], [3]] } }], 'areas.0.shape.points.2'],
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

  for (const [path, value, faulty = path] of faults) {
    const shown = `chart.${faulty.replaceAll(/\.(\d+)/g, '[$1]')}`;
    test(`refuses ${shown} = ${JSON.stringify(value)?.slice(0, 40)}, by its path`, () => {
      assert.throws(
        () => readChart(withValue(path, value)),
        (error) => error instanceof Problem && error.code === 'bad_frame' && error.message.includes(`: ${shown}: `),
      );
    });
  }

  test('areas are taken in each of their shapes', () => {
    const shapes: Chart['areas'][number]['shape'][] = [
      { type: 'rectangle', x: 10, y: 10, width: 40, height: 20 },
      { type: 'ellipse', x: 30, y: 20, radiusX: 20, radiusY: 10 },
      {
        type: 'polygon',
        points: [
          [0, 0],
          [40, 0],
          [20, 20],
        ],
      },
    ];
    const areas = shapes.map((shape, at) => Object.assign({}, floor, { area: `floor-${at}`, shape }));
    assert.deepEqual(readChart({ ...smallChart(), areas }).chart.areas, areas);
  });

  test('a chart may have areas and no seats, whether its sections are empty or left out', () => {
    const { sections: _, ...head } = smallChart();
    for (const given of [
      { ...head, areas: [floor] },
      { ...head, sections: [], areas: [floor] },
    ]) {
      const { chart, seatCount } = readChart(given);
      assert.deepEqual([chart.sections, chart.areas.length, seatCount], [[], 1, 0]);
    }
  });

  test('keys that nobody knows are dropped, wherever they are', () => {
    const given = JSON.parse(JSON.stringify(smallChart()).replaceAll('{', '{"unknown":{"zones":[1]},')) as unknown;
    assert.deepEqual(readChart(given), readChart(smallChart()));
  });

  test('the document that is read is left as it is', () => {
    const given = smallChart();
    readChart(given);
    assert.deepEqual(given, smallChart());
  });

  test('says where a row is not listed in the order in which its seats stand', () => {
    const labelled = [1, 9, 2, 8, 3, 7, 4, 6, 5].map((at) => ({ label: String(at), x: at * 10, y: 10, category: 'a' }));
    const chart = withValue('sections.0.rows.1.seats', labelled);
    const [warning] = readChart(chart).warnings;
    assert.match(warning ?? '', /^chart\.sections\[0\]\.rows\[1\]: seats are not listed in the order/);
  });

  test('warnings are bounded, and say how many more there are', () => {
    const row = { seats: [{ label: '1', x: -1, y: 0, category: 'a' }] };
    const rows = Array.from({ length: 150 }, (_, at) => ({ ...row, label: String(at) }));
    const { warnings } = readChart({ ...smallChart(), sections: [{ key: 's', name: 'S', rows }] });
    assert.equal(warnings.length, 101);
    assert.equal(warnings.at(-1), 'and 50 more');
  });

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
