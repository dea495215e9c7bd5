import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { demoHall } from './demo-hall.js';
import { expectProblem } from './testing/expect-problem.js';
import { smallChart } from './testing/small-chart.js';
import { startControlPlane, type StartedControlPlane } from './testing/start-control-plane.js';

describe('charts', () => {
  let plane: StartedControlPlane;
  before(async () => {
    plane = await startControlPlane();
  });
  after(() => plane.close());

  const eventWith = async (chart: object, prices: Record<string, number>): Promise<string> => {
    const { chartId } = (await (await plane.postAsAdmin('/v1/charts', { format: 'usher', chart })).json()) as {
      chartId: string;
    };
    const event = { name: 'E', startsAt: '2030-01-01T20:00:00Z', chartId, currency: 'EUR', prices };
    const created = await plane.postAsAdmin('/v1/events', event);
    assert.equal(created.status, 201);
    return ((await created.json()) as { eventId: string }).eventId;
  };

  test('POST /v1/charts: 201 {chartId, chartVersion, seatCount, areaCount, warnings}', async () => {
    const response = await plane.postAsAdmin('/v1/charts', { format: 'usher', chart: smallChart() });
    assert.equal(response.status, 201);
    const { chartId, ...rest } = (await response.json()) as { chartId: string };
    assert.match(chartId, /^[A-Za-z0-9_-]{1,64}$/);
    assert.deepEqual(rest, { chartVersion: 1, seatCount: 5, areaCount: 0, warnings: [] });
  });

  test('the same chart posted twice is two charts; posted twice with one key it is one', async () => {
    const body = { format: 'usher', chart: smallChart() };
    const read = async (response: Response) => (await response.json()) as { chartId: string };
    const first = await read(await plane.postAsAdmin('/v1/charts', body));
    const second = await read(await plane.postAsAdmin('/v1/charts', body));
    assert.notEqual(first.chartId, second.chartId);
    const key = { 'idempotency-key': 'one-chart-please' };
    const rivals = await Promise.all(Array.from({ length: 6 }, () => plane.postAsAdmin('/v1/charts', body, key)));
    const ids = await Promise.all(rivals.map(async (response) => (await read(response)).chartId));
    assert.equal(new Set(ids).size, 1);
    for (const response of rivals) assert.equal(response.status, 201);
  });

  test('a chart is served with its version, its seats numbered in document order', async () => {
    const eventId = await eventWith(smallChart(), { a: 1000, b: 500 });
    const response = await plane.get(`/v1/events/${eventId}/chart`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    const indexes: number[] = [];
    const served = JSON.parse(await response.text(), (key, value: unknown) => {
      if (key !== 'index') return value;
      indexes.push(value as number);
      return undefined;
    }) as object;
    assert.deepEqual(served, { ...smallChart(), chartVersion: 1 });
    assert.deepEqual(indexes, [0, 1, 2, 3, 4]);
  });

  test('a chart may be cached, and its tag is good for a 304', async () => {
    const eventId = await eventWith(smallChart(), { a: 1000, b: 500 });
    const first = await plane.get(`/v1/events/${eventId}/chart`);
    const tag = first.headers.get('etag') ?? '';
    assert.match(first.headers.get('cache-control') ?? '', /immutable/);
    assert.match(tag, /^W\/"[A-Za-z0-9_-]+\.1"$/);
    for (const known of [tag, tag.slice(2), `"another", ${tag}`]) {
      const again = await plane.get(`/v1/events/${eventId}/chart`, { 'if-none-match': known });
      assert.equal(again.status, 304);
      assert.equal(again.headers.get('etag'), tag);
      assert.equal(await again.text(), '');
    }
    assert.equal((await plane.get(`/v1/events/${eventId}/chart`, { 'if-none-match': '"another"' })).status, 200);
  });

  test('a chart travels packed to whoever takes that', async () => {
    const eventId = await eventWith(demoHall(), { premium: 3, standard: 2, balcony: 1 });
    const packed = await plane.get(`/v1/events/${eventId}/chart`, { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    const text = await packed.text();
    const encodings = { gzip: ['br, gzip;q=0.1', 'GZIP'], none: ['identity', 'gzip;q=0', 'gzip; q=0.00, br', 'xgzip'] };
    for (const encoding of [...encodings.gzip, ...encodings.none]) {
      const response = await plane.get(`/v1/events/${eventId}/chart`, { 'accept-encoding': encoding });
      assert.equal(
        response.headers.get('content-encoding'),
        encodings.gzip.includes(encoding) ? 'gzip' : null,
        encoding,
      );
      assert.equal(await response.text(), text);
    }
  });

  test('refused: a chart with a fault, by its path', async () => {
    const chart = smallChart();
    chart.sections[0]?.rows[1]?.seats.splice(0, 1, { label: '2', x: 1, y: 1, category: 'a' });
    const { detail } = await expectProblem(
      await plane.postAsAdmin('/v1/charts', { format: 'usher', chart }),
      400,
      'bad_frame',
    );
    assert.match(detail, /chart\.sections\[0\]\.rows\[1\]\.seats\[1\]\.label: used twice: 2/);
  });

  test('refused: pretix, and formats that nobody knows', async () => {
    const pretix = await plane.postAsAdmin('/v1/charts', { format: 'pretix', chart: {} });
    assert.match((await expectProblem(pretix, 400, 'bad_frame')).detail, /not offered yet/);
    await expectProblem(await plane.postAsAdmin('/v1/charts', { format: 'dxf', chart: {} }), 400, 'bad_frame');
    await expectProblem(await plane.postAsAdmin('/v1/charts', {}), 400, 'bad_frame');
  });

  test('a chart of 60,000 seats is taken', async () => {
    const seats = (row: number) =>
      Array.from({ length: 100 }, (_, at) => ({ label: String(at), x: at, y: row, category: 'a' }));
    const rows = Array.from({ length: 600 }, (_, row) => ({ label: String(row), seats: seats(row) }));
    const chart = { ...smallChart(), size: { width: 100, height: 600 }, sections: [{ key: 's', name: 'S', rows }] };
    const eventId = await eventWith(chart, { a: 1 });
    const { seatCount } = (await (await plane.get(`/v1/events/${eventId}`)).json()) as { seatCount: number };
    assert.equal(seatCount, 60_000);
  });
});
