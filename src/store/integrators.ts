import { must } from '../lib/must.js';
import type { Random } from '../lib/random.js';
import { execute, type Queryable } from './queryable.js';
import { hashOfToken } from './settings.js';
import {
  insertIntegratorToken,
  type IntegratorTokenRow,
  listIntegratorTokens,
  readCreatedIntegratorToken,
  readIntegrator,
  readOrganiser,
  revokeIntegratorToken,
} from './sql/integrator-tokens.js';

/** How every integrator's token begins, so that a token that leaked is known for what it is. */
export const integratorTokenPrefix = 'usher_it_';

/** 43 characters of 6 bits: 258 bits, as unguessable as SHA-256 is long. */
const secretLength = 43;
const tokenIdLength = 12;

export interface NewIntegratorToken {
  readonly organiserId: string;
  readonly name: string;
}

/** What operators see of a token. */
export interface IntegratorToken extends NewIntegratorToken {
  readonly tokenId: string;
  readonly createdAtMs: number;
  /** Null: it is good. */
  readonly revokedAtMs: number | null;
}

export type IntegratorTokenCreation =
  /** `text` is the token itself: told this once. */
  | { readonly kind: 'created'; readonly token: IntegratorToken; readonly text: string }
  /** The key has made this token before, by the same request. Its text is known to nobody here. */
  | { readonly kind: 'repeated'; readonly token: IntegratorToken }
  /** The key has made a token before, by another request. */
  | { readonly kind: 'mismatch' };

/** Tokens of integrators, which confirm holds in their holders' name, each for the events of one organiser. */
export class Integrators {
  readonly #connection: Queryable;
  readonly #random: Random;

  constructor(connection: Queryable, random: Random) {
    this.#connection = connection;
    this.#random = random;
  }

  /** @param key the request's Idempotency-Key: it makes one token at most, for good */
  async create({ organiserId, name }: NewIntegratorToken, key: string): Promise<IntegratorTokenCreation> {
    const text = integratorTokenPrefix + this.#random.id(secretLength);
    const values = [this.#random.id(tokenIdLength), organiserId, name, hashOfToken(text), key];
    const inserted = await execute(this.#connection, insertIntegratorToken, values);
    const [row] = inserted.rows;
    if (row !== undefined) return { kind: 'created', token: tokenOf(row), text };

    const { rows } = await execute(this.#connection, readCreatedIntegratorToken, [key]);
    const token = tokenOf(must(rows[0], 'the token that the key has made'));
    const isSame = token.organiserId === organiserId && token.name === name;
    return isSame ? { kind: 'repeated', token } : { kind: 'mismatch' };
  }

  /** Revoked ones too, newest first. */
  async list(limit: number): Promise<IntegratorToken[]> {
    const { rows } = await execute(this.#connection, listIntegratorTokens, [limit]);
    return rows.map(tokenOf);
  }

  /** For good. Null where there is no such token. */
  async revoke(tokenId: string): Promise<IntegratorToken | null> {
    const { rows } = await execute(this.#connection, revokeIntegratorToken, [tokenId]);
    return rows[0] === undefined ? null : tokenOf(rows[0]);
  }

  /** Whose token it is; null where it is none, or was revoked. */
  async integratorOf(token: string): Promise<{ readonly organiserId: string } | null> {
    const { rows } = await execute(this.#connection, readIntegrator, [hashOfToken(token)]);
    return rows[0] === undefined ? null : { organiserId: rows[0].organiser_id };
  }

  /** Whose event it is; null where there is none. */
  async organiserOf(eventId: string): Promise<string | null> {
    const { rows } = await execute(this.#connection, readOrganiser, [eventId]);
    return rows[0]?.organiser_id ?? null;
  }
}

function tokenOf(row: IntegratorTokenRow): IntegratorToken {
  return {
    tokenId: row.token_id,
    organiserId: row.organiser_id,
    name: row.name,
    createdAtMs: row.created_at_ms,
    revokedAtMs: row.revoked_at_ms,
  };
}
