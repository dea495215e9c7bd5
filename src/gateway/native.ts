/**
 * The part of uWebSockets.js that all versions from 20.30 to 20.66 have, typed here because their own types differ. The
 * objects are dangerous: an answer on a response or socket that has ended throws, a request that is neither answered nor
 * given an abort handler ends the process, and every ArrayBuffer dies when the call that brought it returns. Only
 * listener.ts and exchange.ts touch them.
 */
import uws from 'uWebSockets.js';
import { UsageError } from '../lib/usage-error.js';

export interface NativeSocket<Data> {
  /** 0: queued, will drain · 1: sent · 2: dropped. */
  send(message: Uint8Array | string, isBinary: boolean): number;
  /** Calls the close handler before it returns. */
  end(code: number, reason: string): void;
  ping(): number;
  cork(send: () => void): unknown;
  getBufferedAmount(): number;
  /** The object given to `upgrade`, or one with the same properties. */
  getUserData(): Data;
}

export interface NativeResponse {
  writeStatus(status: string): unknown;
  writeHeader(key: string, value: string): unknown;
  end(body: string | Uint8Array): unknown;
  endWithoutBody(): unknown;
  cork(write: () => void): unknown;
  onAborted(handler: () => void): unknown;
  onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): unknown;
  /** 4 or 16 bytes. */
  getRemoteAddress(): ArrayBuffer;
  upgrade(data: object, key: string, subprotocol: string, extensions: string, context: unknown): void;
}

export interface NativeRequest {
  getMethod(): string;
  getUrl(): string;
  getParameter(index: number): string | undefined;
  /** The first of that name, or an empty string. */
  getHeader(lowerCaseName: string): string;
  forEach(visit: (lowerCaseName: string, value: string) => void): void;
}

export interface NativeSocketBehavior<Data> {
  compression: number;
  maxPayloadLength: number;
  /** Seconds. */
  idleTimeout: number;
  sendPingsAutomatically: boolean;
  /** Bytes. */
  maxBackpressure: number;
  closeOnBackpressureLimit: boolean;
  upgrade(response: NativeResponse, request: NativeRequest, context: unknown): void;
  open(socket: NativeSocket<Data>): void;
  message(socket: NativeSocket<Data>, message: ArrayBuffer, isBinary: boolean): void;
  drain(socket: NativeSocket<Data>): void;
  ping(socket: NativeSocket<Data>): void;
  pong(socket: NativeSocket<Data>): void;
  close(socket: NativeSocket<Data>, code: number): void;
}

export type NativeHandler = (response: NativeResponse, request: NativeRequest) => void;

export interface NativeApp {
  ws<Data>(pattern: string, behavior: NativeSocketBehavior<Data>): NativeApp;
  get(pattern: string, handler: NativeHandler): NativeApp;
  head(pattern: string, handler: NativeHandler): NativeApp;
  post(pattern: string, handler: NativeHandler): NativeApp;
  patch(pattern: string, handler: NativeHandler): NativeApp;
  del(pattern: string, handler: NativeHandler): NativeApp;
  options(pattern: string, handler: NativeHandler): NativeApp;
  any(pattern: string, handler: NativeHandler): NativeApp;
  /** Calls back before it returns; `false`: could not listen. */
  listen(host: string, port: number, options: number, listening: (token: object | false) => void): NativeApp;
  /** Ends the listening socket and every connection, without close frames. */
  close(): unknown;
}

export interface NativeBinding {
  App(): NativeApp;
  us_socket_local_port(token: object): number;
  us_listen_socket_close(token: object): void;
}

/** Without it a second server would silently share the port. */
export const listenExclusively = 1;

/**
 * The binding, where it is the compiled one. The npm package falls back to a slow server in JavaScript when the binary
 * does not load; that one lacks the constants and is no native code.
 * @throws UsageError the binary for this machine did not load
 */
export function nativeBinding(loaded: unknown = uws): NativeBinding {
  if (!isNative(loaded)) {
    const { platform, arch, version } = process;
    throw new UsageError(
      `Cannot serve WebSockets as uWebSockets.js has no binary for ${platform} ${arch} with Node ${version}: ` +
        'use Node 20 on Linux (glibc), macOS or Windows, and unset UWS_USE_FALLBACK',
    );
  }
  return loaded;
}

function isNative(loaded: unknown): loaded is NativeBinding {
  if (typeof loaded !== 'object' || loaded === null) return false;
  if (!('App' in loaded) || !('LIBUS_LISTEN_EXCLUSIVE_PORT' in loaded)) return false;
  return loaded.LIBUS_LISTEN_EXCLUSIVE_PORT === listenExclusively && String(loaded.App).includes('[native code]');
}
