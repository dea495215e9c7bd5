import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readIdempotencyKey } from '../api/idempotency.js';
import { Problem, readRequest } from '../api/problem.js';
import { isId } from '../protocol/field.js';
import type { MoveOutcome, NodePort, OperatorCommand } from './node-port.js';
import { unknownNode } from './node-routes.js';
import { valueOf } from './store-answer.js';
import { readOperatorCommand } from './operator-commands.js';

const moveSchema = z.object({ nodeId: z.string().refine(isId, 'expected 1 to 64 characters A-Z a-z 0-9 _ -') });

interface EventRoute {
  Params: { eventId: string };
}

/** `GET /v1/events/{eventId}`, `POST …/block`, `…/unblock` and `…/move`: for the bearer of the admin token. */
export function addEventRoutes(
  server: FastifyInstance,
  node: NodePort,
  requireAdmin: (request: FastifyRequest) => Promise<void>,
): void {
  server.get<EventRoute>('/v1/events/:eventId', { onRequest: requireAdmin }, async ({ params }) => {
    const { eventId } = params;
    const description = isId(eventId) ? valueOf(await node.describeEvent(eventId)) : null;
    if (description === null) throw unknownEvent(eventId);
    return description;
  });

  for (const kind of ['block', 'unblock'] as const satisfies readonly OperatorCommand['kind'][]) {
    server.post<EventRoute>(`/v1/events/:eventId/${kind}`, { onRequest: requireAdmin }, async (request) => {
      const { eventId } = request.params;
      const command = readOperatorCommand(kind, readIdempotencyKey(request), request.body);
      if (!isId(eventId)) throw unknownEvent(eventId);
      const outcome = await node.operate(eventId, command);
      if (outcome.kind === 'accepted') return { ...outcome.body, position: outcome.position };
      const { code, message, ...extra } = outcome.rejection;
      throw new Problem(code, message, extra);
    });
  }

  // A move that is asked for twice is one move: the key need not be remembered.
  server.post<EventRoute>('/v1/events/:eventId/move', { onRequest: requireAdmin }, async (request) => {
    const { eventId } = request.params;
    readIdempotencyKey(request);
    const { nodeId } = readRequest(moveSchema, request.body);
    if (!isId(eventId)) throw unknownEvent(eventId);
    const outcome = await node.moveEvent(eventId, nodeId);
    if (outcome.kind === 'moved') return { eventId, nodeId };
    throw notMoved(outcome, eventId, nodeId);
  });
}

function notMoved(outcome: Exclude<MoveOutcome, { kind: 'moved' }>, eventId: string, nodeId: string): Problem {
  const why = (reason: string): string => `Cannot move the event as ${reason}: eventId is ${eventId}`;
  switch (outcome.kind) {
    case 'unknownEvent':
      return unknownEvent(eventId);
    case 'unknownNode':
      return unknownNode(`move the event to ${nodeId}`, outcome.livingNodes);
    case 'draining':
      return new Problem('bad_frame', why(`${nodeId} is draining and takes none`));
    case 'unreadable':
      return new Problem(
        'not_available',
        why(`a newer release wrote its journal than ${nodeId} reads: upgrade that node, or name a newer one`),
      );
    case 'unreachable':
      return new Problem(
        'unavailable',
        why(`${outcome.ownerNodeId} cannot be reached from here; ask that node`),
        later,
      );
    case 'stayed':
      return new Problem(
        'unavailable',
        why(`${nodeId} has not got it in time; it may still, so look who has it`),
        later,
      );
    case 'unavailable':
      return new Problem('unavailable', why('Postgres cannot be reached'), later);
  }
}

const later = { retryAfterMs: 1_000 };

function unknownEvent(eventId: string): Problem {
  return new Problem('unknown_event', `Cannot find the event as there is none: eventId is ${eventId}`);
}
