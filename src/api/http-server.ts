import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { limits } from '../config/limits.js';
import { RpcFailed } from '../lib/rpc.js';
import type { Log } from '../observability/log.js';
import { answerClientError } from './client-error.js';
import { Problem, type ProblemCode } from './problem.js';

export interface HttpServerOptions {
  readonly log: Log;
  /** Addresses and networks whose forwarded-for header counts. */
  readonly trustedProxies: readonly string[];
}

/** A request's body may take this long to arrive. */
const requestTimeoutMs = 60_000;

/** What every HTTP surface of Fastify has in common: JSON in and out, errors as `application/problem+json`. */
export function createHttpServer({ log, trustedProxies }: HttpServerOptions): FastifyInstance {
  const answerError = (error: unknown, method: string, url: string, reply: FastifyReply): void => {
    const problem = problemOf(error);
    if (problem.code === 'internal_error') log.error({ error, method, url }, 'A request failed');
    if (problem.code === 'unavailable')
      log.debug({ error: problem.cause, method, url }, 'A request could not be served');
    sendProblem(reply, problem);
  };
  const server = fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => answerError(error, request.method, request.url, reply),
    clientErrorHandler: answerClientError,
  });
  server.removeContentTypeParser('text/plain');
  takeEmptyBodies(server);
  server.setErrorHandler((error, request, reply) => answerError(error, request.method, request.url, reply));
  server.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split('?');
    sendProblem(
      reply,
      new Problem('not_found', `Cannot answer as there is no such address: ${request.method} ${path}`),
    );
  });
  return server;
}

/** Many programs say that their body is JSON where they send none, with a DELETE above all. */
function takeEmptyBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, parsed) => {
    if (body === '') parsed(null);
    else void parse(request, body, parsed);
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { retryAfterMs } = problem.extra;
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 429 || problem.status === 503) {
    void reply.header('retry-after', Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1000)));
  }
  void reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(problem.body())));
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RpcFailed && error.isOutcomeUnknown) {
    return new Problem(
      'unavailable',
      'Cannot answer as another part of this node does not: ask again',
      { retryAfterMs: 1000 },
      error,
    );
  }
  const { statusCode = 500, message } = error as Partial<FastifyError>;
  if (statusCode >= 500) return new Problem('internal_error', 'Cannot answer as something broke: the log tells what');
  return new Problem(
    codeOfStatus[statusCode] ?? 'bad_frame',
    `Cannot accept the request as it is malformed: ${message}`,
  );
}

/** Errors that Fastify itself finds in a request; every other one is 400. */
const codeOfStatus: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  413: 'limit_exceeded',
  415: 'unsupported_media_type',
};
