import { monitorEventLoopDelay } from 'node:perf_hooks';
import { assert } from '../lib/assert.js';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import { closeCodes } from '../protocol/codes.js';
import type { Correlation, ShardListener, ShardPort } from '../shard/port.js';
import { TrustedProxies } from './address.js';
import { Admission } from './admission.js';
import { type BookingsOf, BookingsRoute } from './bookings-route.js';
import { Calls } from './calls.js';
import { Commands } from './commands.js';
import { Deadlines } from './deadlines.js';
import { drain, type DrainPlan } from './drain.js';
import { GuestSessions } from './guest-session.js';
import { Holders } from './holders.js';
import { HoldsRoute } from './holds-route.js';
import { Incoming } from './incoming.js';
import { type IntegratorDirectory, RememberedDirectory } from './integrators.js';
import { assertGatewayLimits, gatewayLimits } from './limits.js';
import { Listener, type ListenerEvents } from './listener.js';
import { Origins } from './origins.js';
import { Outbox } from './outbox.js';
import { isOfCall } from './pending-calls.js';
import { PendingCommands } from './pending-commands.js';
import { PendingReads } from './pending-reads.js';
import { Referrals } from './referrals.js';
import { Replies } from './replies.js';
import { RestDoor } from './rest-door.js';
import { livePath, liveRoutes } from './routes.js';
import { SeatsRoute } from './seats-route.js';
import { Sessions } from './sessions.js';
import { SessionsRoute } from './sessions-route.js';
import type { GatewayFigures } from './stats.js';
import { Subscriptions } from './subscriptions.js';
import type { SessionTokens } from './tokens.js';
import { Topics } from './topics.js';

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

/** What `welcome` says where messages are not limited. */
const unlimitedMessagesPerSecond = 1_000_000;
/** RFC 6455, 7.4.1: the server met a fault of its own. */
const internalErrorCode = 1011;

/**
 * The data plane's front: sockets and hot REST on one side, shards on the other.
 *
 *     socket ─► Listener ─► Incoming ─► Commands, Subscriptions ─► ShardPort
 *     socket ◄─ Outbox ◄─── Commands, Subscriptions, Topics ◄───── ShardListener (this)
 *     REST ◄──► Listener ─► RestDoor ─► routes ─► Calls, SeatsRoute ◄──► ShardPort, ShardListener
 */
export class Gateway implements ShardListener {
  readonly #options: GatewayOptions;
  readonly #admission: Admission;
  readonly #holders = new Holders(gatewayLimits.socketsPerHolderMax);
  readonly #pendingCommands = new PendingCommands(gatewayLimits.pendingPerNodeMax);
  readonly #pendingReads = new PendingReads();
  readonly #outbox: Outbox;
  readonly #replies: Replies;
  readonly #topics: Topics;
  readonly #subscriptions: Subscriptions;
  readonly #commands: Commands;
  readonly #calls: Calls;
  readonly #sessions: Sessions;
  readonly #incoming: Incoming;
  readonly #guests: GuestSessions;
  readonly #seatsRoute: SeatsRoute;
  readonly #deadlines: Deadlines;
  readonly #listener: Listener;
  readonly #eventLoopDelay = monitorEventLoopDelay({ resolution: 20 });
  /** Sends sockets to the nodes that serve their events. */
  readonly referrals: Referrals;
  #ticking: Timer;
  #isClosed = false;

  /** @throws UsageError the port is taken, or uWebSockets.js has no binary for this machine */
  constructor(options: GatewayOptions) {
    assertGatewayLimits();
    this.#options = options;
    const { shards, clock, tokens, nowMs, random, sessionTtlMs, rateLimit, nodeId } = options;
    const ifLimited = (rate: number): number | null => (rateLimit ? rate : null);

    this.#admission = new Admission({
      origins: new Origins(options.allowedOrigins),
      proxies: new TrustedProxies(options.trustedProxies),
      connectionsPerAddress: ifLimited(options.connectionsPerAddress),
    });
    this.#outbox = new Outbox(clock, (session) => this.#sessions.close(session, closeCodes.tooSlow, 'too slow'));
    this.#replies = new Replies(this.#outbox);
    this.#topics = new Topics(this.#outbox);
    this.#subscriptions = new Subscriptions(
      shards,
      this.#topics,
      this.#pendingReads,
      this.#outbox,
      this.#replies,
      clock,
    );
    this.referrals = new Referrals(this.#topics, this.#pendingCommands, this.#pendingReads, this.#outbox);
    this.#commands = new Commands(shards, this.#pendingCommands, this.#holders, this.#outbox, this.#replies, clock);
    this.#sessions = new Sessions({
      admission: this.#admission,
      holders: this.#holders,
      outbox: this.#outbox,
      subscriptions: this.#subscriptions,
      messagesPerSecond: ifLimited(options.messagesPerSecond),
    });
    this.#incoming = new Incoming({
      sessions: this.#sessions,
      holders: this.#holders,
      commands: this.#commands,
      subscriptions: this.#subscriptions,
      outbox: this.#outbox,
      replies: this.#replies,
      tokens,
      clock,
      nowMs,
      nodeId,
      messagesPerSecond: ifLimited(options.messagesPerSecond) ?? unlimitedMessagesPerSecond,
    });
    this.#seatsRoute = new SeatsRoute(shards, this.#pendingReads, clock);
    this.#calls = new Calls({
      shards,
      holders: this.#holders,
      refusals: this.#replies.refusals,
      clock,
      log: options.log,
    });
    this.#deadlines = new Deadlines({
      sessions: this.#sessions,
      subscriptions: this.#subscriptions,
      seatsRoute: this.#seatsRoute,
      commands: this.#pendingCommands,
      calls: this.#calls,
      reads: this.#pendingReads,
      outbox: this.#outbox,
      replies: this.#replies,
    });

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
      events: this.#listenerEvents(),
      routes: liveRoutes({
        admission: this.#admission,
        sessions: new SessionsRoute(this.#guests, this.#admission, ifLimited(options.sessionsPerAddress)),
        seats: this.#seatsRoute,
        holds: new HoldsRoute(door, this.#calls, new RememberedDirectory(options.integrators, clock)),
        bookings: new BookingsRoute(door, this.#calls, options.bookingsOf),
      }),
    });
    this.#ticking = this.#tickLater();
    this.#eventLoopDelay.enable();
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.port;
  }

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    if (isOfCall(correlation)) this.#calls.onAnswer(correlation, frame);
    else this.#commands.onAnswer(correlation, frame);
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    this.#subscriptions.onSubscribed(correlation, accepted, frames);
  }

  onPublish(eventId: string, frame: Uint8Array): void {
    this.#topics.publish(eventId, frame);
  }

  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void {
    for (const session of this.#holders.of(holderId)) {
      const isMeant = session.id !== exceptSessionId && session.subscriptions.has(eventId);
      if (isMeant) this.#outbox.forward(session, frame);
    }
  }

  onSnapshot(correlation: Correlation, frame: Uint8Array): void {
    const read = this.#pendingReads.take(correlation);
    assert(read?.kind !== 'watch', `Cannot answer a watch with a snapshot: correlation is ${correlation}`);
    if (read?.kind === 'resync') this.#subscriptions.resynced(read, frame);
    else if (read?.kind === 'seats') this.#seatsRoute.answered(read, frame);
  }

  onShardLost(isOfShard: (eventId: string) => boolean): void {
    this.#deadlines.eventsLost(isOfShard);
    this.#outbox.flush();
  }

  onTurnEnd(): void {
    this.#outbox.flush();
  }

  /** Takes no more sockets and sends those that are open away; resolves when all are closed and the port is free. */
  async drain(plan: DrainPlan): Promise<void> {
    this.#admission.isDraining = true;
    this.#listener.stopListening();
    await drain(
      {
        sessions: this.#sessions,
        outbox: this.#outbox,
        clock: this.#options.clock,
        timers: this.#options.timers,
        openRequests: () => this.#seatsRoute.readers + this.#calls.count,
        isOver: () => this.#isClosed,
      },
      plan,
    );
    this.closeNow();
  }

  /** Closes everything at once. */
  closeNow(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#admission.isDraining = true;
    this.#ticking.cancel();
    this.#eventLoopDelay.disable();
    for (const session of this.#sessions) {
      this.#sessions.close(session, closeCodes.goingAway, 'the server is going away');
    }
    this.#listener.close();
  }

  watchersOf(eventId: string): number {
    return this.#topics.watchersOf(eventId);
  }

  holdersOf(eventId: string): ReadonlySet<string> {
    return this.#topics.holdersOf(eventId);
  }

  hasHolder(holderId: string): boolean {
    return this.#holders.of(holderId).length > 0;
  }

  /** How many sockets watch each event: what a shard that starts anew must be told. */
  watchers(): Iterable<readonly [eventId: string, watchers: number]> {
    return this.#topics.watchers();
  }

  /** `eventLoopDelayMaxMs` is the longest since the last call. */
  stats(): GatewayFigures {
    let sendQueueBytes = 0;
    for (const { behindSinceMs, socket } of this.#sessions) {
      if (behindSinceMs !== null) sendQueueBytes += socket?.getBufferedAmount() ?? 0;
    }
    const eventLoopDelayMaxMs = this.#eventLoopDelay.max / 1e6;
    this.#eventLoopDelay.reset();
    return {
      sockets: this.#sessions.count,
      holders: this.#holders.count,
      subscriptions: this.#subscriptions.count,
      pendingCommands: this.#pendingCommands.count + this.#calls.count,
      pendingReads: this.#pendingReads.count,
      seatsReaders: this.#seatsRoute.readers,
      sendQueueBytes,
      socketsOpened: this.#sessions.openedCount,
      socketsClosed: this.#sessions.closings.toRecord(),
      upgradesRefused: this.#admission.refused,
      sessionsMade: this.#guests.made,
      messagesReceived: this.#incoming.messages,
      bytesReceived: this.#incoming.bytes,
      badFrames: this.#incoming.badFrames,
      slowDowns: this.#incoming.slowDowns,
      framesSent: this.#outbox.frames,
      bytesSent: this.#outbox.bytes,
      commandsAccepted: this.#commands.accepted + this.#calls.accepted,
      commandsRejected: this.#replies.refusals.toRecord(),
      lateAnswers: this.#commands.lateAnswers + this.#calls.lateAnswers,
      deltasSkipped: this.#topics.deltasSkipped,
      resyncs: this.#subscriptions.resyncs,
      eventLoopDelayMaxMs,
    };
  }

  #listenerEvents(): ListenerEvents {
    const { clock, log } = this.#options;
    return {
      upgrade: (request) => this.#admission.answer(request),
      opened: (admitted, socket) => this.#sessions.opened(admitted, socket, clock.monotonicMs()),
      message: (session, message, isBinary) => {
        this.#incoming.receive(session, message, isBinary);
        this.#outbox.flush();
      },
      drained: (session) => {
        if (this.#outbox.noteDrained(session)) this.#subscriptions.drained(session);
      },
      heard: (session) => {
        session.heardAtMs = clock.monotonicMs();
      },
      closed: (session, code) => this.#sessions.closed(session, code),
      failed: (session, error) => {
        log.error({ error }, 'The gateway met a fault of its own');
        if (session !== null) this.#sessions.close(session, internalErrorCode, 'internal error');
      },
    };
  }

  #tickLater(): Timer {
    return this.#options.timers.after(gatewayLimits.tickMs, () => {
      this.#deadlines.tick(this.#options.clock.monotonicMs());
      this.#outbox.flush();
      this.#ticking = this.#tickLater();
    });
  }
}

export function startGateway(options: GatewayOptions): Gateway {
  return new Gateway(options);
}
