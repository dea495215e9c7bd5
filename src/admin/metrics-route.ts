import type { FastifyInstance } from 'fastify';
import { Metrics } from '../observability/metrics.js';
import type { NodePort } from './node-port.js';

/** `GET /metrics`: Prometheus text. Where the main thread does not answer, `usher_node_up` is 0 and its figures are left out. */
export function addMetricsRoute(server: FastifyInstance, node: NodePort): void {
  const metrics = new Metrics();
  server.get('/metrics', async (_request, reply) => {
    const stats = await node.stats().catch(() => null);
    return reply.header('content-type', metrics.contentType).send(await metrics.text(stats));
  });
}
