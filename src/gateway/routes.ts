import type { Admission } from './admission.js';
import type { BookingsRoute } from './bookings-route.js';
import type { Exchange } from './exchange.js';
import type { HoldsRoute } from './holds-route.js';
import type { RequestHandler, Route } from './listener.js';
import { problem } from './problem.js';
import type { Request } from './request.js';
import type { SeatsRoute } from './seats-route.js';
import type { SessionsRoute } from './sessions-route.js';

export const livePath = '/v1/live';

export interface LiveRoutesParts {
  readonly admission: Admission;
  readonly sessions: SessionsRoute;
  readonly seats: SeatsRoute;
  readonly holds: HoldsRoute;
  readonly bookings: BookingsRoute;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What an address answers, by method. */
type Address = { readonly [method in Method]?: RequestHandler };

const nativeMethods = { GET: 'get', POST: 'post', PATCH: 'patch', DELETE: 'del' } as const;

/** REST on the live port. Protocol page, section 5. */
export function liveRoutes({ admission, sessions, seats, holds, bookings }: LiveRoutesParts): Route[] {
  const addresses: Readonly<Record<string, Address>> = {
    '/v1/sessions': { POST: (request, exchange) => sessions.handle(request, exchange) },
    '/v1/events/:eventId/seats': { GET: (request, exchange) => seats.handle(request, exchange) },
    '/v1/events/:eventId/holds': {
      GET: (request, exchange) => holds.list(request, exchange),
      POST: (request, exchange) => holds.hold(request, exchange),
    },
    '/v1/events/:eventId/holds/:holdId': {
      PATCH: (request, exchange) => holds.extend(request, exchange),
      DELETE: (request, exchange) => holds.releaseWhole(request, exchange),
    },
    '/v1/events/:eventId/holds/:holdId/release': { POST: (request, exchange) => holds.release(request, exchange) },
    '/v1/events/:eventId/holds/:holdId/confirm': { POST: (request, exchange) => holds.confirm(request, exchange) },
    '/v1/bookings': { GET: (request, exchange) => bookings.handle(request, exchange) },
  };
  const routes: Route[] = [
    ...Object.entries(addresses).flatMap(([pattern, address]) => routesOf(pattern, address)),
    { method: 'options', pattern: '/*', handle: answerPreflight },
    { method: 'any', pattern: '/*', handle: answerOther },
  ];
  return routes.map(({ method, pattern, handle }) => ({
    method,
    pattern,
    handle(request, exchange) {
      const isShared = shareWithOrigin(admission, request, exchange);
      if (method === 'options' && !isShared) refusePreflight(exchange);
      else handle(request, exchange);
    },
  }));
}

/** HEAD is answered as GET is, without the body (RFC 9110, 9.3.2); what an address does not take is told apart from no address. */
function routesOf(pattern: string, address: Address): Route[] {
  const methods = Object.keys(address) as Method[];
  const allow = [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');
  const routes: Route[] = methods.flatMap((method) => {
    const handle = address[method];
    return handle === undefined ? [] : [{ method: nativeMethods[method], pattern, handle }];
  });
  if (address.GET !== undefined) routes.push({ method: 'head', pattern, handle: address.GET });
  // uWebSockets.js takes the address that fits best, then the method: these would not reach the ones for all addresses.
  routes.push({ method: 'options', pattern, handle: answerPreflight });
  routes.push({ method: 'any', pattern, handle: (_, exchange) => refuseMethod(exchange, allow) });
  return routes;
}

/**
 * Lets pages of allowed origins read the answer; others get it too, but their browsers keep it from them. Where answers depend
 * on the origin, caches must know.
 * @returns whether the origin is allowed
 */
function shareWithOrigin(admission: Admission, request: Request, exchange: Exchange): boolean {
  exchange.setHeader('Vary', 'Origin');
  const origin = admission.allowedOrigin(request);
  if (origin === null) return false;
  exchange.setHeader('Access-Control-Allow-Origin', origin);
  exchange.setHeader('Access-Control-Expose-Headers', 'ETag, Retry-After');
  return true;
}

function refusePreflight(exchange: Exchange): void {
  exchange.problem(problem('forbidden', 'Cannot share answers with this page as its origin is not allowed'));
}

function answerPreflight(_: Request, exchange: Exchange): void {
  exchange.empty(204, {
    'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Idempotency-Key, Content-Type, If-None-Match',
    'Access-Control-Max-Age': '600',
  });
}

function refuseMethod(exchange: Exchange, allow: string): void {
  exchange.setHeader('Allow', allow);
  exchange.problem(problem('method_not_allowed', `Cannot answer as this address takes other methods: ${allow}`));
}

function answerOther({ path }: Request, exchange: Exchange): void {
  if (path === livePath) {
    exchange.problem(problem('bad_frame', 'Cannot answer as this address takes WebSocket upgrades only'));
  } else {
    exchange.problem(problem('not_found', 'Cannot answer as there is no such address on the live port'));
  }
}
