import * as fc from 'fast-check';
import type { Chart } from '../chart.js';
import type { Plan } from './pretix-plans.js';

const coordinate = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const length = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0.001, max: 1e6, noNaN: true }));
/** Text of every kind that JSON must write out or that takes several bytes, but none that cannot be stored. */
const text = (lengthMax: number): fc.Arbitrary<string> =>
  fc
    .string({
      unit: fc.constantFrom('a', 'Z', '7', ' ', '"', '\\', '/', 'ß', '–', '席', '🎭', '\u2028'),
      minLength: 1,
      maxLength: lengthMax / 2,
    })
    .map((given) => given.trim())
    .filter((given) => given !== '');
const color = fc.constantFrom('#123456', 'teal', 'rgb(1, 2, 3)');
const drawing = fc.option(
  fc.array(
    fc.dictionary(
      text(20),
      fc.oneof(text(50), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    ),
    { maxLength: 4 },
  ),
  { nil: undefined },
);

function unique<T>(
  items: fc.Arbitrary<T>,
  nameOf: (item: T) => string,
  lengths: { minLength: number; maxLength: number },
) {
  return fc.uniqueArray(items, { ...lengths, selector: nameOf });
}

/** As it is after JSON: what is undefined is not there. */
function withoutUndefined(given: object): Chart {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as Chart;
}

/** Any chart that can be sold, in the `usher` format. */
export const arbitraryChart: fc.Arbitrary<Chart> = unique(
  fc.record({ key: text(64), name: text(100), color }),
  ({ key }) => key,
  { minLength: 1, maxLength: 4 },
).chain((categories) => {
  const category = fc.constantFrom(...categories.map(({ key }) => key));
  const seat = fc.record(
    {
      label: text(32),
      x: coordinate,
      y: coordinate,
      category,
      accessible: fc.constantFrom('wheelchair' as const, 'companion' as const),
    },
    { requiredKeys: ['label', 'x', 'y', 'category'] },
  );
  const row = fc.record({ label: text(32), seats: unique(seat, ({ label }) => label, { minLength: 1, maxLength: 6 }) });
  const section = fc.record({
    key: text(64),
    name: text(100),
    rows: unique(row, ({ label }) => label, { minLength: 1, maxLength: 3 }),
  });
  const shape = fc.oneof(
    fc.record({ type: fc.constant('rectangle' as const), x: coordinate, y: coordinate, width: length, height: length }),
    fc.record({
      type: fc.constant('ellipse' as const),
      x: coordinate,
      y: coordinate,
      radiusX: length,
      radiusY: length,
    }),
    fc.record({
      type: fc.constant('polygon' as const),
      points: fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 5 }),
    }),
  );
  const area = fc.record({
    area: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    name: text(100),
    capacity: fc.integer({ min: 1, max: 1_000_000 }),
    category,
    shape,
  });
  return fc
    .record({
      name: text(100),
      size: fc.record({ width: length, height: length }),
      focalPoint: fc.option(fc.record({ x: coordinate, y: coordinate }), { nil: undefined }),
      categories: fc.constant(categories),
      sections: unique(section, ({ key }) => key, { minLength: 0, maxLength: 3 }),
      areas: unique(area, (one) => one.area, { minLength: 0, maxLength: 3 }),
      drawing,
    })
    .filter(({ sections, areas }) => sections.length + areas.length > 0)
    .map(withoutUndefined);
});

/** Any plan that can be sold, in the `pretix` format: with fields that nobody knows, and labels that are used twice. */
export const arbitraryPlan: fc.Arbitrary<Plan> = fc
  .record({
    name: text(100),
    categories: unique(fc.record({ name: text(100), color: fc.option(color) }), ({ name }) => name, {
      minLength: 1,
      maxLength: 3,
    }),
    zones: fc.array(
      fc.record({
        name: fc.option(text(100)),
        zone_id: fc.option(fc.constantFrom('z1', 'z2')),
        position: fc.record({ x: coordinate, y: coordinate }),
        rows: fc.array(
          fc.record({
            row_number: fc.constantFrom('1', '2', ''),
            position: fc.record({ x: fc.integer({ min: -9, max: 9 }), y: fc.integer({ min: -9, max: 9 }) }),
            seats: fc.array(
              fc.record({
                number: fc.constantFrom('1', '2', ''),
                x: fc.integer({ min: -50, max: 50 }),
                extra: fc.boolean(),
              }),
              {
                maxLength: 5,
              },
            ),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .filter(({ zones }) => zones.some(({ rows }) => rows.some(({ seats }) => seats.length > 0)))
  .map(planOf);

interface PlanParts {
  readonly name: string;
  readonly categories: Record<string, unknown>[];
  readonly zones: readonly {
    readonly position: { readonly x: number; readonly y: number };
    readonly rows: readonly {
      readonly seats: readonly { readonly number: string; readonly x: number; readonly extra: boolean }[];
    }[];
  }[];
}

/** Gives each seat a guid and a category, and moves zones to where their seats are not too far away. */
function planOf({ name, categories, zones }: PlanParts): Plan {
  let seats = 0;
  const seatOf = ({ number, x, extra }: PlanParts['zones'][number]['rows'][number]['seats'][number]) => {
    seats += 1;
    return {
      seat_guid: `guid-${seats}`,
      seat_number: number,
      position: { x, y: 0 },
      category: categories[seats % categories.length]?.['name'],
      ...(extra ? { não: true } : {}),
    };
  };
  return {
    name,
    size: { width: 100, height: 100 },
    categories,
    zones: zones.map((zone) =>
      Object.assign({}, zone, {
        position: { x: zone.position.x / 10, y: zone.position.y / 10 },
        rows: zone.rows.map((row) => Object.assign({}, row, { seats: row.seats.map(seatOf) })),
      }),
    ),
  };
}
