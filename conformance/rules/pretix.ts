import assert from 'node:assert/strict';
import { httpRule, type Rule } from '../rule.js';
import type { Scene } from '../scene.js';

const seat = (number: string, x: number, category = 'Parkett'): object => ({
  seat_guid: `1-${number}`,
  seat_number: number,
  position: { x, y: 0 },
  category,
});

function plan(seats: readonly object[], more: object = {}): object {
  return {
    name: 'Kleines Haus',
    size: { width: 200, height: 100 },
    categories: [{ name: 'Parkett', color: '#7f4a91' }],
    zones: [
      {
        name: 'Saal',
        position: { x: 10, y: 20 },
        rows: [{ row_number: '1', position: { x: 5, y: 3 }, seats }],
        areas: [{ shape: 'text', position: { x: 100, y: 5 }, text: { position: { x: 0, y: 0 }, text: 'Bühne' } }],
      },
    ],
    ...more,
  };
}

async function positionsAreRelative(scene: Scene): Promise<void> {
  const made = await scene.post('/v1/charts', { format: 'pretix', chart: plan([seat('1', 0), seat('2', 25)]) });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { chartId, seatCount, areaCount } = made.body as { chartId: string; seatCount: number; areaCount: number };
  assert.deepEqual([seatCount, areaCount], [2, 0], 'areas of a plan are drawing only');
  const terms = { name: 'P', startsAt: '2099-01-01T20:00:00Z', chartId, currency: 'EUR' };
  const eventKey = await scene.post('/v1/events', { ...terms, prices: {} });
  assert.equal(eventKey.status, 400, 'prices must name every category used');
  const chart = await categoryOf(scene, terms);
  const [first, second] = chart;
  assert.deepEqual([first?.x, first?.y, second?.x, second?.y], [15, 23, 40, 23]);
}

/** The seats of the chart, read by way of an event: the category's key is the server's to choose. */
async function categoryOf(scene: Scene, terms: object): Promise<{ x: number; y: number }[]> {
  for (const key of ['Parkett', 'parkett']) {
    const event = await scene.post('/v1/events', { ...terms, prices: { [key]: 1000 } });
    if (event.status !== 201) continue;
    const { eventId } = event.body as { eventId: string };
    const { body } = await scene.web('GET', `/v1/events/${eventId}/chart`);
    const { sections } = body as { sections: { rows: { seats: { x: number; y: number }[] }[] }[] };
    return sections.flatMap(({ rows }) => rows).flatMap(({ seats }) => seats);
  }
  throw new Error('no key of the category Parkett was accepted in prices');
}

async function unknownFieldsAreWarnings(scene: Scene): Promise<void> {
  const made = await scene.post('/v1/charts', {
    format: 'pretix',
    chart: plan([seat('1', 0)], { from_the_future: 1 }),
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.ok((made.body as { warnings: unknown[] }).warnings.length > 0);
}

async function faults(scene: Scene): Promise<void> {
  for (const [what, chart, path] of [
    ['a category that is not listed', plan([seat('1', 0, 'Loge')]), /zones.*rows.*seats.*category/],
    ['a repeated seat_guid', plan([seat('1', 0), seat('1', 25)]), /zones.*rows.*seats.*seat_guid/],
    ['no seat at all', plan([]), /zones|seats/],
  ] as const) {
    const refused = await scene.post('/v1/charts', { format: 'pretix', chart });
    const problem = refused.body as { code: string; detail: string };
    assert.deepEqual([refused.status, problem.code], [400, 'bad_frame'], what);
    assert.match(problem.detail, path, what);
  }
}

export const pretixRules: readonly Rule[] = [
  httpRule('§5', 'pretix plans: positions are relative, areas are drawing', positionsAreRelative),
  httpRule('§5', 'pretix plans: unknown fields are tolerated with a warning', unknownFieldsAreWarnings),
  httpRule('§5', 'pretix plans: faults are 400 with their path', faults),
];
