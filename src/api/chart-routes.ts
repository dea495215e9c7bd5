import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { limits } from '../config/limits.js';
import { must } from '../lib/must.js';
import type { Random } from '../lib/random.js';
import type { Catalogue } from '../store/catalogue.js';
import type { IdempotentAnswers } from '../store/idempotent-answers.js';
import { numbered, readChart } from './chart.js';
import { answerOnce } from './idempotency.js';
import { Problem, readRequest } from './problem.js';
import type { Remembered } from './remembered.js';

/** A chart as it travels: JSON, packed once for everyone. */
export interface PackedChart {
  readonly plain: string;
  readonly gzipped: Buffer;
}

export interface ChartRoutesOptions {
  readonly catalogue: Catalogue;
  readonly answers: IdempotentAnswers;
  readonly random: Random;
  readonly requireAdmin: (request: FastifyRequest) => Promise<void>;
  readonly packedCharts: Remembered<PackedChart>;
}

const chartIdLength = 16;
const firstVersion = 1;
const request = z.object({ format: z.enum(['usher', 'pretix']), chart: z.unknown() });

/** `POST /v1/charts`: a new chart, numbered in document order. */
export function addChartRoutes(server: FastifyInstance, options: ChartRoutesOptions): void {
  const { catalogue, answers, random, requireAdmin } = options;

  server.post('/v1/charts', { onRequest: requireAdmin, bodyLimit: limits.chartBytesMax }, async ({ body }, reply) => {
    const made = await answerOnce(answers, reply.request, async (toKeep) => {
      const { format, chart: given } = readRequest(request, body);
      if (format === 'pretix') {
        throw new Problem(
          'bad_frame',
          'Cannot accept the chart as the format pretix is not offered yet: format is pretix',
        );
      }
      const { chart, seatCount, warnings } = readChart(given);
      const chartId = random.id(chartIdLength);
      const answer = { chartId, chartVersion: firstVersion, seatCount, areaCount: chart.areas.length, warnings };
      const row = {
        chartId,
        chartVersion: firstVersion,
        name: chart.name,
        seatCount,
        body: JSON.stringify(numbered(chart, firstVersion)),
      };
      return (await catalogue.insertChart(row, toKeep(answer))) ? answer : null;
    });
    if (made === null) throw new Problem('busy', 'Cannot make the chart as its id is in use: ask again');
    return reply.code(201).send(made);
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
