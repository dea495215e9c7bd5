import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import type { Timers } from '../lib/timers.js';

/**
 * What the client needs from the place it runs in; default-platform.ts has all of it for browsers and Node. The types say
 * only what is used, so that neither the DOM's nor Node's types are needed to compile a program that uses the client.
 */
export interface Platform {
  /** Default: the global `WebSocket`. Node 20 has none: pass that of the package `ws`. */
  readonly webSocket: SocketConstructor;
  readonly fetch: Fetch;
  /** Where the session is kept, so that a reloaded page is the same holder. Default: local storage in a page, else memory. */
  readonly sessionStore: SessionStore;
  readonly clock: Clock;
  /** A pending timer of the client means that it has something to do: in Node it should keep the program alive. */
  readonly timers: Timers;
  readonly random: Random;
}

export type SocketConstructor = new (url: string, subprotocols: string[]) => Socket;

/** As much of a WebSocket as is used. */
export interface Socket {
  binaryType: string;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
  /** Always followed by `close`. */
  addEventListener(type: 'error', listener: () => void): void;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export type Fetch = (url: string, request: FetchRequest) => Promise<FetchResponse>;

export interface FetchRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** As much of an `AbortSignal` as is used. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A holder's token and the wall time, in milliseconds since 1970, at which it runs out. */
export interface StoredSession {
  readonly token: string;
  readonly holderId: string;
  readonly expiresAtMs: number;
}

export interface SessionStore {
  load(): StoredSession | null;
  save(session: StoredSession | null): void;
}

/** Keeps the session as long as the program runs. */
export function memorySessionStore(): SessionStore {
  let kept: StoredSession | null = null;
  return {
    load: () => kept,
    save: (session) => {
      kept = session;
    },
  };
}
