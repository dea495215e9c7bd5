import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.js';
import { integratorTokenPrefix } from '../store/integrators.js';
import { hashOfToken } from '../store/settings.js';
import type { Admission } from './admission.js';
import { bearerOf } from './bearer.js';
import type { Exchange } from './exchange.js';
import { HolderRates } from './holder-rates.js';
import { gatewayLimits } from './limits.js';
import { type Problem, problem } from './problem.js';
import type { Request } from './request.js';
import type { SessionTokens } from './tokens.js';

/** Who asks over REST, by the bearer token. */
export type Caller =
  | { readonly kind: 'holder'; readonly holderId: string }
  | { readonly kind: 'admin' }
  /** Or so the token's look says: whether it is one, and whose, the directory knows. */
  | { readonly kind: 'integrator'; readonly token: string };

export interface RestDoorOptions {
  readonly admission: Admission;
  readonly tokens: SessionTokens;
  /** SHA-256. */
  readonly adminTokenHash: Uint8Array;
  /** Of one holder; null: not limited. */
  readonly requestsPerSecond: number | null;
  readonly clock: Clock;
  /** Server time. */
  readonly nowMs: () => number;
}

/** Who may come in over REST: decided from a request's head. Whoever may not has been told why when these return null. */
export class RestDoor {
  readonly #options: RestDoorOptions;
  readonly #rates: HolderRates | null;

  constructor(options: RestDoorOptions) {
    this.#options = options;
    this.#rates = options.requestsPerSecond === null ? null : new HolderRates(options.requestsPerSecond);
  }

  /** For what only holders do. */
  holder(request: Request, exchange: Exchange): string | null {
    const caller = this.caller(request, exchange);
    if (caller === null || caller.kind === 'holder') return caller?.holderId ?? null;
    const detail = "Cannot allow the request as its token is no holder's: such a token may confirm, nothing else";
    exchange.problem(problem('forbidden', detail));
    return null;
  }

  caller(request: Request, exchange: Exchange): Caller | null {
    const caller = this.#identify(bearerOf(request.header('authorization')));
    const because = caller === null ? notKnown : this.#whyNotNow(caller);
    if (because === null) return caller;
    exchange.problem(because);
    return null;
  }

  #identify(token: string): Caller | null {
    const { tokens, adminTokenHash, nowMs } = this.#options;
    const claims = tokens.verify(token, nowMs());
    if (claims !== null) return { kind: 'holder', holderId: claims.holderId };
    if (token === '') return null;
    if (timingSafeEqual(hashOfToken(token), adminTokenHash)) return { kind: 'admin' };
    return token.startsWith(integratorTokenPrefix) ? { kind: 'integrator', token } : null;
  }

  #whyNotNow(caller: Caller): Problem | null {
    const { admission, clock } = this.#options;
    if (admission.isDraining) {
      const detail = 'Cannot take the request as this node is going away: it had no effect';
      return problem('busy', detail, gatewayLimits.retryAfterDrainingMs);
    }
    if (this.#rates === null || caller.kind !== 'holder') return null;
    const retryAfterMs = this.#rates.take(caller.holderId, clock.monotonicMs());
    if (retryAfterMs === 0) return null;
    return problem('slow_down', 'Cannot take the request as there were too many: it had no effect', retryAfterMs);
  }
}

export const notKnown = problem('unauthorized', 'Cannot allow the request as it has no bearer token that is valid now');
