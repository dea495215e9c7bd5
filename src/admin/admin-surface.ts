import fastifyHelmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { requireAdminToken } from '../api/bearer.js';
import { createHttpServer } from '../api/http-server.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../observability/log.js';
import { addEventRoutes } from './event-routes.js';
import { addHealthRoutes } from './health-routes.js';
import { addIntegratorRoutes } from './integrator-routes.js';
import { addMetricsRoute } from './metrics-route.js';
import type { NodePort } from './node-port.js';
import { addNodeRoutes } from './node-routes.js';

export interface AdminSurfaceOptions {
  readonly node: NodePort;
  readonly clock: Clock;
  readonly log: Log;
  /** SHA-256. */
  readonly adminTokenHash: Uint8Array;
}

/** The admin port: health and metrics for everyone who reaches it, the rest for operators. Protocol page, section 5. */
export async function createAdminSurface({
  node,
  clock,
  log,
  adminTokenHash,
}: AdminSurfaceOptions): Promise<FastifyInstance> {
  const server = createHttpServer({ log, trustedProxies: [] });
  await server.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false,
  });
  addHealthRoutes(server, node, clock);
  addMetricsRoute(server, node);
  addNodeRoutes(server, node, requireAdminToken(adminTokenHash));
  addEventRoutes(server, node, requireAdminToken(adminTokenHash));
  addIntegratorRoutes(server, node, requireAdminToken(adminTokenHash));
  return server;
}
