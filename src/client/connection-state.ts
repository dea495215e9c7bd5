import { assert } from '../lib/assert.js';
import { closeCodes } from '../protocol/codes.js';
import type { UsherError } from './usher-error.js';

/**
 * The life of a connection, over as many sockets as it takes:
 *
 *                 ┌────────────────── wait is over ──────────────────┐
 *                 ▼                                                  │
 *   closed ─► connecting ── socket open ─► hello sent ── welcome ─► live
 *      ▲          │                            │                     │ ▲
 *      │          └────────── lost ────────────┴───► backing off ◄───┘ │ a later hello renews the token
 *      └── closed by us, forbidden, replaced: from anywhere            └─┘
 */
export type ConnectionState =
  /** Getting a token, opening the socket. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'helloSent' }
  | { readonly kind: 'live' }
  /** `error`: what the server refused a token or a hello with, or null. `retryInMs` counts from the moment of the change. */
  | {
      readonly kind: 'backingOff';
      readonly reason: string;
      readonly error: UsherError | null;
      readonly retryInMs: number;
    }
  /** It stays closed until `reconnect`. */
  | { readonly kind: 'closed'; readonly reason: ClosedReason };

/** `replaced`: this holder opened more sockets than the server allows, and this one was the oldest. */
export type ClosedReason = 'notOpened' | 'done' | 'forbidden' | 'replaced';

type Kind = ConnectionState['kind'];

const successors: Readonly<Record<Kind, readonly Kind[]>> = {
  closed: ['connecting'],
  connecting: ['helloSent', 'backingOff', 'closed'],
  helloSent: ['live', 'backingOff', 'closed'],
  live: ['backingOff', 'closed'],
  backingOff: ['connecting', 'closed'],
};

export function assertSuccessor(from: Kind, to: Kind): void {
  assert(successors[from].includes(to), `Cannot change the connection's state: it is ${from}, the next would be ${to}`);
}

/** What a close code asks of the client. Protocol page, section 4. */
export function afterClose(code: number): ClosedReason | 'renewToken' | 'backOff' {
  switch (code) {
    case closeCodes.forbidden:
      return 'forbidden';
    case closeCodes.replaced:
      return 'replaced';
    case closeCodes.tokenRanOut:
      return 'renewToken';
    default:
      return 'backOff';
  }
}
