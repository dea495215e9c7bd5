import { must } from '../lib/must.js';
import { UsageError } from '../lib/usage-error.js';
import { protocolLimits } from '../protocol/limits.js';
import { Exchange } from './exchange.js';
import { gatewayLimits, nativeBackpressureMax } from './limits.js';
import {
  listenExclusively,
  type NativeApp,
  type NativeBinding,
  type NativeHandler,
  type NativeSocketBehavior,
  nativeBinding,
} from './native.js';
import { faultOfOurs, type Problem } from './problem.js';
import { Request } from './request.js';
import type { Encoding, Session, Socket } from './session.js';

/** What is known of a socket before it opens. */
export interface Admitted {
  readonly subprotocol: string;
  readonly encoding: Encoding;
  readonly addressGroup: string;
}

export type UpgradeAnswer = { readonly admitted: Admitted } | { readonly refused: Problem };

/** What happens on the live port. Every call is synchronous; nothing of its arguments but sessions and exchanges may be kept. */
export interface ListenerEvents {
  upgrade(request: Request): UpgradeAnswer;
  opened(admitted: Admitted, socket: Socket): Session;
  message(session: Session, message: Uint8Array, isBinary: boolean): void;
  /** The socket has taken some of what waited. */
  drained(session: Session): void;
  /** A ping or a pong came. */
  heard(session: Session): void;
  closed(session: Session, code: number): void;
  /** A handler threw: a bug of ours. `session`: whose message it was, or null. */
  failed(session: Session | null, error: unknown): void;
}

export type RequestHandler = (request: Request, exchange: Exchange) => void;

export interface Route {
  readonly method: 'get' | 'head' | 'post' | 'patch' | 'del' | 'options' | 'any';
  readonly pattern: string;
  readonly handle: RequestHandler;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly socketPath: string;
  readonly events: ListenerEvents;
  readonly routes: readonly Route[];
}

interface SocketData {
  readonly admitted: Admitted;
  session: Session | null;
}

/** uWebSockets.js behind a port that cannot be misused: see native.ts for what it guards against. */
export class Listener {
  readonly port: number;
  readonly #binding: NativeBinding;
  readonly #app: NativeApp;
  #token: object | null = null;

  /** @throws UsageError the port is taken or may not be used */
  constructor(options: ListenerOptions) {
    const { host, port, events } = options;
    this.#binding = nativeBinding();
    this.#app = this.#binding.App();
    this.#app.ws(options.socketPath, socketBehavior(events));
    for (const { method, pattern, handle } of options.routes) this.#app[method](pattern, guarded(handle, events));
    this.#app.listen(host, port, listenExclusively, (token) => {
      this.#token = token === false ? null : token;
    });
    if (this.#token === null) {
      throw new UsageError(
        `Cannot listen on ${host}:${port} as the port is taken or not ours to use: choose another with USHER_LIVE_PORT`,
      );
    }
    this.port = this.#binding.us_socket_local_port(this.#token);
  }

  /** No more connections; those that are open stay. */
  stopListening(): void {
    if (this.#token !== null) this.#binding.us_listen_socket_close(this.#token);
    this.#token = null;
  }

  /** Cuts every connection. Must be called before the process ends. */
  close(): void {
    this.#token = null;
    this.#app.close();
  }
}

function socketBehavior(events: ListenerEvents): NativeSocketBehavior<SocketData> {
  const failed = (error: unknown): void => events.failed(null, error);
  return {
    compression: 0,
    maxPayloadLength: protocolLimits.messageBytesMax,
    idleTimeout: gatewayLimits.closeAfterSilenceMs / 1000,
    // They would go out shortly before the time-out only; ours are in silence.ts.
    sendPingsAutomatically: false,
    maxBackpressure: nativeBackpressureMax,
    closeOnBackpressureLimit: false,
    upgrade(response, nativeRequest, context) {
      const request = new Request(nativeRequest, response);
      const answer = upgradeAnswer(request, events);
      if ('refused' in answer) {
        new Exchange(response, false, failed).problem(answer.refused);
      } else {
        const data: SocketData = { admitted: answer.admitted, session: null };
        const key = request.header('sec-websocket-key');
        // No extensions: compression is never negotiated.
        response.upgrade(data, key, answer.admitted.subprotocol, '', context);
      }
      request.end();
    },
    open(socket) {
      const data = socket.getUserData();
      data.session = events.opened(data.admitted, socket);
    },
    message(socket, message, isBinary) {
      const { session } = socket.getUserData();
      try {
        events.message(must(session, 'the session of an open socket'), new Uint8Array(message), isBinary);
      } catch (error) {
        events.failed(session, error);
      }
    },
    drain: (socket) => events.drained(must(socket.getUserData().session, 'the session of an open socket')),
    ping: (socket) => events.heard(must(socket.getUserData().session, 'the session of an open socket')),
    pong: (socket) => events.heard(must(socket.getUserData().session, 'the session of an open socket')),
    close: (socket, code) => events.closed(must(socket.getUserData().session, 'the session of an open socket'), code),
  };
}

function upgradeAnswer(request: Request, events: ListenerEvents): UpgradeAnswer {
  try {
    return events.upgrade(request);
  } catch (error) {
    events.failed(null, error);
    return { refused: faultOfOurs };
  }
}

/** Whatever happens in the handler, the client gets an answer or has gone. */
function guarded(handle: RequestHandler, events: ListenerEvents): NativeHandler {
  const failed = (error: unknown): void => events.failed(null, error);
  return (response, nativeRequest) => {
    const request = new Request(nativeRequest, response);
    const exchange = new Exchange(response, request.method === 'head', failed);
    try {
      handle(request, exchange);
    } catch (error) {
      failed(error);
      exchange.problem(faultOfOurs);
    } finally {
      request.end();
    }
  };
}
