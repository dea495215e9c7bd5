import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
import { addressFromText, addressGroup } from '../gateway/address.js';
import type { GuestSessions } from '../gateway/guest-session.js';
import { Problem, readRequest } from './problem.js';

const body = z.looseObject({}).nullish();

/**
 * `POST /v1/sessions`, as on the live port: a new guest, or with a bearer token the same holder renewed.
 * @param sessionsPerAddress new ones in a minute; null: not limited
 */
export function addSessionRoutes(
  server: FastifyInstance,
  guests: GuestSessions,
  sessionsPerAddress: number | null,
): void {
  const newSessions =
    sessionsPerAddress === null ? null : new RateLimiterMemory({ points: sessionsPerAddress, duration: 60 });

  server.post('/v1/sessions', async (request, reply) => {
    readRequest(body, request.body);
    const { authorization } = request.headers;
    const session = authorization === undefined ? null : guests.renew(authorization);
    if (authorization !== undefined && session === null) {
      throw new Problem('unauthorized', 'Cannot renew the session as its token is not valid or has run out');
    }
    if (session === null && newSessions !== null) await countNewSession(newSessions, request);
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send(session ?? guests.open());
  });
}

async function countNewSession(newSessions: RateLimiterMemory, request: FastifyRequest): Promise<void> {
  const address = addressFromText(request.ip);
  try {
    await newSessions.consume(address === null ? request.ip : addressGroup(address));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const detail = 'Cannot open a session as too many were opened from this address in the last minute';
    throw new Problem('slow_down', detail, { retryAfterMs: error.msBeforeNext });
  }
}
