import type { FastifyInstance } from 'fastify';
import { limits } from '../config/limits.js';
import { GuestSessions } from '../gateway/guest-session.js';
import { SessionTokens, type TokenKey } from '../gateway/tokens.js';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import type { Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import { Catalogue, type EventRow } from '../store/catalogue.js';
import { IdempotentAnswers } from '../store/idempotent-answers.js';
import type { Queryable } from '../store/queryable.js';
import { requireAdminToken } from './bearer.js';
import { addChartRoutes, type PackedChart } from './charts/chart-routes.js';
import { addDocsRoutes } from './docs/docs-routes.js';
import { addEventRoutes } from './event-routes.js';
import { createHttpServer } from './http-server.js';
import type { LiveAddressOptions } from './live-address.js';
import { addPageRoutes } from './page-routes.js';
import { Remembered } from './remembered.js';
import { addSecurityHeaders } from './security-headers.js';
import { addSessionRoutes } from './session-routes.js';
import { unavailableWithoutStore } from './unavailable-store.js';

export interface ControlPlaneOptions {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly live: LiveAddressOptions;
  readonly tokenKeys: readonly TokenKey[];
  readonly sessionTtlMs: number;
  /** New sessions of one address in a minute; null: not limited. */
  readonly sessionsPerAddress: number | null;
  /** SHA-256. */
  readonly adminTokenHash: Uint8Array;
  readonly trustedProxies: readonly string[];
  /** Of this program. */
  readonly version: string;
  /** Of the web page's files. */
  readonly pageFolder: string;
}

/** An event may be read this long after it was changed as it was before. */
const eventsRememberedMs = 1000;
const eventsRememberedMax = 1000;
/** A packed chart of the largest hall is about 20 MB; most are a hundredth of that. */
const chartsRememberedMs = 3600 * 1000;
const chartsRememberedMax = 8;

/** The web port: pages, catalogue, sessions. Protocol page, section 5. */
export async function createControlPlane(options: ControlPlaneOptions): Promise<FastifyInstance> {
  const { clock, random, log, live } = options;
  const database = unavailableWithoutStore(options.database);
  const catalogue = new Catalogue(database);
  const guests = new GuestSessions({
    tokens: new SessionTokens(options.tokenKeys),
    random,
    nowMs: () => clock.wallMs(),
    sessionTtlMs: options.sessionTtlMs,
  });
  const routes = {
    catalogue,
    answers: new IdempotentAnswers(database, limits.idempotentAnswerTtlMs),
    random,
    timers: options.timers,
    requireAdmin: requireAdminToken(options.adminTokenHash),
    packedCharts: new Remembered<PackedChart>(clock, chartsRememberedMs, chartsRememberedMax),
    live,
    events: new Remembered<EventRow>(clock, eventsRememberedMs, eventsRememberedMax),
    lists: new Remembered<readonly EventRow[]>(clock, eventsRememberedMs, 1),
  };

  const server = createHttpServer({ log, trustedProxies: options.trustedProxies });
  await addSecurityHeaders(server, live);
  addSessionRoutes(server, guests, options.sessionsPerAddress);
  addChartRoutes(server, routes);
  addEventRoutes(server, routes);
  await addDocsRoutes(server, live, options.version);
  await addPageRoutes(server, options.pageFolder);
  return server;
}
