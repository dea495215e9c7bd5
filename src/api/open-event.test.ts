import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventDefaults } from '../seatmap/configuration.js';
import { encodePositions } from '../seatmap/positions.js';
import { type ChartInUse, openEvent, readEventRequest } from './open-event.js';
import { Problem } from './problem.js';

const chart: ChartInUse = {
  chartId: 'hall',
  chartVersion: 2,
  seatCount: 6,
  categories: ['a', 'unused', 'b'],
  categoryRuns: [
    ['b', 2],
    ['a', 3],
    ['b', 1],
  ],
  areas: [{ area: 'floor', capacity: 500, category: 'a' }],
  layout: {
    focus: [0, 0],
    sections: ['s'],
    seatSections: [[0, 6]],
    blocks: [6],
    seatAccess: [[0, 6]],
    positions: encodePositions([0, 0, 10, 0, 20, 0, 30, 0, 40, 0, 50, 0]),
  },
};
const body = {
  name: 'Opening',
  startsAt: '2030-05-01T19:30:00+02:00',
  chartId: 'hall',
  currency: 'EUR',
  prices: { b: 500, a: 1000 },
};

describe('an event request', () => {
  test('takes ISO 8601 with an offset, with or without seconds, or milliseconds', () => {
    const startsAt = Date.parse('2030-05-01T17:30:00Z');
    for (const given of ['2030-05-01T19:30:00+02:00', '2030-05-01T17:30:00.000Z', '2030-05-01T17:30Z', startsAt]) {
      assert.equal(readEventRequest({ ...body, startsAt: given }).startsAt, startsAt);
    }
  });

  test('null is as good as absent for times that are not set', () => {
    const request = readEventRequest({ ...body, onSaleAt: null, closesAt: null });
    assert.deepEqual(openEvent(request, chart), openEvent(readEventRequest(body), chart));
  });

  const faults: [change: object, path: string][] = [
    [{ name: undefined }, 'name'],
    [{ name: '' }, 'name'],
    [{ startsAt: '2030-05-01T19:30:00' }, 'startsAt'],
    [{ startsAt: '2030-02-30T19:30:00Z' }, 'startsAt'],
    [{ startsAt: 1.5 }, 'startsAt'],
    [{ startsAt: -1 }, 'startsAt'],
    [{ startsAt: 8e15 }, 'startsAt'],
    [{ eventId: 'a b' }, 'eventId'],
    [{ eventId: 'x'.repeat(65) }, 'eventId'],
    [{ organiserId: '' }, 'organiserId'],
    [{ organiserId: 'a b' }, 'organiserId'],
    [{ chartId: 7 }, 'chartId'],
    [{ currency: 'eur' }, 'currency'],
    [{ currency: 'ZZZ' }, 'currency'],
    [{ prices: [] }, 'prices'],
    [{ prices: { a: -1, b: 1 } }, 'prices.a'],
    [{ prices: { a: 9.99, b: 1 } }, 'prices.a'],
    [{ prices: { a: '1', b: 1 } }, 'prices.a'],
    [{ onSaleAt: '2030-05-01T00:00:00Z', closesAt: '2030-05-01T00:00:00Z' }, 'closesAt'],
    [{ holdTtlMs: 999 }, 'holdTtlMs'],
    [{ holdTtlMs: 7_200_001 }, 'holdTtlMs'],
    [{ limits: { seatsPerHold: 51 } }, 'limits.seatsPerHold'],
    [{ limits: { seatsPerHold: 0 } }, 'limits.seatsPerHold'],
    [{ limits: { holdsPerHolder: 0 } }, 'limits.holdsPerHolder'],
    [{ limits: { extensionsPerHold: -1 } }, 'limits.extensionsPerHold'],
    [{ confirmBy: 'anyone' }, 'confirmBy'],
  ];
  for (const [change, path] of faults) {
    test(`refuses ${JSON.stringify(change)}, by its path`, () => {
      assert.throws(
        () => readEventRequest({ ...body, ...change }),
        (error) => error instanceof Problem && error.code === 'bad_frame' && error.message.includes(`: ${path}: `),
      );
    });
  }
});

describe('openEvent', () => {
  test('what is not said is as the protocol page, section 3, says', () => {
    assert.deepEqual(openEvent(readEventRequest(body), chart), {
      chartId: 'hall',
      chartVersion: 2,
      seatCount: 6,
      currency: 'EUR',
      categories: ['a', 'b'],
      pricesMinor: [1000, 500],
      seatCategories: [
        [1, 2],
        [0, 3],
        [1, 1],
      ],
      areas: [{ area: 'floor', capacity: 500, category: 0 }],
      layout: chart.layout,
      onSaleAtMs: null,
      closesAtMs: null,
      ...eventDefaults,
      confirmBy: 'holder',
    });
  });

  test('what is said is taken', () => {
    const request = readEventRequest({
      ...body,
      prices: { a: 0, b: 2, unused: 3 },
      onSaleAt: '2030-04-01T00:00:00Z',
      closesAt: '2030-05-01T00:00:00Z',
      holdTtlMs: 1000,
      limits: { seatsPerHold: 50, extensionsPerHold: 0 },
      confirmBy: 'server',
    });
    const configuration = openEvent(request, chart);
    assert.deepEqual(configuration.categories, ['a', 'unused', 'b']);
    assert.deepEqual(configuration.pricesMinor, [0, 3, 2]);
    assert.equal(configuration.onSaleAtMs, Date.parse('2030-04-01T00:00:00Z'));
    assert.equal(configuration.closesAtMs, Date.parse('2030-05-01T00:00:00Z'));
    assert.equal(configuration.holdTtlMs, 1000);
    assert.equal(configuration.seatsPerHoldMax, 50);
    assert.equal(configuration.extensionsPerHoldMax, 0);
    assert.equal(configuration.holdsPerHolderMax, eventDefaults.holdsPerHolderMax);
    assert.equal(configuration.confirmBy, 'server');
  });

  test('an event belongs to the organiser that is named, or to the default one', () => {
    assert.equal(readEventRequest(body).organiserId, 'default');
    assert.equal(readEventRequest({ ...body, organiserId: 'org-7' }).organiserId, 'org-7');
  });

  test('prices must name the categories of areas too; an event may have areas alone', () => {
    const areas = [{ area: 'floor', capacity: 500, category: 'unused' }];
    const opened = (prices: object) =>
      openEvent(readEventRequest({ ...body, prices }), {
        ...chart,
        seatCount: 0,
        categoryRuns: [],
        areas,
        layout: null,
      });
    assert.throws(() => opened({ a: 1 }), /prices: the price of a category that the chart uses is missing: unused/);
    const { seatCount, seatCategories, layout, ...rest } = opened({ a: 1, unused: 2 });
    assert.deepEqual([seatCount, seatCategories, layout], [0, [], null]);
    assert.deepEqual(rest.areas, [{ area: 'floor', capacity: 500, category: 1 }]);
  });

  test('a chart that no event can be made of is refused, not stored', () => {
    const sections = Array.from({ length: 65_537 }, (_, section) => `section ${section}`);
    const layout = chart.layout === null ? null : { ...chart.layout, sections };
    assert.ok(layout !== null);
    assert.throws(() => openEvent(readEventRequest(body), { ...chart, layout }), /chartId: the chart cannot be sold/);
  });

  test('prices must name every category used, and none that the chart has not', () => {
    const opened = (prices: object) => () => openEvent(readEventRequest({ ...body, prices }), chart);
    assert.throws(opened({ a: 1 }), /prices: the price of a category that the chart uses is missing: b/);
    assert.throws(opened({ a: 1, b: 1, c: 1 }), /prices\.c: no such category in the chart/);
    assert.throws(opened({ a: 1, b: 1, constructor: 1 }), /prices\.constructor: no such category/);
  });
});
