import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../lib/clock.js';
import type { NodeHealth, NodePort } from './node-port.js';

/** What each of the three asks of the node. Kubernetes: live → restart, ready → traffic, startup → patience. */
const probes = {
  /** The main thread answers. */
  live: () => true,
  ready: (health) => health.started && !health.draining && health.dependencies.every(({ state }) => state === 'up'),
  startup: (health) => health.started,
} satisfies Record<string, (health: NodeHealth) => boolean>;

/** `GET /health/live`, `/health/ready`, `/health/startup`: 200 or 503, either with every dependency's state. */
export function addHealthRoutes(server: FastifyInstance, node: NodePort, clock: Clock): void {
  for (const [name, isWell] of Object.entries(probes)) {
    server.get(`/health/${name}`, async (_request, reply) => {
      const askedAtMs = clock.monotonicMs();
      const health = await node.health().catch(() => null);
      const main = {
        name: 'main-thread',
        state: health === null ? 'down' : 'up',
        latencyMs: health === null ? null : Math.round((clock.monotonicMs() - askedAtMs) * 1000) / 1000,
      };
      if (health === null) return answer(reply, false, { started: false, draining: false, dependencies: [main] });
      return answer(reply, isWell(health), { ...health, dependencies: [main, ...health.dependencies] });
    });
  }
}

function answer(reply: FastifyReply, isWell: boolean, health: object): FastifyReply {
  return reply
    .code(isWell ? 200 : 503)
    .header('cache-control', 'no-store')
    .send({ status: isWell ? 'up' : 'down', ...health });
}
