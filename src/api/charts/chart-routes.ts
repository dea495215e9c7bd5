import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../../config/limits.js';
import { must } from '../../lib/must.js';
import type { Random } from '../../lib/random.js';
import { type Timers, turnOver } from '../../lib/timers.js';
import type { Catalogue } from '../../store/catalogue.js';
import type { IdempotentAnswers } from '../../store/idempotent-answers.js';
import { answerOnce } from '../idempotency.js';
import { Problem } from '../problem.js';
import type { Remembered } from '../remembered.js';
import { ChartStream } from './chart-stream.js';
import { importChart } from './import-chart.js';
import { Lanes } from './lanes.js';
import { Upload } from './upload.js';

/** A chart as it travels: JSON, packed once for everyone. */
export interface PackedChart {
  readonly plain: string;
  readonly gzipped: Buffer;
}

export interface ChartRoutesOptions {
  readonly catalogue: Catalogue;
  readonly answers: IdempotentAnswers;
  readonly random: Random;
  readonly timers: Timers;
  readonly requireAdmin: (request: FastifyRequest) => Promise<void>;
  readonly packedCharts: Remembered<PackedChart>;
}

/** The largest chart takes some 200 MB while it is read and stored. */
const chartsAtOnceMax = 2;

/** `POST /v1/charts`: a new chart, numbered in document order. */
export function addChartRoutes(server: FastifyInstance, options: ChartRoutesOptions): void {
  const { catalogue, answers, random, timers, requireAdmin } = options;
  const lanes = new Lanes(chartsAtOnceMax);
  const breathe = (): Promise<void> => turnOver(timers);

  void server.register((scope, _options, done) => {
    // The body is left where it is: the chart is read from it while it arrives.
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', (_request, _payload, parsed) => parsed(null));
    scope.post('/v1/charts', { onRequest: requireAdmin }, async (request, reply) => {
      const upload = new Upload(request, limits.chartBytesMax);
      const made = await answerOnce(
        answers,
        request,
        (toKeep) =>
          lanes.run(async () => {
            const stream = new ChartStream({ document: 'request', format: null });
            await upload.read((bytes) => stream.writeInSlices(bytes, breathe));
            return importChart({ catalogue, random, breathe }, stream.end(), toKeep);
          }),
        () => upload.digest(),
      );
      if (made === null) throw new Problem('busy', 'Cannot make the chart as its id is in use: ask again');
      return reply.code(201).send(made);
    });
    done();
  });
}

/** Sends a version of a chart. It never changes: caches may keep it, and by its tag a client learns that its own is good. */
export async function sendChart(
  reply: FastifyReply,
  { catalogue, packedCharts }: Pick<ChartRoutesOptions, 'catalogue' | 'packedCharts'>,
  { chartId, chartVersion }: { readonly chartId: string; readonly chartVersion: number },
): Promise<FastifyReply> {
  // Weak, as it is the same for the plain and the packed text.
  const tag = `"${chartId}.${chartVersion}"`;
  const headers = {
    etag: `W/${tag}`,
    'cache-control': `public, max-age=${chartCacheSeconds}, immutable`,
    vary: 'accept-encoding',
  };
  const { 'if-none-match': known = '', 'accept-encoding': encodings = '' } = reply.request.headers;
  if (known.split(',').some((item) => item.trim().replace(/^W\//, '') === tag)) {
    return reply.code(304).headers(headers).send();
  }

  const packed = await packedCharts.get(tag, async () => {
    const { body } = must(await catalogue.chart(chartId, chartVersion), 'the chart of an event');
    return { plain: body, gzipped: await promisify(gzip)(body) };
  });
  const { plain, gzipped } = must(packed, 'the chart of an event');
  void reply.headers({ ...headers, 'content-type': 'application/json; charset=utf-8' });
  return takesGzip(encodings) ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(plain);
}

/** The address names the event, not the version: should an event ever move to another one, caches follow within this. */
const chartCacheSeconds = 3600;

/** `gzip`, also as `gzip;q=0.5`, but not `gzip;q=0`, which says no. */
function takesGzip(acceptEncoding: string): boolean {
  return acceptEncoding.split(',').some((item) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(item));
}
