import type { Clock } from '../lib/clock.js';
import { hashOfToken } from '../store/settings.js';
import { gatewayLimits } from './limits.js';
import { ShortMemory } from './short-memory.js';

/** What integrators' tokens are good for. It may reject, as the store behind it may be out of reach. */
export interface IntegratorDirectory {
  /** Whose token it is; null where it is none, or was revoked. */
  integratorOf(token: string): Promise<{ readonly organiserId: string } | null>;
  /** Whose event it is; null where there is none. */
  organiserOf(eventId: string): Promise<string | null>;
}

/** A directory that is not asked the same again within seconds. */
export class RememberedDirectory implements IntegratorDirectory {
  readonly #directory: IntegratorDirectory;
  readonly #integrators: ShortMemory<{ readonly organiserId: string }>;
  readonly #organisers: ShortMemory<string>;

  constructor(directory: IntegratorDirectory, clock: Clock) {
    const terms = {
      clock,
      foundForMs: gatewayLimits.integratorKnownForMs,
      missingForMs: gatewayLimits.integratorUnknownForMs,
      entriesMax: gatewayLimits.integratorsRememberedMax,
    };
    this.#directory = directory;
    this.#integrators = new ShortMemory(terms);
    this.#organisers = new ShortMemory(terms);
  }

  /** Tokens are remembered by their hashes, as at rest. */
  integratorOf(token: string): Promise<{ readonly organiserId: string } | null> {
    const key = Buffer.from(hashOfToken(token)).toString('base64');
    return this.#integrators.get(key, () => this.#directory.integratorOf(token));
  }

  organiserOf(eventId: string): Promise<string | null> {
    return this.#organisers.get(eventId, () => this.#directory.organiserOf(eventId));
  }
}
