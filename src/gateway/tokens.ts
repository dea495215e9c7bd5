import { createHmac, timingSafeEqual } from 'node:crypto';
import { assert } from '../lib/assert.js';
import { isId } from '../protocol/field.js';
import { protocolLimits } from '../protocol/limits.js';

/** One secret, shared by all nodes. `keyId`: 1–64 of `[A-Za-z0-9_-]`. */
export interface TokenKey {
  readonly keyId: string;
  readonly secret: Uint8Array;
}

export interface TokenClaims {
  readonly holderId: string;
  readonly expiresAtMs: number;
}

/** HMAC-SHA256 (RFC 2104); the secret should be as long as its output. */
const secretBytesMin = 32;

/**
 * Session tokens of holders: `v1.<keyId>.<holderId>.<expiresAtSeconds>.<mac>`, the mac over all that stands before it. A
 * token says who holds, nothing else; it cannot be taken back before it runs out.
 */
export class SessionTokens {
  readonly #keys = new Map<string, TokenKey>();
  readonly #signing: TokenKey;

  /** @param keys newest first: the first one signs, all verify, so that keys can be changed while tokens live */
  constructor(keys: readonly TokenKey[]) {
    const [newest] = keys;
    assert(newest !== undefined, 'Cannot issue tokens as there is no key');
    this.#signing = newest;
    for (const key of keys) {
      assert(isId(key.keyId), `Cannot use a token key as its id is not of the shape: keyId is ${key.keyId}`);
      assert(
        key.secret.length >= secretBytesMin,
        `Cannot use a token key as its secret is short: keyId is ${key.keyId}`,
      );
      assert(!this.#keys.has(key.keyId), `Cannot use two token keys of one id: keyId is ${key.keyId}`);
      this.#keys.set(key.keyId, key);
    }
  }

  /** A token tells whole seconds: `expiresAtMs` is rounded down. */
  issue(holderId: string, expiresAtMs: number): string {
    assert(isId(holderId), `Cannot issue a token as the holder's id is not of the shape: holderId is ${holderId}`);
    const claims = `v1.${this.#signing.keyId}.${holderId}.${Math.floor(expiresAtMs / 1000)}`;
    return `${claims}.${macOf(this.#signing, claims).toString('base64url')}`;
  }

  /** Who the token speaks for; null where it is not one of ours, was changed, or has run out. */
  verify(token: string, nowMs: number): TokenClaims | null {
    if (token.length > protocolLimits.tokenLengthMax) return null;
    const parts = token.split('.');
    if (parts.length !== 5) return null;
    const [version, keyId = '', holderId, seconds = '', mac = ''] = parts;
    const key = this.#keys.get(keyId);
    if (version !== 'v1' || key === undefined) return null;
    const expected = macOf(key, token.slice(0, token.length - mac.length - 1));
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    // What was signed was ours, so its shape needs no check beyond what the types ask for.
    const expiresAtMs = Number(seconds) * 1000;
    if (!isId(holderId) || !(expiresAtMs > nowMs)) return null;
    return { holderId, expiresAtMs };
  }
}

function macOf(key: TokenKey, claims: string): Buffer {
  return createHmac('sha256', key.secret).update(claims).digest();
}
