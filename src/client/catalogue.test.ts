import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CatalogueOptions, listEvents, readChart, readEvent } from './catalogue.js';

const event = {
  eventId: 'demo',
  name: 'A night',
  startsAt: '2026-12-20T19:00:00.000Z',
  chartId: 'hall',
  chartVersion: 1,
  seatCount: 1,
  currency: 'EUR',
  prices: { all: 4200 },
  holdTtlMs: 600_000,
  limits: { seatsPerHold: 8, holdsPerHolder: 4, seatsPerHolder: 16, extensionsPerHold: 2 },
  confirmBy: 'holder',
  liveUrl: 'ws://127.0.0.1:8081/v1/live',
  aLaterKey: true,
};

const chart = {
  chartVersion: 1,
  name: 'Hall',
  size: { width: 100, height: 60 },
  categories: [{ key: 'all', name: 'All', color: '#36c' }],
  sections: [
    { key: 's', name: 'S', rows: [{ label: 'A', seats: [{ index: 0, label: '1', x: 1, y: 2.5, category: 'all' }] }] },
  ],
  areas: [
    {
      area: 'pit',
      name: 'Pit',
      capacity: 9,
      category: 'all',
      shape: {
        type: 'polygon',
        points: [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
      },
    },
    {
      area: 'bar',
      name: 'Bar',
      capacity: 9,
      category: 'all',
      shape: { type: 'rectangle', x: 0, y: 0, width: 5, height: 5 },
    },
    {
      area: 'top',
      name: 'Top',
      capacity: 9,
      category: 'all',
      shape: { type: 'ellipse', x: 0, y: 0, radiusX: 5, radiusY: 5 },
    },
  ],
  focalPoint: { x: 50, y: 0 },
};

/** Answers everything with this; keeps what was asked. */
function answering(status: number, body: unknown): CatalogueOptions & { readonly urls: string[] } {
  const urls: string[] = [];
  return {
    urls,
    fetch: (url) => {
      urls.push(url);
      return Promise.resolve({ status, headers: { get: () => null }, json: () => Promise.resolve(body) });
    },
  };
}

test('reads the list of events, an event and its chart; keys that it does not know are no fault', async () => {
  const list = answering(200, { events: [event] });
  assert.deepEqual(await listEvents('http://web.test:8080/', list), [event]);
  const one = answering(200, event);
  assert.deepEqual(await readEvent('http://web.test:8080', 'demo', one), event);
  const its = answering(200, chart);
  assert.deepEqual(await readChart('', 'demo', its), chart);
  assert.deepEqual(
    [list, one, its].flatMap(({ urls }) => urls),
    ['http://web.test:8080/v1/events', 'http://web.test:8080/v1/events/demo', '/v1/events/demo/chart'],
  );
});

test('an event that there is not is the server’s own refusal', async () => {
  const problem = {
    status: 404,
    code: 'unknown_event',
    detail: 'Cannot show the event as there is none: eventId is x',
  };
  await assert.rejects(readEvent('', 'x', answering(404, problem)), {
    name: 'UsherError',
    code: 'unknown_event',
    message: problem.detail,
  });
});

for (const [what, status, body] of [
  ['a fault of the server', 500, { code: 'internal_error', detail: 'Sorry' }],
  ['another program’s page', 404, null],
  ['a proxy’s page', 502, null],
] as const) {
  test(`${what} is unavailable`, async () => {
    await assert.rejects(readEvent('', 'x', answering(status, body)), { code: 'unavailable' });
  });
}

test('no answer at all is unavailable, and the message says why', async () => {
  const cause = new Error('connect ECONNREFUSED 127.0.0.1:1');
  const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }));
  await assert.rejects(listEvents('http://web.test', { fetch }), { code: 'unavailable', message: /ECONNREFUSED/ });
});

test('an answer of another shape is never handed on', async () => {
  const [section] = chart.sections;
  const spoilt: readonly [string, unknown][] = [
    ['no seats', { ...chart, sections: [{ ...section, rows: [{ label: 'A' }] }] }],
    ['a seat without a place', { ...chart, sections: [{ ...section, rows: [{ label: 'A', seats: [{ index: 0 }] }] }] }],
    ['an unknown shape', { ...chart, areas: [{ ...chart.areas[0], shape: { type: 'star' } }] }],
    ['half a point', { ...chart, areas: [{ ...chart.areas[0], shape: { type: 'polygon', points: [[1]] } }] }],
    ['no areas', { ...chart, areas: undefined }],
    ['a focal point that is none', { ...chart, focalPoint: 'stage' }],
  ];
  for (const [what, body] of spoilt) {
    await assert.rejects(readChart('', 'demo', answering(200, body)), { code: 'unavailable' }, what);
  }
  await assert.rejects(readEvent('', 'demo', answering(200, { ...event, prices: { all: -1 } })), {
    code: 'unavailable',
  });
  await assert.rejects(listEvents('', answering(200, { events: [{}] })), { code: 'unavailable' });
});
