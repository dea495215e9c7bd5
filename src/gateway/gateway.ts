import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import type { Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { ShardPort } from '../shard/port.js';
import { TrustedProxies } from './address.js';
import { Admission } from './admission.js';
import { type BookingsOf, BookingsRoute } from './bookings-route.js';
import { Calls } from './calls.js';
import type { DrainPlan } from './drain.js';
import { GuestSessions } from './guest-session.js';
import { HoldsRoute } from './holds-route.js';
import type { HttpRequests } from './http-requests.js';
import { type IntegratorDirectory, RememberedDirectory } from './integrators.js';
import { assertGatewayLimits, gatewayLimits } from './limits.js';
import { Listener, type ListenerEvents } from './listener.js';
import { LiveSockets } from './live-sockets.js';
import { Origins } from './origins.js';
import { RestDoor } from './rest-door.js';
import { livePath, liveRoutes } from './routes.js';
import { SeatsRoute } from './seats-route.js';
import { SessionsRoute } from './sessions-route.js';
import type { GatewayFigures } from './stats.js';
import type { SessionTokens } from './tokens.js';

export interface GatewayOptions {
  readonly nodeId: string;
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** None: the hostname that a request was sent to, any port. */
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** False: the next three do not count. */
  readonly rateLimit: boolean;
  /** Of a socket, and of a holder over REST. */
  readonly messagesPerSecond: number;
  readonly connectionsPerAddress: number;
  /** New sessions in a minute. */
  readonly sessionsPerAddress: number;
  readonly sessionTtlMs: number;
  readonly shards: ShardPort;
  readonly tokens: SessionTokens;
  /** SHA-256. */
  readonly adminTokenHash: Uint8Array;
  readonly integrators: IntegratorDirectory;
  readonly bookingsOf: BookingsOf;
  /** Server time, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

/**
 * The data plane's front: sockets and hot REST on one side, shards on the other.
 *
 *     socket ◄─► Listener ◄─► LiveSockets ◄──────────────────────────► ShardPort, ShardListener
 *     REST ◄───► Listener ◄─► RestDoor ─► routes ─► Calls, SeatsRoute ◄┘
 */
export class Gateway {
  readonly #admission: Admission;
  readonly #calls: Calls;
  readonly #guests: GuestSessions;
  readonly #seatsRoute: SeatsRoute;
  readonly #listener: Listener;
  readonly #eventLoopDelay = monitorEventLoopDelay({ resolution: 20 });
  #isClosed = false;
  /** Where shards answer. */
  readonly sockets: LiveSockets;

  /** @throws UsageError the port is taken, or uWebSockets.js has no binary for this machine */
  constructor(options: GatewayOptions) {
    assertGatewayLimits();
    const { shards, clock, timers, tokens, nowMs, random, sessionTtlMs, rateLimit, nodeId, log } = options;
    const ifLimited = (rate: number): number | null => (rateLimit ? rate : null);

    this.#admission = new Admission({
      origins: new Origins(options.allowedOrigins),
      proxies: new TrustedProxies(options.trustedProxies),
      connectionsPerAddress: ifLimited(options.connectionsPerAddress),
    });
    this.sockets = new LiveSockets({
      nodeId,
      messagesPerSecond: ifLimited(options.messagesPerSecond),
      pendingMax: gatewayLimits.pendingPerNodeMax,
      shards,
      tokens,
      admission: this.#admission,
      http: this.#httpRequests(),
      nowMs,
      clock,
      timers,
    });
    const { holders, reads, replies } = this.sockets;
    this.#seatsRoute = new SeatsRoute(shards, reads, clock);
    this.#calls = new Calls({ shards, holders, refusals: replies.refusals, clock, log });
    this.#guests = new GuestSessions({ tokens, random, nowMs, sessionTtlMs });
    const door = new RestDoor({
      admission: this.#admission,
      tokens,
      adminTokenHash: options.adminTokenHash,
      requestsPerSecond: ifLimited(options.messagesPerSecond),
      clock,
      nowMs,
    });
    this.#listener = new Listener({
      host: options.host,
      port: options.port,
      socketPath: livePath,
      events: this.#listenerEvents(log),
      routes: liveRoutes({
        admission: this.#admission,
        sessions: new SessionsRoute(this.#guests, this.#admission, ifLimited(options.sessionsPerAddress)),
        seats: this.#seatsRoute,
        holds: new HoldsRoute(door, this.#calls, new RememberedDirectory(options.integrators, clock)),
        bookings: new BookingsRoute(door, this.#calls, options.bookingsOf),
      }),
    });
    this.#eventLoopDelay.enable();
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.port;
  }

  /** Takes no more sockets and sends those that are open away; resolves when all are closed and the port is free. */
  async drain(plan: DrainPlan): Promise<void> {
    this.#admission.isDraining = true;
    this.#listener.stopListening();
    await this.sockets.drain(plan);
    this.closeNow();
  }

  /** Closes everything at once. */
  closeNow(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#admission.isDraining = true;
    this.#eventLoopDelay.disable();
    this.sockets.closeNow();
    this.#listener.close();
  }

  /** `eventLoopDelayMaxMs` is the longest since the last call. */
  stats(): GatewayFigures {
    const eventLoopDelayMaxMs = this.#eventLoopDelay.max / 1e6;
    this.#eventLoopDelay.reset();
    const sockets = this.sockets.stats();
    return {
      ...sockets,
      pendingCommands: sockets.pendingCommands + this.#calls.count,
      seatsReaders: this.#seatsRoute.readers,
      upgradesRefused: this.#admission.refused,
      sessionsMade: this.#guests.made,
      commandsAccepted: sockets.commandsAccepted + this.#calls.accepted,
      lateAnswers: sockets.lateAnswers + this.#calls.lateAnswers,
      eventLoopDelayMaxMs,
    };
  }

  #httpRequests(): HttpRequests {
    const openCount = (): number => this.#seatsRoute.readers + this.#calls.count;
    return {
      get openCount() {
        return openCount();
      },
      answered: (correlation, frame) => this.#calls.onAnswer(correlation, frame),
      seatsAnswered: (read, frame) => this.#seatsRoute.answered(read, frame),
      giveUpSince: (sinceMs) => this.#calls.giveUpSince(sinceMs),
      eventsLost: (isOfEvents) => this.#calls.eventsLost(isOfEvents),
    };
  }

  #listenerEvents(log: Log): ListenerEvents {
    const { sockets } = this;
    return {
      upgrade: (request) => this.#admission.answer(request),
      opened: (admitted, socket) => sockets.opened(admitted, socket),
      message: (session, message, isBinary) => sockets.message(session, message, isBinary),
      drained: (session) => sockets.drained(session),
      heard: (session) => sockets.heard(session),
      closed: (session, code) => sockets.closed(session, code),
      failed: (session, error) => {
        log.error({ error }, 'The gateway met a fault of its own');
        if (session !== null) sockets.failed(session);
      },
    };
  }
}

export function startGateway(options: GatewayOptions): Gateway {
  return new Gateway(options);
}
