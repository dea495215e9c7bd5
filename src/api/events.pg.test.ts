import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemRandom } from '../lib/random.js';
import { Catalogue } from '../store/catalogue.js';
import type { PublicEvent } from './public-event.js';
import { expectProblem } from './testing/expect-problem.js';
import { smallChart } from './testing/small-chart.js';
import { startControlPlane, type StartedControlPlane, testLivePort } from './testing/start-control-plane.js';

describe('events', () => {
  let plane: StartedControlPlane;
  let chartId: string;
  before(async () => {
    plane = await startControlPlane();
    const made = await plane.postAsAdmin('/v1/charts', { format: 'usher', chart: smallChart() });
    ({ chartId } = (await made.json()) as { chartId: string });
  });
  after(() => plane.close());

  const request = (changes: object = {}) => ({
    eventId: systemRandom.id(20),
    name: 'Opening night',
    startsAt: '2030-05-01T19:30:00+02:00',
    chartId,
    currency: 'EUR',
    prices: { a: 1000, b: 500 },
    ...changes,
  });
  const read = async (eventId: string): Promise<PublicEvent> =>
    (await (await plane.get(`/v1/events/${eventId}`)).json()) as PublicEvent;

  test('POST /v1/events: 201 {eventId}; GET tells all that the protocol page names, in UTC', async () => {
    const asked = request({
      onSaleAt: '2030-01-01T10:00:00Z',
      closesAt: 1_900_000_000_000,
      limits: { seatsPerHold: 6 },
      holdTtlMs: 300_000,
      confirmBy: 'server',
    });
    const response = await plane.postAsAdmin('/v1/events', asked);
    assert.equal(response.status, 201);
    assert.deepEqual(await response.json(), { eventId: asked.eventId });
    assert.deepEqual(await read(asked.eventId), {
      eventId: asked.eventId,
      name: 'Opening night',
      startsAt: '2030-05-01T17:30:00.000Z',
      onSaleAt: '2030-01-01T10:00:00.000Z',
      closesAt: '2030-03-17T17:46:40.000Z',
      chartId,
      chartVersion: 1,
      seatCount: 5,
      currency: 'EUR',
      prices: { a: 1000, b: 500 },
      holdTtlMs: 300_000,
      limits: { seatsPerHold: 6, holdsPerHolder: 4, seatsPerHolder: 16, extensionsPerHold: 2 },
      confirmBy: 'server',
      liveUrl: `ws://127.0.0.1:${testLivePort}/v1/live`,
    });
  });

  test('what is not set is left out, and what is not said is as the protocol page, section 3, says', async () => {
    const asked = request();
    await plane.postAsAdmin('/v1/events', asked);
    const event = await read(asked.eventId);
    assert.equal('onSaleAt' in event || 'closesAt' in event, false);
    assert.equal(event.holdTtlMs, 600_000);
    assert.equal(event.confirmBy, 'holder');
    assert.deepEqual(event.limits, { seatsPerHold: 8, holdsPerHolder: 4, seatsPerHolder: 16, extensionsPerHold: 2 });
  });

  test('without an eventId one is generated', async () => {
    const response = await plane.postAsAdmin('/v1/events', request({ eventId: undefined }));
    const { eventId } = (await response.json()) as { eventId: string };
    assert.match(eventId, /^[A-Za-z0-9_-]{1,64}$/);
    assert.equal((await read(eventId)).name, 'Opening night');
  });

  test('GET /v1/events lists a new event at once', async () => {
    const listed = async (): Promise<PublicEvent[]> =>
      ((await (await plane.get('/v1/events')).json()) as { events: PublicEvent[] }).events;
    const listedBefore = await listed();
    const asked = request();
    await plane.postAsAdmin('/v1/events', asked);
    const listedAfter = await listed();
    assert.equal(listedAfter.length, listedBefore.length + 1);
    assert.deepEqual(
      listedAfter.find(({ eventId }) => eventId === asked.eventId),
      await read(asked.eventId),
    );
  });

  test('GET /v1/events?limit=&after= gives the list in pages', async () => {
    for (let number = 0; number < 3; number += 1) await plane.postAsAdmin('/v1/events', request());
    type Page = { events: PublicEvent[]; next?: string };
    const page = async (query: string): Promise<Page> => (await (await plane.get(`/v1/events${query}`)).json()) as Page;
    const { events: all, next: none } = await page('');
    assert.equal(none, undefined);
    const seen: PublicEvent[] = [];
    let query: string | null = '?limit=2';
    while (query !== null) {
      const { events, next } = await page(query);
      assert.ok(events.length <= 2);
      seen.push(...events);
      query = next === undefined ? null : `?limit=2&after=${next}`;
    }
    assert.deepEqual(seen, all);
    for (const bad of ['?limit=0', '?limit=x', '?after=nothing']) {
      await expectProblem(await plane.get(`/v1/events${bad}`), 400, 'bad_frame');
    }
  });

  test('an event in a chart with general admission: areas and layout are in its configuration, its public body is as ever', async () => {
    const shape = { type: 'ellipse', x: 50, y: 25, radiusX: 10, radiusY: 5 };
    const areas = [{ area: 'floor', name: 'Floor', capacity: 300, category: 'c', shape }];
    const categories = [...smallChart().categories, { key: 'c', name: 'Standing', color: '#00ff00' }];
    const chart = { ...smallChart(), categories, areas };
    const made = await plane.postAsAdmin('/v1/charts', { format: 'usher', chart });
    const { chartId: withArea } = (await made.json()) as { chartId: string };
    const unpriced = await plane.postAsAdmin('/v1/events', request({ chartId: withArea }));
    assert.match((await expectProblem(unpriced, 400, 'bad_frame')).detail, /missing: c/);

    const asked = request({ chartId: withArea, prices: { a: 3, b: 2, c: 1 }, organiserId: 'org-7' });
    assert.equal((await plane.postAsAdmin('/v1/events', asked)).status, 201);
    const row = await new Catalogue(plane.pools.read).event(asked.eventId);
    assert.equal(row?.organiserId, 'org-7');
    assert.deepEqual(row.configuration.areas, [{ area: 'floor', capacity: 300, category: 2 }]);
    const shown = await read(asked.eventId);
    assert.deepEqual([shown.seatCount, shown.prices], [5, { a: 3, b: 2, c: 1 }]);
    assert.equal('areas' in shown || 'layout' in shown || 'organiserId' in shown, false);
  });

  test('409 event_exists: an id in use, however many ask for it at once', async () => {
    const asked = request();
    const rivals = await Promise.all(Array.from({ length: 6 }, () => plane.postAsAdmin('/v1/events', asked)));
    const losers = rivals.filter(({ status }) => status !== 201);
    assert.equal(losers.length, 5);
    for (const loser of losers) await expectProblem(loser, 409, 'event_exists');
  });

  test('404 unknown_event: no such event, or no possible id', async () => {
    for (const eventId of ['nothing', '%00', 'a%20b', 'x'.repeat(65), '..%2fetc']) {
      await expectProblem(await plane.get(`/v1/events/${eventId}`), 404, 'unknown_event');
      await expectProblem(await plane.get(`/v1/events/${eventId}/chart`), 404, 'unknown_event');
    }
  });

  test('404 unknown_chart', async () => {
    await expectProblem(await plane.postAsAdmin('/v1/events', request({ chartId: 'nothing' })), 404, 'unknown_chart');
  });

  test('400 bad_frame, naming the path: prices that do not fit the chart, and other faults', async () => {
    const faults: [changes: object, said: RegExp][] = [
      [{ prices: { a: 1 } }, /prices: the price of a category that the chart uses is missing: b/],
      [{ prices: { a: 1, b: 1, c: 1 } }, /prices\.c: /],
      [{ limits: { seatsPerHold: 51 } }, /limits\.seatsPerHold: /],
      [{ startsAt: 'soon' }, /startsAt: /],
    ];
    for (const [changes, said] of faults) {
      const { detail } = await expectProblem(await plane.postAsAdmin('/v1/events', request(changes)), 400, 'bad_frame');
      assert.match(detail, said);
    }
  });

  test('a price called __proto__ reaches nothing', async () => {
    const text = JSON.stringify(request()).replace('"prices":{', '"prices":{"__proto__":{"polluted":1},');
    await expectProblem(await plane.postAsAdmin('/v1/events', text), 400, 'bad_frame');
    assert.equal('polluted' in {}, false);
  });

  describe('Idempotency-Key', () => {
    test('a repeat gets the first answer, and makes nothing', async () => {
      const key = { 'idempotency-key': 'repeat-me-1' };
      const asked = request({ eventId: undefined });
      const first = await plane.postAsAdmin('/v1/events', asked, key);
      const again = await plane.postAsAdmin('/v1/events', asked, key);
      assert.equal(again.status, 201);
      assert.equal(await again.text(), await first.text());
    });

    test('rivals with one key get one answer', async () => {
      const key = { 'idempotency-key': 'rivals-1' };
      for (const eventId of [undefined, 'of-rivals']) {
        const asked = request({ eventId });
        const headers = { 'idempotency-key': `${key['idempotency-key']}-${eventId ?? 'none'}` };
        const rivals = await Promise.all(
          Array.from({ length: 6 }, () => plane.postAsAdmin('/v1/events', asked, headers)),
        );
        const answers = await Promise.all(rivals.map((response) => response.text()));
        assert.deepEqual(
          rivals.map(({ status }) => status),
          Array(6).fill(201),
        );
        assert.equal(new Set(answers).size, 1);
      }
    });

    test('412 idempotency_mismatch: another body, or another address', async () => {
      const key = { 'idempotency-key': 'mismatch-1' };
      await plane.postAsAdmin('/v1/events', request(), key);
      await expectProblem(await plane.postAsAdmin('/v1/events', request(), key), 412, 'idempotency_mismatch');
      const chart = { format: 'usher', chart: smallChart() };
      await expectProblem(await plane.postAsAdmin('/v1/charts', chart, key), 412, 'idempotency_mismatch');
    });

    test('[I7] a refusal is not kept: the key can be used again', async () => {
      const key = { 'idempotency-key': 'refused-1' };
      await expectProblem(await plane.postAsAdmin('/v1/events', request({ name: '' }), key), 400, 'bad_frame');
      assert.equal((await plane.postAsAdmin('/v1/events', request(), key)).status, 201);
    });

    test('400 bad_frame: missing, too short, too long, or of other characters', async () => {
      for (const key of ['', 'seven77', 'x'.repeat(65), 'with spaces', 'ümlaut-key']) {
        const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
        const { detail } = await expectProblem(
          await plane.postAsAdmin('/v1/events', request(), headers),
          400,
          'bad_frame',
        );
        assert.match(detail, /Idempotency-Key/);
      }
    });
  });
});
