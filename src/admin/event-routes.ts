import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readIdempotencyKey } from '../api/idempotency.js';
import { Problem } from '../api/problem.js';
import { isId } from '../protocol/field.js';
import type { NodePort, OperatorCommand } from './node-port.js';
import { readOperatorCommand } from './operator-commands.js';

interface EventRoute {
  Params: { eventId: string };
}

/** `GET /v1/nodes`, `GET /v1/events/{eventId}`, `POST …/block` and `…/unblock`: for the bearer of the admin token. */
export function addEventRoutes(
  server: FastifyInstance,
  node: NodePort,
  requireAdmin: (request: FastifyRequest) => Promise<void>,
): void {
  server.get('/v1/nodes', { onRequest: requireAdmin }, async () => ({ nodes: await node.nodes() }));

  server.get<EventRoute>('/v1/events/:eventId', { onRequest: requireAdmin }, async ({ params }) => {
    const { eventId } = params;
    const description = isId(eventId) ? await node.describeEvent(eventId) : null;
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
}

function unknownEvent(eventId: string): Problem {
  return new Problem('unknown_event', `Cannot find the event as there is none: eventId is ${eventId}`);
}
