import type { Random } from '../lib/random.js';
import { bearerOf } from './bearer.js';
import type { SessionTokens } from './tokens.js';

/** Unguessable: whoever knows it still needs a token, but it must not collide either. 144 bits. */
const guestIdLength = 24;

/** The body of a `POST /v1/sessions` that succeeded. */
export interface OpenedSession {
  readonly token: string;
  readonly holderId: string;
  readonly expiresInMs: number;
}

export interface GuestSessionOptions {
  readonly tokens: SessionTokens;
  readonly random: Random;
  /** Server time. */
  readonly nowMs: () => number;
  readonly sessionTtlMs: number;
}

/** `POST /v1/sessions`, on the live port and on the web port alike. */
export class GuestSessions {
  #made = 0;

  constructor(private readonly options: GuestSessionOptions) {}

  /** How many so far, renewed ones among them. */
  get made(): number {
    return this.#made;
  }

  /** A session of a new holder. */
  open(): OpenedSession {
    return this.#issue(this.options.random.id(guestIdLength));
  }

  /** A new session of the holder that an `Authorization` header proves, or null where it proves nobody. */
  renew(authorization: string): OpenedSession | null {
    const claims = this.options.tokens.verify(bearerOf(authorization), this.options.nowMs());
    return claims === null ? null : this.#issue(claims.holderId);
  }

  #issue(holderId: string): OpenedSession {
    const nowMs = Math.floor(this.options.nowMs());
    const expiresAtMs = Math.ceil((nowMs + this.options.sessionTtlMs) / 1000) * 1000;
    this.#made += 1;
    return { token: this.options.tokens.issue(holderId, expiresAtMs), holderId, expiresInMs: expiresAtMs - nowMs };
  }
}
