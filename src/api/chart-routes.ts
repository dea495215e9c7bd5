import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { limits } from '../config/limits.js';
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
  options: Pick<ChartRoutesOptions, 'catalogue' | 'packedCharts'>,
  { chartId, chartVersion }: { readonly chartId: string; readonly chartVersion: number },
): Promise<FastifyReply> {
  const tag = `"${chartId}.${chartVersion}"`;
  void reply
    .header('etag', tag)
    .header('cache-control', `public, max-age=${chartCacheSeconds}, immutable`)
    .header('vary', 'accept-encoding');
  const { 'if-none-match': known = '', 'accept-encoding': encodings = '' } = reply.request.headers;
  if (known.split(',').some((item) => item.trim().replace(/^W\//, '') === tag)) return reply.code(304).send();

  const packed = await options.packedCharts.get(tag, async () => {
    const row = await options.catalogue.chart(chartId, chartVersion);
    return row === null ? null : { plain: row.body, gzipped: await promisify(gzip)(row.body) };
  });
  if (packed === null)
    throw new Problem('unknown_chart', `Cannot show the chart as there is none: chartId is ${chartId}`);
  void reply.header('content-type', 'application/json; charset=utf-8');
  if (!/\bgzip\b/.test(encodings)) return reply.send(packed.plain);
  return reply.header('content-encoding', 'gzip').send(packed.gzipped);
}

/** The address names the event, not the version: should an event ever move to another version, caches follow within this. */
const chartCacheSeconds = 3600;
