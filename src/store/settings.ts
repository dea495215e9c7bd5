import { createHash } from 'node:crypto';
import { must } from '../lib/must.js';
import type { Random } from '../lib/random.js';
import type { Queryable } from './queryable.js';
import { insertSetting } from './sql/insert-setting.js';
import { readSetting, type ReadSettingRow } from './sql/read-setting.js';

/** 43 characters of 6 bits: as unguessable as SHA-256 is long. */
const secretLength = 43;
const installationIdLength = 12;

/** What this installation keeps for itself. Safe when several processes start at once: the first one's value stays. */
export class Settings {
  readonly #connection: Queryable;
  readonly #random: Random;

  constructor(connection: Queryable, random: Random) {
    this.#connection = connection;
    this.#random = random;
  }

  /** The keys that sign session tokens, newest first; made at the first start. */
  async tokenKeys(): Promise<StoredTokenKey[]> {
    const fresh = [{ keyId: 'k1', secret: this.#random.id(secretLength) }];
    const { value } = await this.#keep('token_keys', Buffer.from(JSON.stringify(fresh)));
    const keys = JSON.parse(Buffer.from(value).toString()) as typeof fresh;
    return keys.map(({ keyId, secret }) => ({ keyId, secret: new Uint8Array(Buffer.from(secret, 'base64url')) }));
  }

  /** Tells this database apart from others whose nodes share a Redis; made at the first start. */
  async installationId(): Promise<string> {
    const { value } = await this.#keep('installation_id', Buffer.from(this.#random.id(installationIdLength)));
    return Buffer.from(value).toString();
  }

  /**
   * SHA-256 of the admin token. `given` is what the operator set: it counts, and leaves no trace. Where nothing is given,
   * a token is generated at the first start; it is told here, to the process that made it, and never again.
   */
  async adminToken(given: string | null): Promise<{ readonly hash: Uint8Array; readonly generated: string | null }> {
    if (given !== null) return { hash: hashOfToken(given), generated: null };
    const fresh = this.#random.id(secretLength);
    const { value, isFresh } = await this.#keep('admin_token_hash', hashOfToken(fresh));
    return { hash: value, generated: isFresh ? fresh : null };
  }

  /** Keeps `fresh` where nothing is kept under that name, and gives what is kept. */
  async #keep(name: string, fresh: Uint8Array): Promise<{ value: Uint8Array; isFresh: boolean }> {
    const inserted = await this.#connection.query({ ...insertSetting, values: [name, fresh] });
    const { rows } = await this.#connection.query<ReadSettingRow>({ ...readSetting, values: [name] });
    return { value: new Uint8Array(must(rows[0], name).value), isFresh: inserted.rows.length === 1 };
  }
}

/** What gateway/tokens.ts signs with. */
export interface StoredTokenKey {
  readonly keyId: string;
  readonly secret: Uint8Array;
}

/** A token is long and random: one round of a fast hash hides it as well as many of a slow one. */
export function hashOfToken(token: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
