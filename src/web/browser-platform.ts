import { memorySessionStore, type Platform, type SessionStore, type StoredSession } from '../client/platform.js';
import type { Random } from '../lib/random.js';

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

export const browserRandom: Random = {
  below: (bound) => Math.floor(((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32) * bound),
  id: (length) => Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => idAlphabet[byte & 63]).join(''),
};

/** What the client needs, from the browser. */
export function browserPlatform(): Platform {
  return {
    webSocket: WebSocket,
    fetch: (url, request) => fetch(url, request),
    sessionStore: localSessionStore() ?? memorySessionStore(),
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    timers: {
      after(delayMs, callback) {
        const handle = window.setTimeout(callback, delayMs);
        return { cancel: () => window.clearTimeout(handle) };
      },
      soon: (callback) => void window.setTimeout(callback, 0),
    },
    random: browserRandom,
  };
}

const sessionKey = 'usher.session';

/** Keeps the holder over reloads, shared by all tabs; null where the browser keeps nothing for us. */
function localSessionStore(): SessionStore | null {
  try {
    localStorage.getItem(sessionKey);
  } catch {
    return null;
  }
  return {
    load: () => readSession(localStorage.getItem(sessionKey)),
    save(session) {
      if (session === null) localStorage.removeItem(sessionKey);
      else keep(session);
    },
  };
}

function keep(session: StoredSession): void {
  try {
    localStorage.setItem(sessionKey, JSON.stringify(session));
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
