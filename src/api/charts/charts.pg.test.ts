import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { limits } from '../../config/limits.js';
import { systemRandom } from '../../lib/random.js';
import { expectProblem } from '../testing/expect-problem.js';
import { smallChart } from '../testing/small-chart.js';
import { adminToken, startControlPlane, type StartedControlPlane } from '../testing/start-control-plane.js';
import type { Chart } from './chart.js';
import type { ImportedChart } from './import-chart.js';
import { manySeats } from './testing/many-seats.js';
import { smallTheatre } from './testing/pretix-plans.js';

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
    const eventId = await eventWith(manySeats(20, 100), { a: 1 });
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

  test('refused: formats that nobody knows, and none at all', async () => {
    for (const body of [
      { format: 'dxf', chart: smallChart() },
      { chart: smallChart() },
      { chart: smallChart(), format: 7 },
    ]) {
      const { detail } = await expectProblem(await plane.postAsAdmin('/v1/charts', body), 400, 'bad_frame');
      assert.match(detail, /: format: expected one of usher, pretix/);
    }
    await expectProblem(await plane.postAsAdmin('/v1/charts', {}), 400, 'bad_frame');
  });

  test('a pretix plan becomes a chart, whichever of chart and format comes first', async () => {
    for (const body of [
      { format: 'pretix', chart: smallTheatre() },
      { chart: smallTheatre(), format: 'pretix' },
    ]) {
      const response = await plane.postAsAdmin('/v1/charts', body);
      assert.equal(response.status, 201);
      const { seatCount, areaCount, warnings } = (await response.json()) as ImportedChart;
      assert.deepEqual({ seatCount, areaCount, warnings }, { seatCount: 7, areaCount: 0, warnings: [] });
    }
  });

  test('general admission: areas are counted, stored and served', async () => {
    const areas = [
      {
        area: 'floor',
        name: 'Floor',
        capacity: 2000,
        category: 'b',
        shape: { type: 'rectangle', x: 1, y: 1, width: 9, height: 9 },
      },
    ];
    const { sections: _, ...head } = smallChart();
    const made = await plane.postAsAdmin('/v1/charts', { format: 'usher', chart: { ...head, areas } });
    const { areaCount, seatCount } = (await made.json()) as ImportedChart;
    assert.deepEqual([made.status, areaCount, seatCount], [201, 1, 0]);
    const eventId = await eventWith({ ...head, areas }, { b: 500 });
    const served = (await (await plane.get(`/v1/events/${eventId}/chart`)).json()) as Chart;
    assert.deepEqual([served.areas, served.sections], [areas, []]);
  });

  describe('the body is read while it arrives', () => {
    const head = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const send = (pieces: () => Iterable<string>, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${plane.url}/v1/charts`, {
        method: 'POST',
        headers: { ...head, 'idempotency-key': systemRandom.id(16), ...headers },
        body: ReadableStream.from([...pieces()].map((piece) => Buffer.from(piece))),
        duplex: 'half',
      });

    test('413 limit_exceeded: a body that is too long, said or not', async () => {
      const megabyte = ' '.repeat(1024 * 1024);
      function* tooLong(): Iterable<string> {
        for (let at = 0; at <= limits.chartBytesMax / megabyte.length; at += 1) yield megabyte;
      }
      await expectProblem(await send(tooLong), 413, 'limit_exceeded');
      const said = await plane.postAsAdmin('/v1/charts', [...tooLong()].join(''));
      await expectProblem(said, 413, 'limit_exceeded');
    });

    test('400 bad_frame: a fault is answered though the body goes on for long', async () => {
      function* faulty(): Iterable<string> {
        yield '{"format":"usher","chart":{"sections":[{"rows":[{"seats":[{"label":7}';
        for (let at = 0; at < 200; at += 1) yield ' '.repeat(64 * 1024);
      }
      const { detail } = await expectProblem(await send(faulty), 400, 'bad_frame');
      assert.match(detail, /: chart\.sections\[0\]\.rows\[0\]\.seats\[0\]\.label: /);
    });

    test('400 bad_frame: what is no JSON, by its offset', async () => {
      const { detail } = await expectProblem(await send(() => ['{"format":"usher",', 'chart}']), 400, 'bad_frame');
      assert.match(detail, /byte 18 /);
    });

    test('a body of no media type that we know: 415', async () => {
      await expectProblem(await send(() => ['{}'], { 'content-type': 'text/csv' }), 415, 'unsupported_media_type');
    });

    test('412 idempotency_mismatch: the key of a chart with another body, to the byte', async () => {
      const key = { 'idempotency-key': systemRandom.id(16) };
      const text = JSON.stringify({ format: 'usher', chart: smallChart() });
      const first = (await (await plane.postAsAdmin('/v1/charts', text, key)).json()) as ImportedChart;
      assert.deepEqual(await (await plane.postAsAdmin('/v1/charts', text, key)).json(), first);
      await expectProblem(await plane.postAsAdmin('/v1/charts', `${text} `, key), 412, 'idempotency_mismatch');
    });

    test('[I7] a chart that was refused leaves its key free', async () => {
      const key = { 'idempotency-key': systemRandom.id(16) };
      await expectProblem(await plane.postAsAdmin('/v1/charts', '{"chart":', key), 400, 'bad_frame');
      assert.equal((await plane.postAsAdmin('/v1/charts', { format: 'usher', chart: smallChart() }, key)).status, 201);
    });
  });

  test('a chart of 60,000 seats is taken', async () => {
    const eventId = await eventWith(manySeats(600, 100), { a: 1 });
    const { seatCount } = (await (await plane.get(`/v1/events/${eventId}`)).json()) as { seatCount: number };
    assert.equal(seatCount, 60_000);
  });
});
