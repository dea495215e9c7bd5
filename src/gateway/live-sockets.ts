import { assert } from '../lib/assert.js';
import type { Clock } from '../lib/clock.js';
import { isPlanted } from '../lib/planted.js';
import type { Timer, Timers } from '../lib/timers.js';
import { closeCodes } from '../protocol/codes.js';
import type { Correlation, ShardListener, ShardPort } from '../shard/port.js';
import type { Admission } from './admission.js';
import { Commands } from './commands.js';
import { Deadlines } from './deadlines.js';
import { drain, type DrainPlan } from './drain.js';
import { Holders } from './holders.js';
import type { HttpRequests } from './http-requests.js';
import { Incoming } from './incoming.js';
import { gatewayLimits } from './limits.js';
import type { ListenerEvents } from './listener.js';
import { Outbox } from './outbox.js';
import { isOfCall } from './pending-calls.js';
import { PendingCommands } from './pending-commands.js';
import { PendingReads } from './pending-reads.js';
import { Referrals } from './referrals.js';
import { Replies } from './replies.js';
import type { Session } from './session.js';
import { Sessions } from './sessions.js';
import type { GatewayFigures } from './stats.js';
import { Subscriptions } from './subscriptions.js';
import type { SessionTokens } from './tokens.js';
import { Topics } from './topics.js';

export interface LiveSocketsOptions {
  readonly nodeId: string;
  /** Of a socket; null: not limited. */
  readonly messagesPerSecond: number | null;
  /** Commands of all sockets that have no answer yet. A power of two. */
  readonly pendingMax: number;
  readonly shards: ShardPort;
  readonly tokens: SessionTokens;
  /** Told of every socket that opens and closes. */
  readonly admission: Pick<Admission, 'opened' | 'closed'>;
  readonly http: HttpRequests;
  /** Server time, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** What becomes of sockets that are admitted; whoever owns the real ones tells of it. */
export type SocketEvents = Pick<ListenerEvents, 'opened' | 'message' | 'drained' | 'heard' | 'closed'>;

/** Figures of the sockets alone, without HTTP. */
export type SocketFigures = Omit<
  GatewayFigures,
  'seatsReaders' | 'upgradesRefused' | 'sessionsMade' | 'eventLoopDelayMaxMs'
>;

/** What `welcome` says where messages are not limited. */
const unlimitedMessagesPerSecond = 1_000_000;
/** RFC 6455, 7.4.1: the server met a fault of its own. */
const internalErrorCode = 1011;

/**
 * All sockets of a node, between whatever carries their bytes and the shards. Knows no network: the simulation runs it on
 * sockets of its own.
 *
 *     socket ─► Incoming ─► Commands, Subscriptions ─► ShardPort
 *     socket ◄─ Outbox ◄─── Commands, Subscriptions, Topics ◄─── ShardListener (this)
 */
export class LiveSockets implements ShardListener, SocketEvents {
  readonly holders = new Holders(gatewayLimits.socketsPerHolderMax);
  readonly reads = new PendingReads();
  readonly replies: Replies;
  /** Sends sockets to the nodes that serve their events. */
  readonly referrals: Referrals;
  readonly #options: LiveSocketsOptions;
  readonly #pendingCommands: PendingCommands;
  readonly #outbox: Outbox;
  readonly #topics: Topics;
  readonly #subscriptions: Subscriptions;
  readonly #commands: Commands;
  readonly #sessions: Sessions;
  readonly #incoming: Incoming;
  readonly #deadlines: Deadlines;
  #ticking: Timer;
  #isClosed = false;

  constructor(options: LiveSocketsOptions) {
    this.#options = options;
    const { shards, admission, http, tokens, clock, nowMs, nodeId, messagesPerSecond } = options;
    const { holders, reads } = this;
    this.#pendingCommands = new PendingCommands(options.pendingMax);
    this.#outbox = new Outbox(clock, (session) => this.#sessions.close(session, closeCodes.tooSlow, 'too slow'));
    this.replies = new Replies(this.#outbox);
    this.#topics = new Topics(this.#outbox);
    this.#subscriptions = new Subscriptions(shards, this.#topics, reads, this.#outbox, this.replies, clock);
    this.referrals = new Referrals(this.#topics, this.#pendingCommands, reads, this.#outbox);
    this.#commands = new Commands(shards, this.#pendingCommands, holders, this.#outbox, this.replies, clock);
    this.#sessions = new Sessions({
      admission,
      holders,
      outbox: this.#outbox,
      subscriptions: this.#subscriptions,
      messagesPerSecond,
    });
    this.#incoming = new Incoming({
      sessions: this.#sessions,
      holders,
      commands: this.#commands,
      subscriptions: this.#subscriptions,
      outbox: this.#outbox,
      replies: this.replies,
      tokens,
      clock,
      nowMs,
      nodeId,
      messagesPerSecond: messagesPerSecond ?? unlimitedMessagesPerSecond,
    });
    this.#deadlines = new Deadlines({
      sessions: this.#sessions,
      subscriptions: this.#subscriptions,
      http,
      commands: this.#pendingCommands,
      reads,
      outbox: this.#outbox,
      replies: this.replies,
    });
    this.#ticking = this.#tickLater();
  }

  // ── sockets ──

  opened(...[admitted, socket]: Parameters<SocketEvents['opened']>): Session {
    return this.#sessions.opened(admitted, socket, this.#options.clock.monotonicMs());
  }

  message(session: Session, message: Uint8Array, isBinary: boolean): void {
    this.#incoming.receive(session, message, isBinary);
    this.#outbox.flush();
  }

  drained(session: Session): void {
    if (this.#outbox.noteDrained(session)) this.#subscriptions.drained(session);
  }

  heard(session: Session): void {
    session.heardAtMs = this.#options.clock.monotonicMs();
  }

  closed(session: Session, code: number): void {
    this.#sessions.closed(session, code);
  }

  /** What the session sent made us throw. */
  failed(session: Session): void {
    this.#sessions.close(session, internalErrorCode, 'internal error');
  }

  // ── shards ──

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    if (isOfCall(correlation)) this.#options.http.answered(correlation, frame);
    else this.#commands.onAnswer(correlation, frame);
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    this.#subscriptions.onSubscribed(correlation, accepted, frames);
  }

  onPublish(eventId: string, frame: Uint8Array): void {
    this.#topics.publish(eventId, frame);
  }

  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void {
    const listeners = isPlanted('notify-sent-to-stranger') ? this.#sessions : this.holders.of(holderId);
    for (const session of listeners) {
      const isMeant = session.id !== exceptSessionId && session.subscriptions.has(eventId);
      if (isMeant) this.#outbox.forward(session, frame);
    }
  }

  onSnapshot(correlation: Correlation, frame: Uint8Array): void {
    const read = this.reads.take(correlation);
    assert(read?.kind !== 'watch', `Cannot answer a watch with a snapshot: correlation is ${correlation}`);
    if (read?.kind === 'resync') this.#subscriptions.resynced(read, frame);
    else if (read?.kind === 'seats') this.#options.http.seatsAnswered(read, frame);
  }

  onShardLost(isOfShard: (eventId: string) => boolean): void {
    this.#deadlines.eventsLost(isOfShard);
    this.#outbox.flush();
  }

  onTurnEnd(): void {
    this.#outbox.flush();
  }

  // ── the node ──

  /** Sends those that are open away; resolves when all are closed. */
  drain(plan: DrainPlan): Promise<void> {
    const { clock, timers, http } = this.#options;
    return drain(
      {
        sessions: this.#sessions,
        outbox: this.#outbox,
        clock,
        timers,
        openRequests: () => http.openCount,
        isOver: () => this.#isClosed,
      },
      plan,
    );
  }

  /** Closes all at once. */
  closeNow(): void {
    this.#isClosed = true;
    this.#ticking.cancel();
    for (const session of this.#sessions) {
      this.#sessions.close(session, closeCodes.goingAway, 'the server is going away');
    }
  }

  /** How many sockets watch each event: what a shard that starts anew must be told. */
  watchers(): Iterable<readonly [eventId: string, watchers: number]> {
    return this.#topics.watchers();
  }

  watchersOf(eventId: string): number {
    return this.#topics.watchersOf(eventId);
  }

  /** Whose sockets watch the event. */
  holdersOf(eventId: string): ReadonlySet<string> {
    return this.#topics.holdersOf(eventId);
  }

  hasHolder(holderId: string): boolean {
    return this.holders.of(holderId).length > 0;
  }

  stats(): SocketFigures {
    let sendQueueBytes = 0;
    for (const { behindSinceMs, socket } of this.#sessions) {
      if (behindSinceMs !== null) sendQueueBytes += socket?.getBufferedAmount() ?? 0;
    }
    return {
      sockets: this.#sessions.count,
      holders: this.holders.count,
      subscriptions: this.#subscriptions.count,
      pendingCommands: this.#pendingCommands.count,
      pendingReads: this.reads.count,
      sendQueueBytes,
      socketsOpened: this.#sessions.openedCount,
      socketsClosed: this.#sessions.closings.toRecord(),
      messagesReceived: this.#incoming.messages,
      bytesReceived: this.#incoming.bytes,
      badFrames: this.#incoming.badFrames,
      slowDowns: this.#incoming.slowDowns,
      framesSent: this.#outbox.frames,
      bytesSent: this.#outbox.bytes,
      commandsAccepted: this.#commands.accepted,
      commandsRejected: this.replies.refusals.toRecord(),
      lateAnswers: this.#commands.lateAnswers,
      deltasSkipped: this.#topics.deltasSkipped,
      resyncs: this.#subscriptions.resyncs,
    };
  }

  #tickLater(): Timer {
    const { clock, timers } = this.#options;
    return timers.after(gatewayLimits.tickMs, () => {
      this.#deadlines.tick(clock.monotonicMs());
      this.#outbox.flush();
      this.#ticking = this.#tickLater();
    });
  }
}
