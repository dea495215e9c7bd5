import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readIdempotencyKey } from '../api/idempotency.js';
import { Problem } from '../api/problem.js';
import { isId } from '../protocol/field.js';
import type { NodePort } from './node-port.js';
import { valueOf } from './store-answer.js';

interface NodeRoute {
  Params: { nodeId: string };
}

/** `GET /v1/nodes` and `POST /v1/nodes/{nodeId}/drain`: for the bearer of the admin token, on any node about all of them. */
export function addNodeRoutes(
  server: FastifyInstance,
  node: NodePort,
  requireAdmin: (request: FastifyRequest) => Promise<void>,
): void {
  server.get('/v1/nodes', { onRequest: requireAdmin }, async () => ({ nodes: valueOf(await node.nodes()) }));

  server.post<NodeRoute>('/v1/nodes/:nodeId/drain', { onRequest: requireAdmin }, async (request, reply) => {
    const { nodeId } = request.params;
    readIdempotencyKey(request);
    if (!isId(nodeId)) throw new Problem('not_found', 'Cannot find the node as its name is no possible one');
    const outcome = await node.drainNode(nodeId);
    switch (outcome.kind) {
      case 'draining':
        return reply.code(202).send({ nodeId, events: outcome.events });
      case 'unknownNode':
        throw unknownNode(`drain ${nodeId}`, outcome.livingNodes);
      case 'alone':
        throw new Problem('not_available', `Cannot drain ${nodeId} as no other node takes events`);
      case 'unavailable':
        throw new Problem('unavailable', 'Cannot drain the node as Postgres cannot be reached', { retryAfterMs: 1000 });
    }
  });
}

export function unknownNode(cannot: string, livingNodes: readonly string[]): Problem {
  return new Problem('not_found', `Cannot ${cannot} as no such node lives; those that do: ${livingNodes.join(', ')}`);
}
