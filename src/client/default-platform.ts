import type { Random } from '../lib/random.js';
import {
  type Fetch,
  memorySessionStore,
  type Platform,
  type SessionStore,
  type SocketConstructor,
  type StoredSession,
} from './platform.js';

/** What is there in some places and not in others. Browsers have all of it, Node 20 no WebSocket, workers no storage. */
interface Place {
  readonly WebSocket?: SocketConstructor;
  readonly document?: object;
  readonly localStorage: TextStore;
  readonly crypto: object;
}

/** As much of the DOM's `Storage` as is used. */
interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const place = globalThis as unknown as Place;

/** What was given, and for the rest what a browser or Node has. Throws where there is no WebSocket. */
export function completePlatform(given: Partial<Platform>): Platform {
  return {
    webSocket: given.webSocket ?? globalWebSocket(),
    fetch: given.fetch ?? globalFetch,
    sessionStore: given.sessionStore ?? pageSessionStore() ?? memorySessionStore(),
    clock: given.clock ?? { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    timers: given.timers ?? {
      after(delayMs, callback) {
        const handle = setTimeout(callback, delayMs);
        return { cancel: () => clearTimeout(handle) };
      },
      soon: (callback) => void setTimeout(callback, 0),
    },
    random: given.random ?? cryptoRandom,
  };
}

export const globalFetch: Fetch = (url, request) => fetch(url, request);

function globalWebSocket(): SocketConstructor {
  if (place.WebSocket !== undefined) return place.WebSocket;
  throw new TypeError(
    'Cannot connect as there is no global WebSocket here: pass `webSocket`, as that of the package ws',
  );
}

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

const cryptoRandom: Random = {
  below: (bound) => Math.floor(((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32) * bound),
  id: (length) => Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => idAlphabet[byte & 63]).join(''),
};

const sessionKey = 'usher.session';

/** Keeps the holder over reloads, shared by all tabs of the site; null where this is no page, or one that may keep nothing. */
function pageSessionStore(): SessionStore | null {
  if (place.document === undefined) return null;
  try {
    place.localStorage.getItem(sessionKey);
  } catch {
    return null;
  }
  return {
    load: () => readSession(place.localStorage.getItem(sessionKey)),
    save(session) {
      if (session === null) place.localStorage.removeItem(sessionKey);
      else keep(session);
    },
  };
}

function keep(session: StoredSession): void {
  try {
    place.localStorage.setItem(sessionKey, JSON.stringify(session));
  } catch {
    // Full: then the holder lasts as long as the page.
  }
}

function readSession(text: string | null): StoredSession | null {
  try {
    const { token, holderId, expiresAtMs }: Record<string, unknown> = JSON.parse(text ?? '{}');
    if (typeof token !== 'string' || typeof holderId !== 'string' || typeof expiresAtMs !== 'number') return null;
    return { token, holderId, expiresAtMs };
  } catch {
    return null;
  }
}
