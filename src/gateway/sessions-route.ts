import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Admission } from './admission.js';
import type { Exchange } from './exchange.js';
import type { GuestSessions, OpenedSession } from './guest-session.js';
import { gatewayLimits } from './limits.js';
import { problem } from './problem.js';
import type { Request } from './request.js';

/** `POST /v1/sessions`: a new guest, or with a bearer token the same holder renewed. */
export class SessionsRoute {
  readonly #guests: GuestSessions;
  readonly #admission: Admission;
  readonly #newSessions: RateLimiterMemory | null;

  /** @param sessionsPerAddress new ones in a minute; null: not limited */
  constructor(guests: GuestSessions, admission: Admission, sessionsPerAddress: number | null) {
    this.#guests = guests;
    this.#admission = admission;
    this.#newSessions =
      sessionsPerAddress === null ? null : new RateLimiterMemory({ points: sessionsPerAddress, duration: 60 });
  }

  handle(request: Request, exchange: Exchange): void {
    const addressGroup = this.#admission.addressGroupOf(request);
    const authorization = request.header('authorization');
    exchange.readBody(gatewayLimits.sessionBodyBytesMax, (body) => {
      if (body === null) {
        exchange.problem(problem('limit_exceeded', 'Cannot open a session as the body is too long: send {}'));
      } else if (!isJsonObject(body)) {
        exchange.problem(problem('bad_frame', 'Cannot open a session as the body is no JSON object: send {}'));
      } else if (authorization === '') {
        this.#open(addressGroup, exchange);
      } else {
        this.#renew(authorization, exchange);
      }
    });
  }

  #renew(authorization: string, exchange: Exchange): void {
    const renewed = this.#guests.renew(authorization);
    if (renewed !== null) created(exchange, renewed);
    else exchange.problem(problem('unauthorized', 'Cannot renew the session as its token is not valid or has run out'));
  }

  #open(addressGroup: string, exchange: Exchange): void {
    if (this.#newSessions === null) {
      created(exchange, this.#guests.open());
      return;
    }
    this.#newSessions.consume(addressGroup).then(
      () => created(exchange, this.#guests.open()),
      (refusal: unknown) => {
        const retryAfterMs = refusal instanceof RateLimiterRes ? refusal.msBeforeNext : gatewayLimits.retryAfterBusyMs;
        const detail = 'Cannot open a session as too many were opened from this address in the last minute';
        exchange.problem(problem('slow_down', detail, retryAfterMs));
      },
    );
  }
}

function created(exchange: Exchange, session: OpenedSession): void {
  exchange.json(201, JSON.stringify(session));
}

/** An empty body will do as well. */
function isJsonObject(body: Buffer): boolean {
  if (body.length === 0) return true;
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
