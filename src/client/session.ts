import { isId, isMap, isText, isWhole } from '../protocol/field.js';
import type { Timer } from '../lib/timers.js';
import type { Platform, StoredSession } from './platform.js';
import { refusalOf } from './read-json.js';
import { UsherError } from './usher-error.js';

/** A token with less life than this is renewed before it is used. */
const leastLifeMs = 60_000;
/** A request for a token that takes longer has failed. */
const requestTimeoutMs = 10_000;

/**
 * Who this client is: a guest, named by a token from `POST /v1/sessions`. While the token lives, renewing keeps the
 * holder, and with it the holds; a token that ran out or was refused is replaced by a new guest's.
 */
export class Session {
  readonly #url: string;
  readonly #platform: Platform;
  /** Those of requests under way. */
  readonly #timers = new Set<Timer>();
  #current: StoredSession | null = null;
  /** Whoever asks while a token is on its way gets that one: two guests would be two holders. */
  #underWay: Promise<string> | null = null;

  constructor(url: string, platform: Platform) {
    this.#url = url;
    this.#platform = platform;
  }

  /** A token with life left: the kept one, or a renewed or new one. Throws `UsherError` or what `fetch` throws. */
  async token(): Promise<string> {
    const kept = this.#kept();
    if (kept === null) return this.#request(null);
    const lifeMs = kept.expiresAtMs - this.#platform.clock.wallMs();
    return lifeMs > leastLifeMs ? kept.token : this.#request(kept.token);
  }

  /** A fresh token for the same holder, as far as the server still knows the old one. */
  renew(): Promise<string> {
    return this.#request(this.#kept()?.token ?? null);
  }

  /** The server refused the token: it is of no more use. */
  discard(token: string): void {
    const store = this.#platform.sessionStore;
    if (this.#current?.token === token) this.#current = null;
    if (store.load()?.token === token) store.save(null);
  }

  /** Nobody waits for a token any more: no timer of ours keeps the program alive. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  #kept(): StoredSession | null {
    this.#current ??= this.#platform.sessionStore.load();
    return this.#current;
  }

  #request(bearer: string | null): Promise<string> {
    this.#underWay ??= this.#fetchToken(bearer).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #fetchToken(bearer: string | null): Promise<string> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`;
    const response = await this.#inTime(this.#platform.fetch(this.#url, { method: 'POST', headers, body: '{}' }));
    if (response.status === 401 && bearer !== null) {
      this.discard(bearer);
      return this.#fetchToken(null);
    }
    const body = await this.#inTime(response.json().catch(() => null));
    if (response.status !== 201) throw refusalOf('get a token', response, body);
    const session = readSession(body, this.#platform.clock.wallMs());
    this.#current = session;
    this.#platform.sessionStore.save(session);
    return session.token;
  }

  #inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#platform.timers.after(requestTimeoutMs, () => {
        reject(new UsherError('unavailable', `Cannot get a token as no answer came within ${requestTimeoutMs} ms`));
      });
      this.#timers.add(timer);
      void answer.then(resolve, reject).finally(() => {
        timer.cancel();
        this.#timers.delete(timer);
      });
    });
  }
}

function readSession(body: unknown, nowMs: number): StoredSession {
  if (!isMap(body) || !isText(body['token']) || !isId(body['holderId']) || !isWhole(body['expiresInMs'])) {
    throw new UsherError('unavailable', 'Cannot get a token as the answer of POST /v1/sessions has another shape');
  }
  return { token: body['token'], holderId: body['holderId'], expiresAtMs: nowMs + body['expiresInMs'] };
}
