import type { FastifyInstance } from 'fastify';
import type { Clock } from '../lib/clock.js';
import type { DependencyHealth, NodeHealth, NodePort } from './node-port.js';

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
      const main: DependencyHealth =
        health === null
          ? { name: 'main-thread', state: 'down', latencyMs: null }
          : { name: 'main-thread', state: 'up', latencyMs: clock.monotonicMs() - askedAtMs };
      const { started, draining, dependencies } = health ?? { started: false, draining: false, dependencies: [] };
      const status = health !== null && isWell(health) ? 'up' : 'down';
      return reply
        .code(status === 'up' ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status, started, draining, dependencies: [main, ...dependencies].map(rounded) });
    });
  }
}

/** To microseconds: nobody reads further. */
function rounded(dependency: DependencyHealth): DependencyHealth {
  const { latencyMs } = dependency;
  return { ...dependency, latencyMs: latencyMs === null ? null : Math.round(latencyMs * 1000) / 1000 };
}
