import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Problem } from '../problem.js';
import { type CheckedChart, readChart } from './chart.js';
import { readWhole } from './chart-reading.js';
import { layoutOf } from './layout-of.js';
import { PretixReading } from './pretix.js';
import { arbitraryPlan } from './testing/arbitrary-chart.js';
import { type Plan, type PlanRow, type PlanZone, smallTheatre, twoZones } from './testing/pretix-plans.js';

function read(plan: unknown): CheckedChart {
  return readWhole(new PretixReading(), plan);
}

/** The small theatre, changed. */
function changed(change: (parts: { plan: Plan; zone: PlanZone; row: PlanRow; seat: Record<string, unknown> }) => void) {
  const plan = smallTheatre();
  const [zone] = plan.zones;
  const [row] = zone?.rows ?? [];
  const [seat] = row?.seats ?? [];
  assert.ok(zone !== undefined && row !== undefined && seat !== undefined);
  change({ plan, zone, row, seat });
  return plan;
}

describe('a pretix plan becomes a chart', () => {
  test('zones are sections, positions add up: zone + row + seat', () => {
    const { chart, seatCount, warnings } = read(smallTheatre());
    assert.deepEqual([seatCount, warnings], [7, []]);
    assert.deepEqual(chart.sections, [
      {
        key: 'parkett',
        name: 'Parkett',
        rows: [
          {
            label: 'Reihe 1',
            seats: [
              { label: '1', x: 60, y: 100, category: 'Front' },
              { label: '2', x: 90, y: 100, category: 'Front' },
              { label: '3', x: 120, y: 100, category: 'Front' },
              { label: '4', x: 150, y: 100, category: 'Front' },
            ],
          },
          {
            label: '2',
            seats: [
              { label: '1', x: 75, y: 140, category: 'Rear' },
              { label: '2', x: 105, y: 145, category: 'Rear' },
              { label: '3', x: 135, y: 140, category: 'Rear' },
            ],
          },
        ],
      },
    ]);
    assert.deepEqual(chart.categories, [
      { key: 'Front', name: 'Front', color: '#7f4a91' },
      { key: 'Rear', name: 'Rear', color: 'teal' },
    ]);
    assert.deepEqual([chart.name, chart.size, chart.areas], ['Small theatre', { width: 400, height: 300 }, []]);
  });

  test('areas are drawing only, and the stage is what the best seats are near', () => {
    const { chart } = read(smallTheatre());
    assert.deepEqual(chart.drawing, [
      { shape: 'rectangle', x: 60, y: 10, width: 120, height: 50, color: '#dddddd', borderColor: '#555555' },
      { shape: 'text', x: 120, y: 35, text: 'Bühne', size: 20, color: '#000000' },
    ]);
    assert.deepEqual(chart.focalPoint, { x: 120, y: 35 });
    assert.deepEqual(layoutOf(chart)?.focus, [1200, 350]);
  });

  test('every shape, turned clockwise around its position', () => {
    const { chart, warnings } = read(twoZones());
    assert.deepEqual(warnings, []);
    const drawing = chart.drawing as { shape: string; points?: [number, number][]; text?: string }[];
    assert.deepEqual(
      drawing.map(({ shape }) => shape),
      ['polygon', 'polygon', 'ellipse', 'ellipse', 'text', 'polygon', 'text', 'text'],
    );
    assert.deepEqual(drawing[0]?.points, [
      [110, 10],
      [110, 50],
      [90, 50],
      [90, 10],
    ]);
    const [xs, ys] = [0, 1].map((at) => (drawing[1]?.points ?? []).map((point) => point[at] ?? Number.NaN));
    assert.deepEqual([Math.min(...(xs ?? [])), Math.max(...(ys ?? []))], [-10, 50]);
    assert.deepEqual(drawing[3], { shape: 'ellipse', x: 10, y: 10, radiusX: 30, radiusY: 30 });
    assert.deepEqual(drawing[7], { shape: 'text', x: 10, y: 310, text: 'Exit', size: 16, rotation: 30 });
    assert.deepEqual(chart.focalPoint, { x: 225, y: 40 });
  });

  test('a zone without a name is "Zone n"; keys come from zone_id, uuid or the number; what has no seats is left out', () => {
    const { chart } = read(twoZones());
    assert.deepEqual(
      chart.sections.map(({ key, name, rows }) => [key, name, rows.map(({ label }) => label)]),
      [
        ['zone-1', 'Zone 1', ['A']],
        ['logen-uuid', 'Logen', ['B']],
      ],
    );
  });

  test('a category without a colour, or with one that could break out of CSS, gets one', () => {
    const plan = changed(({ plan: { categories } }) => {
      categories.splice(0, 2, { name: 'Front' }, { name: 'Rear', color: 'red;}</style>' });
    });
    const colors = read(plan).chart.categories.map(({ color }) => color);
    for (const color of colors) assert.match(color, /^#[0-9a-f]{6}$/);
    assert.equal(new Set(colors).size, 2);
  });

  test('names that are too long, or alike when cut, become keys of their own', () => {
    const long = 'x'.repeat(100);
    const plan = changed(({ plan: { categories }, row, seat }) => {
      categories.push({ name: `${long}1` }, { name: `${long}2` });
      seat['category'] = `${long}1`;
      Object.assign(row.seats[1] ?? {}, { category: `${long}2` });
    });
    const { chart } = read(plan);
    const keys = chart.categories.map(({ key }) => key);
    assert.equal(new Set(keys).size, 4);
    for (const key of keys) assert.ok(key.length <= 64);
    assert.deepEqual(
      chart.sections[0]?.rows[0]?.seats.slice(0, 2).map(({ category }) => category),
      keys.slice(2),
    );
  });

  test('a name that can be a key is its own key, even where one before it becomes the same by being changed', () => {
    const plan = changed(({ plan: { categories } }) => {
      categories.unshift({ name: 'Rear ' });
    });
    assert.deepEqual(
      read(plan).chart.categories.map(({ key }) => key),
      ['Rear-2', 'Front', 'Rear'],
    );
  });

  test('zones of one id have keys of their own', () => {
    const plan = smallTheatre();
    const [first] = smallTheatre().zones;
    const again = JSON.parse(JSON.stringify(first).replaceAll('"P-', '"Q-')) as PlanZone;
    plan.zones.push(again);
    assert.deepEqual(
      read(plan).chart.sections.map(({ key }) => key),
      ['parkett', 'parkett-2'],
    );
  });

  test('numbers in the place of texts are taken', () => {
    const plan = changed(({ seat, row }) => {
      seat['seat_number'] = 17;
      row['row_number'] = 3;
      delete row['row_label'];
    });
    const [row] = read(plan).chart.sections[0]?.rows ?? [];
    assert.deepEqual([row?.label, row?.seats[0]?.label], ['3', '17']);
  });

  test('which words call an area a stage', () => {
    const stageOf = (text: string) =>
      read(changed(({ zone }) => Object.assign(zone.areas?.[0] ?? {}, { text: { text } }))).chart.focalPoint;
    for (const text of [
      'Stage',
      'MAIN STAGE',
      'Mainstage',
      'Hauptbühne',
      'Bühne 1',
      'Buehne',
      'Podium',
      'Scène',
      'scene',
      'Escenario',
    ]) {
      assert.ok(stageOf(text) !== undefined, text);
    }
    for (const text of ['', 'Bar', 'Backstage', 'Stagedoor', 'Bühneneingang', 'podiumsplätze', 'Obscene']) {
      assert.equal(stageOf(text), undefined, text);
    }
  });

  test('without a stage nothing is said: the layout takes the middle of the upper edge', () => {
    const { chart } = read(changed(({ zone }) => delete zone.areas));
    assert.equal('focalPoint' in chart || 'drawing' in chart, false);
    assert.deepEqual(layoutOf(chart)?.focus, [2000, 0]);
  });

  test('any plan is a chart that could have been sent as usher, but for labels that are used twice', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const { chart, seatCount } = read(plan);
        let number = 0;
        for (const section of chart.sections) {
          for (const row of section.rows) {
            row.label = String(number++);
            for (const seat of row.seats) seat.label = String(number++);
          }
        }
        const again = readChart(chart);
        assert.equal(again.seatCount, seatCount);
        assert.deepEqual(again.chart, chart);
      }),
    );
  });
});

describe('what is odd about a pretix plan is told once, with where it was first and how often', () => {
  const warned: [what: string, plan: Plan, warnings: string[]][] = [
    [
      'unknown fields',
      changed(({ plan, zone, row, seat }) => {
        Object.assign(plan, { version: 2 });
        Object.assign(zone, { displayed: true });
        Object.assign(row, { seats_spacing: 25 });
        Object.assign(seat, { tag: 'x' });
        Object.assign(row.seats[2] ?? {}, { tag: 'y', other: null });
        Object.assign(zone.areas?.[0] ?? {}, { border_width: 1 });
        Object.assign(plan['size'] as object, { depth: 9 });
        Object.assign(seat['position'] as object, { z: 1 });
        Object.assign(plan.categories[1] ?? {}, { price: 12 });
      }),
      [
        'chart.zones[0].rows[0].seats[0].position.z: unknown field, left out',
        'chart.zones[0].rows[0].seats[0].tag: unknown field, left out (2 times)',
        'chart.zones[0].rows[0].seats[2].other: unknown field, left out',
        'chart.zones[0].rows[0].seats_spacing: unknown field, left out',
        'chart.zones[0].displayed: unknown field, left out',
        'chart.zones[0].areas[0].border_width: unknown field, left out',
        'chart.size.depth: unknown field, left out',
        'chart.version: unknown field, left out',
        'chart.categories[1].price: unknown field, left out',
      ],
    ],
    [
      'seats of one number in a row, rows of one label in a zone',
      changed(({ zone, row }) => {
        Object.assign(row.seats[1] ?? {}, { seat_number: '1' });
        Object.assign(zone.rows[1] ?? {}, { row_label: 'Reihe 1' });
      }),
      [
        'chart.zones[0].rows[0].seats: a seat_number is used twice in the row',
        'chart.zones[0].rows: a row label is used twice in the zone',
      ],
    ],
    [
      'seat numbers that cannot be shown',
      changed(({ seat, row }) => {
        seat['seat_number'] = '1\u0000';
        Object.assign(row.seats[1] ?? {}, { seat_number: '7'.repeat(40) });
      }),
      ['chart.zones[0].rows[0].seats[0].seat_number: cannot be shown as it is: changed (2 times)'],
    ],
    [
      'areas that cannot be drawn',
      changed(({ zone }) =>
        zone.areas?.push({ shape: 'rectangle' }, { shape: 'star' }, null, { shape: 'circle', circle: {} }),
      ),
      ['chart.zones[0].areas[1]: an area that cannot be drawn is left out (4 times)'],
    ],
    [
      'categories of one name',
      changed(({ plan }) => plan.categories.push({ name: 'Front', color: 'red' })),
      ['chart.categories[2].name: used twice: the first one counts'],
    ],
    [
      'categories whose name cannot be their key',
      changed(({ plan }) =>
        plan.categories.push({ name: ' Box' }, { name: 'Gallery\n' }, { name: 'Box' }, { name: '' }),
      ),
      [
        'chart.categories[2].name: cannot be a key as it is: prices name it "Box-2"',
        'chart.categories[3].name: cannot be a key as it is: prices name it "Gallery"',
        'chart.categories[5].name: cannot be a key as it is: prices name it "Category 6"',
      ],
    ],
    [
      'seats outside the size',
      changed(({ plan }) => Object.assign(plan, { size: { width: 130, height: 300 } })),
      [
        'chart.zones[0].rows[0]: seats that lie outside the size: 1 of 4',
        'chart.zones[0].rows[1]: seats that lie outside the size: 1 of 3',
      ],
    ],
  ];
  for (const [what, plan, warnings] of warned) {
    test(what, () => {
      const checked = read(plan);
      assert.deepEqual(checked.warnings, warnings);
      assert.equal(checked.seatCount, 7);
    });
  }

  test('labels that are used twice stay as they stand on the chairs', () => {
    const { chart } = read(changed(({ row }) => Object.assign(row.seats[1] ?? {}, { seat_number: '1' })));
    assert.deepEqual(
      chart.sections[0]?.rows[0]?.seats.map(({ label }) => label),
      ['1', '1', '3', '4'],
    );
  });

  test('however many kinds of unknown fields there are, the list is bounded', () => {
    const fields = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`field-${at}`, at]));
    const { warnings } = read(changed(({ seat }) => Object.assign(seat, fields)));
    assert.deepEqual([warnings.length, warnings.at(-1)], [101, 'and 400 more']);
  });
});

describe('a pretix plan is refused with the path of the fault', () => {
  const faults: [what: string, plan: unknown, path: string][] = [
    [
      'a repeated seat_guid',
      changed(({ zone }) => Object.assign(zone.rows[1]?.seats[0] ?? {}, { seat_guid: 'P-1-2' })),
      'zones[0].rows[1].seats[0].seat_guid',
    ],
    [
      'a category that is not listed',
      changed(({ zone }) => Object.assign(zone.rows[1]?.seats[2] ?? {}, { category: 'Box' })),
      'zones[0].rows[1].seats[2].category',
    ],
    ['no seat at all', changed(({ zone }) => zone.rows.splice(0)), 'zones'],
    ['rows without seats alone', changed(({ zone }) => zone.rows.forEach(({ seats }) => seats.splice(0))), 'zones'],
    ['no zone at all', changed(({ plan }) => plan.zones.splice(0)), 'zones'],
    ['no zones', changed(({ plan }) => Reflect.deleteProperty(plan, 'zones')), 'zones'],
    ['no categories', changed(({ plan }) => plan.categories.splice(0)), 'categories'],
    ['no name', changed(({ plan }) => delete plan['name']), 'name'],
    ['no size', changed(({ plan }) => delete plan['size']), 'size'],
    ['a zone without a position', changed(({ zone }) => delete zone['position']), 'zones[0].position'],
    ['a zone without rows', changed(({ zone }) => Reflect.deleteProperty(zone, 'rows')), 'zones[0].rows'],
    ['a row without a number', changed(({ row }) => delete row['row_number']), 'zones[0].rows[0].row_number'],
    [
      'a row whose seats are no list',
      changed(({ row }) => Object.assign(row, { seats: {} })),
      'zones[0].rows[0].seats',
    ],
    ['a seat without a guid', changed(({ seat }) => delete seat['seat_guid']), 'zones[0].rows[0].seats[0].seat_guid'],
    ['a seat without a position', changed(({ seat }) => delete seat['position']), 'zones[0].rows[0].seats[0].position'],
    [
      'a position that is no number',
      changed(({ seat }) => Object.assign(seat, { position: { x: '1', y: 2 } })),
      'zones[0].rows[0].seats[0].position.x',
    ],
    [
      'a seat that ends up too far away',
      changed(({ zone, row }) => {
        Object.assign(zone, { position: { x: 1e6, y: 0 } });
        Object.assign(row, { position: { x: 1e6, y: 0 } });
      }),
      'zones[0].rows[0].seats[0].position',
    ],
    [
      'a seat that is nothing',
      changed(({ row }) => row.seats.splice(0, 1, null as never)),
      'zones[0].rows[0].seats[0]',
    ],
  ];
  for (const [what, plan, path] of faults) {
    test(what, () => {
      assert.throws(
        () => read(plan),
        (error) =>
          error instanceof Problem && error.code === 'bad_frame' && error.message.includes(`: chart.${path}: `),
      );
    });
  }

  test('what is no object', () => {
    for (const given of [undefined, null, 7, [], 'plan']) assert.throws(() => read(given), Problem);
  });
});
