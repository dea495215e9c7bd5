import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { limits } from '../../config/limits.js';
import { Problem } from '../problem.js';
import { smallChart } from '../testing/small-chart.js';
import { type CheckedChart, readChart } from './chart.js';
import { readWhole } from './chart-reading.js';
import { ChartStream, type ChartStreamOptions } from './chart-stream.js';
import { PretixReading } from './pretix.js';
import { arbitraryChart, arbitraryPlan } from './testing/arbitrary-chart.js';
import { smallTheatre, twoZones } from './testing/pretix-plans.js';

const request: ChartStreamOptions = { document: 'request', format: null };
const file: ChartStreamOptions = { document: 'file', format: null };

/** Reads a text whose bytes are cut where `cuts` say, each a share of its length. */
function read(text: string, options: ChartStreamOptions, cuts: readonly number[] = []): CheckedChart {
  const bytes = Buffer.from(text);
  const stream = new ChartStream(options);
  let from = 0;
  for (const cut of [...cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b), bytes.length]) {
    stream.write(bytes.subarray(from, cut));
    from = cut;
  }
  return stream.end();
}

/** What reading ends with: a chart or the words of a fault. */
function outcome(work: () => CheckedChart): CheckedChart | string {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.message;
  }
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });

describe('a chart read while it arrives', () => {
  test('any usher chart is read as it was written, wherever it is cut', () => {
    fc.assert(
      fc.property(arbitraryChart, cuts, fc.boolean(), (chart, at, isFormatFirst) => {
        const body = isFormatFirst ? { format: 'usher', chart } : { chart, format: 'usher' };
        const checked = read(JSON.stringify(body), request, at);
        // -0 is 0 in JSON.
        assert.deepEqual(checked.chart, JSON.parse(JSON.stringify(chart)));
        assert.deepEqual(read(JSON.stringify(chart, null, 2), file, at), checked);
      }),
    );
  });

  test('what is read piece by piece is what is read as a whole, in both formats', () => {
    fc.assert(
      fc.property(arbitraryChart, arbitraryPlan, cuts, (chart, plan, at) => {
        assert.deepEqual(read(JSON.stringify(chart), file, at), readChart(JSON.parse(JSON.stringify(chart))));
        const asWhole = readWhole(new PretixReading(), JSON.parse(JSON.stringify(plan)));
        assert.deepEqual(read(JSON.stringify(plan), file, at), asWhole);
      }),
    );
  });

  test('byte by byte, with what takes several bytes', () => {
    const chart = { ...smallChart(), name: 'Großes Haus – 劇場 🎭 "q" \\ é' };
    const bytes = Buffer.from(JSON.stringify({ format: 'usher', chart }));
    const stream = new ChartStream(request);
    for (let at = 0; at < bytes.length; at += 1) stream.write(bytes.subarray(at, at + 1));
    assert.deepEqual(stream.end().chart, chart);
  });

  test('keys may come in any order: categories and size behind the seats', () => {
    const { categories, size, ...rest } = smallChart();
    assert.deepEqual(read(JSON.stringify({ ...rest, size, categories }), file), readChart(smallChart()));
    const { categories: pretixCategories, ...plan } = smallTheatre();
    const reordered = read(JSON.stringify({ ...plan, categories: pretixCategories }), file);
    assert.deepEqual(reordered, readWhole(new PretixReading(), smallTheatre()));
  });

  test('a file with zones is a pretix plan, any other an usher chart, unless somebody says', () => {
    assert.equal(read(JSON.stringify(twoZones()), file).chart.name, 'Two zones');
    assert.equal(read(JSON.stringify(smallChart()), file).chart.name, 'Small hall');
    const both = JSON.stringify({ ...smallChart(), zones: 'none' });
    assert.equal(read(both, { ...file, format: 'usher' }).chart.name, 'Small hall');
    assert.throws(() => read(both, file), /chart\.zones: /);
  });

  test('a list of the other format is dropped, however broken, wherever the format is said', () => {
    const broken = [{ rows: [{ seats: [{ seat_guid: null }] }] }];
    const chart = { zones: broken, ...smallChart() };
    const expected = readChart(smallChart());
    assert.deepEqual(read(JSON.stringify({ format: 'usher', chart }), request), expected);
    assert.deepEqual(read(JSON.stringify({ chart, format: 'usher' }), request), expected);
    assert.throws(
      () => read(JSON.stringify({ chart, format: 'pretix' }), request),
      /chart\.zones\[0\]\.rows\[0\]\.seats\[0\]/,
    );
  });

  const faults: [what: string, text: string, said: RegExp][] = [
    ['nothing', '', /body: not JSON/],
    ['blanks', '  \n ', /body: not JSON/],
    ['half a document', '{"format":"usher","chart":{"name":"a', /body: not JSON/],
    ['two documents', '{"format":"usher","chart":{}} {}', /body: not JSON/],
    ['a word', '{"format":usher}', /byte 10 /],
    ['a comma too many', '{"format":"usher",}', /byte 18 /],
    ['bytes that are no UTF-8', '\u0000', /body: not JSON/],
    ['another thing than an object', '[1]', /format: expected one of usher, pretix/],
    ['a number', '7', /format: expected/],
    ['no chart', '{"format":"usher"}', /chart: /],
    ['a chart that is a list', '{"format":"usher","chart":[[{"rows":[1]}]]}', /chart: /],
    [
      'sections that are an object',
      '{"format":"usher","chart":{"sections":{"0":{"rows":[{"seats":[1]}]}}}}',
      /seats\[0\]: /,
    ],
    [
      'two formats',
      `{"format":"pretix","chart":${JSON.stringify(smallChart())},"format":"usher"}`,
      /format: given twice/,
    ],
    ['one format twice', '{"format":"usher","format":"usher","chart":{}}', /format: given twice/],
    [
      'two charts',
      `{"format":"usher","chart":{"name":1},"chart":${JSON.stringify(smallChart())}}`,
      /chart: given twice/,
    ],
    ['a key that is too long', `{"${'k'.repeat(300)}":1}`, /a key is longer/],
    ['a text that is too long', `{"format":"usher","chart":{"name":"${'x'.repeat(2 ** 20 + 1)}"}}`, /a text is longer/],
    ['a number that is too long', `{"format":"usher","chart":{"size":${'1'.repeat(2000)}}}`, /body: not JSON/],
    ['nesting without end', '['.repeat(100_000), /nested too deeply/],
    [
      'a number that is no double',
      '{"format":"usher","chart":{"size":{"width":1e999,"height":1}}}',
      /chart\.size\.width: |chart\.name: /,
    ],
  ];
  for (const [what, text, said] of faults) {
    test(`refuses ${what}`, () => assert.throws(() => read(text, request, [0.5]), said));
  }

  test('refuses bytes that are no UTF-8', () => {
    const stream = new ChartStream(request);
    assert.throws(() => stream.write(Buffer.from('7b22ffffffffffffff22', 'hex')), Problem);
  });

  test('a fault is the same wherever the document is cut', () => {
    const chart = smallChart();
    chart.sections[0]?.rows[1]?.seats.push({ label: '9', x: 1, y: 1, category: 'none' });
    const text = JSON.stringify({ chart, format: 'usher' });
    const expected = outcome(() => read(text, request));
    assert.ok(typeof expected === 'string');
    assert.match(expected, /chart\.sections\[0\]\.rows\[1\]\.seats\[2\]\.category: no such category/);
    fc.assert(
      fc.property(cuts, (at) =>
        assert.equal(
          outcome(() => read(text, request, at)),
          expected,
        ),
      ),
    );
  });

  test('broken text never ends in anything but a chart or a fault', () => {
    const text = JSON.stringify({ format: 'pretix', chart: twoZones() });
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 5 }), cuts, (from, length, put, at) => {
        outcome(() => read(text.slice(0, from) + put + text.slice(from + length), request, at));
      }),
    );
  });

  test('a fault ends the reading at once', () => {
    const stream = new ChartStream(request);
    const text = '{"format":"usher","chart":{"sections":[{"rows":[{"seats":[{"label":""}';
    assert.throws(() => stream.write(Buffer.from(text)), /chart\.sections\[0\]\.rows\[0\]\.seats\[0\]\.label: /);
  });

  test(`seat ${limits.seatsPerChartMax + 1} ends the reading, in both formats`, () => {
    const seats = { usher: '{"label":"1","x":1,"y":1,"category":"a"}', pretix: null };
    const usher = new ChartStream({ document: 'file', format: 'usher' });
    usher.write(Buffer.from('{"sections":[{"rows":['));
    const row = Buffer.from(`{"seats":[${seats.usher}],"label":""},`.repeat(1000));
    for (let at = 0; at < limits.seatsPerChartMax; at += 1000) usher.write(row);
    assert.throws(() => usher.write(row), /chart\.sections: at most 200000 seats/);

    const pretix = new ChartStream({ document: 'file', format: 'pretix' });
    pretix.write(Buffer.from('{"zones":[{"rows":[{"seats":['));
    const some = (from: number): Buffer =>
      Buffer.from(
        Array.from(
          { length: 1000 },
          (_, at) => `{"seat_guid":"${from + at}","seat_number":"1","position":{"x":1,"y":1},"category":"a"},`,
        ).join(''),
      );
    for (let at = 0; at < limits.seatsPerChartMax; at += 1000) pretix.write(some(at));
    assert.throws(() => pretix.write(some(limits.seatsPerChartMax)), /chart\.zones: at most 200000 seats/);
  });

  test('what is no seat is bounded too, in a list that is dropped as in one that is kept', () => {
    const endless: [string, string][] = [
      ['{"drawing":[', '[],'],
      ['{"unknown":[', '0,'],
      ['{"zones":[', '0,'],
      ['{"sections":[{"rows":[', '0,'],
    ];
    for (const [head, item] of endless) {
      const stream = new ChartStream({ document: 'file', format: head.includes('zones') ? 'usher' : null });
      stream.write(Buffer.from(head));
      const items = Buffer.from(item.repeat(100_000));
      assert.throws(() => {
        for (let at = 0; at < 10; at += 1) stream.write(items);
      }, /too much besides seats/);
    }
  });

  test('413 limit_exceeded: bytes without end, of whatever', () => {
    const stream = new ChartStream(file);
    const blanks = Buffer.alloc(1024 * 1024, ' ');
    assert.throws(
      () => {
        for (let at = 0; at <= limits.chartBytesMax; at += blanks.length) stream.write(blanks);
      },
      (error) => error instanceof Problem && error.code === 'limit_exceeded' && error.status === 413,
    );
  });

  test('others have their turn while a long piece is read', async () => {
    let breaths = 0;
    const stream = new ChartStream(file);
    await stream.writeInSlices(Buffer.alloc(1024 * 1024, ' '), async () => {
      breaths += 1;
    });
    assert.ok(breaths >= 16, `${breaths} breaths`);
  });
});
