import { limits } from '../config/limits.js';
import { assert } from '../lib/assert.js';
import { protocolLimits } from '../protocol/limits.js';

/** Bounds that only the gateway knows. What an operator may set is in config/options.ts, what others share in config/limits.ts. */
export const gatewayLimits = {
  /** From the open socket to its `hello`. */
  helloTimeoutMs: 5000,
  /** Nothing came from the client: it is pinged after the one, closed after the other. */
  pingAfterMs: 30_000,
  closeAfterSilenceMs: 120_000,
  /** Messages of one socket that are no valid frame; at this many it closes. */
  badFramesMax: 10,
  /** Messages over the rate, one after the other; at this many the socket closes. */
  slowDownsInARowMax: 100,
  socketsPerHolderMax: 8,
  subscriptionsPerSocketMax: 32,
  /** Sockets of this node, below the 20,000 open files that a process usually may have. */
  socketsMax: 18_000,

  /** Commands of this node that have no answer yet. A power of two. */
  pendingPerNodeMax: 65_536,
  /** Waiting `GET …/seats` requests. Those of one event share one read. */
  seatsReadersMax: 8192,
  /** All other requests over REST that have no answer yet. */
  restPendingPerNodeMax: 8192,
  /** Those of one holder: each is a connection of its own. */
  restPendingPerHolderMax: 256,
  /** Those of the node that wait for Postgres: bookings, integrators' tokens. */
  restReadsMax: 256,

  /** Over this many unsent bytes, or this age of the oldest of them, a socket gets no deltas until it has drained. */
  sendQueueBytesSoft: 64 * 1024,
  sendQueueAgeSoftMs: 1500,
  /** Unsent for this long: too slow to be served. */
  sendQueueAgeMaxMs: 30_000,

  /** How often deadlines of sockets and of unanswered requests are looked at. */
  tickMs: 250,
  /** A tick that is later than this tells that the whole process stood still. */
  pausedAfterMs: 2000,

  /** Body of `POST /v1/sessions`. */
  sessionBodyBytesMax: 1024,
  /** Body of a command over REST: no frame is longer than a quarter of it. */
  commandBodyBytesMax: 16 * 1024,
  /** Newest bookings of a holder that one request shows. */
  bookingsListedMax: 1000,
  /** What is known of an integrator's token or of an event's organiser is believed for this long: so soon a revocation bites. */
  integratorKnownForMs: 5000,
  /** The same for a token that is none, or an event that there is not. */
  integratorUnknownForMs: 1000,
  /** Tokens, and events, remembered at once. */
  integratorsRememberedMax: 4096,
  /** Told to those who are refused because something is too full, or whose outcome is unknown. */
  retryAfterBusyMs: 500,
  retryAfterUnavailableMs: 1000,
  /** Told to those who come while the node is draining, and, as the least, to those who are sent away. */
  retryAfterDrainingMs: 1000,
  /** Those who are sent away come back spread over this time. */
  reconnectWindowMs: 5000,
  /** A socket told to go away may finish what it does for this long, even if nothing of it is pending. */
  goAwayLingerMs: 1000,
  /** Between the last close frame and the end of all connections, so that the frames are read before the cut. */
  closeFrameLingerMs: 200,
} as const;

export type GatewayLimits = { readonly [name in keyof typeof gatewayLimits]: number };

/** Where uWebSockets.js itself drops. Ours come first, so that a too slow client still gets its close frame. */
export const nativeBackpressureMax = limits.sendQueueBytesMax * 2;

/**
 * Checks how the limits relate to each other; run once at start-up.
 * @throws InvariantError a limit was changed without the ones that depend on it
 */
export function assertGatewayLimits(given: GatewayLimits = gatewayLimits): void {
  holds(given.tickMs * 4 <= given.helloTimeoutMs, 'the tick is fine enough for the hello');
  holds(given.tickMs * 4 <= limits.answerTimeoutMs, 'the tick is fine enough for unanswered commands');
  holds(given.tickMs * 4 <= given.pausedAfterMs, 'a tick that is a little late is no pause');
  holds(given.pingAfterMs * 2 <= given.closeAfterSilenceMs, 'a socket is pinged well before it is closed');
  holds(
    given.closeAfterSilenceMs % 1000 === 0 && given.closeAfterSilenceMs <= 960_000,
    'uWebSockets.js takes the time-out',
  );
  holds((given.pendingPerNodeMax & (given.pendingPerNodeMax - 1)) === 0, 'the pending table is a power of two');
  holds(limits.pendingPerSocketMax < given.pendingPerNodeMax, 'one socket alone may not fill the pending table');
  holds(given.sendQueueBytesSoft < limits.sendQueueBytesMax, 'deltas stop before the socket closes');
  holds(limits.sendQueueBytesMax < nativeBackpressureMax, 'we close a slow socket before its frames are dropped');
  holds(given.sendQueueAgeSoftMs < given.sendQueueAgeMaxMs, 'deltas stop before the socket closes');
  holds(given.sendQueueAgeSoftMs < 2000, 'a slow reader is behind by less than 2 s before it is resynced (I14)');
  holds(given.sessionBodyBytesMax < protocolLimits.messageBytesMax, 'a session needs no more than a frame');
  holds(protocolLimits.messageBytesMax < given.commandBodyBytesMax, 'what fits in a frame fits in a body');
  holds(given.restPendingPerHolderMax < given.restPendingPerNodeMax, 'one holder alone may not keep all others out');
  holds(given.restReadsMax < given.restPendingPerNodeMax, 'reads from Postgres leave room for commands');
  holds(
    given.integratorUnknownForMs <= given.integratorKnownForMs,
    'a new token waits no longer than a revoked one works',
  );
  holds(given.integratorKnownForMs <= 5000, 'a revoked token is refused within 5 s');
  holds(given.badFramesMax < given.slowDownsInARowMax, 'bad frames end a socket sooner than many frames');
}

function holds(relation: boolean, text: string): void {
  assert(relation, `Cannot start as a limit is off: ${text}`);
}
