import type { Admission } from './admission.js';
import type { Exchange } from './exchange.js';
import type { RequestHandler, Route } from './listener.js';
import { problem } from './problem.js';
import type { Request } from './request.js';
import type { SeatsRoute } from './seats-route.js';
import type { SessionsRoute } from './sessions-route.js';

export const livePath = '/v1/live';

/** Addresses of the protocol page that this version does not serve yet. */
const laterPaths = ['/v1/bookings', '/v1/events/'];

/** REST on the live port. Protocol page, section 5. */
export function liveRoutes(admission: Admission, sessions: SessionsRoute, seats: SeatsRoute): Route[] {
  const route = (method: Route['method'], pattern: string, handle: RequestHandler): Route => ({
    method,
    pattern,
    handle(request, exchange) {
      shareWithOrigin(admission, request, exchange);
      handle(request, exchange);
    },
  });
  return [
    route('post', '/v1/sessions', (request, exchange) => sessions.handle(request, exchange)),
    route('get', '/v1/events/:eventId/seats', (request, exchange) => seats.handle(request, exchange)),
    route('options', '/*', (request, exchange) => answerPreflight(admission, request, exchange)),
    route('any', '/*', answerOther),
  ];
}

/** Lets pages of allowed origins read the answer. Where it depends on the origin, caches must know. */
function shareWithOrigin(admission: Admission, request: Request, exchange: Exchange): void {
  exchange.setHeader('Vary', 'Origin');
  const origin = admission.allowedOrigin(request);
  if (origin === null) return;
  exchange.setHeader('Access-Control-Allow-Origin', origin);
  exchange.setHeader('Access-Control-Expose-Headers', 'ETag, Retry-After');
}

function answerPreflight(admission: Admission, request: Request, exchange: Exchange): void {
  if (admission.allowedOrigin(request) === null) {
    exchange.problem(problem('forbidden', 'Cannot share answers with this page as its origin is not allowed'));
    return;
  }
  exchange.empty(204, {
    'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Idempotency-Key, Content-Type, If-None-Match',
    'Access-Control-Max-Age': '600',
  });
}

function answerOther(request: Request, exchange: Exchange): void {
  const { path } = request;
  if (path === livePath) {
    exchange.problem(problem('bad_frame', 'Cannot answer as this address takes WebSocket upgrades only'));
  } else if (laterPaths.some((later) => path.startsWith(later))) {
    exchange.problem(problem('not_found', `Cannot answer as a later version brings this address: use the WebSocket`));
  } else {
    exchange.problem(problem('not_found', 'Cannot answer as there is no such address on the live port'));
  }
}
