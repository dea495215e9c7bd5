import { GuestSessions } from '../gateway/guest-session.js';
import type { HttpRequests } from '../gateway/http-requests.js';
import { LiveSockets } from '../gateway/live-sockets.js';
import { isOfCall } from '../gateway/pending-calls.js';
import type { SessionTokens } from '../gateway/tokens.js';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import type { Timers } from '../lib/timers.js';
import { PackedWriter } from '../shard/packed.js';
import type {
  CommandRequest,
  Correlation,
  MyHoldsRequest,
  OwnershipListener,
  ShardListener,
  ShardPort,
  WatchRequest,
} from '../shard/port.js';
import { writeMail, writeRewatch, writeUnwatch } from '../shard/requests.js';

/** The same for every node of a world: a token of one is good at all of them. */
export interface GatewaySettings {
  readonly tokens: SessionTokens;
  readonly sessionTtlMs: number;
  /** Null: not limited. */
  readonly messagesPerSecond: number | null;
}

/** Of the node that it runs in. */
export interface GatewayGround {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Server time. */
  readonly nowMs: () => number;
  /** Carries a packed message to the node's shard. */
  readonly post: (message: Uint8Array) => void;
}

/** Few enough to be full now and then. A power of two. */
const pendingMax = 64;

const nobodyAsks = (): never => {
  throw new Error('Cannot answer over HTTP as nobody asks there');
};
const noHttp: HttpRequests = {
  openCount: 0,
  answered: nobodyAsks,
  seatsAnswered: nobodyAsks,
  giveUpSince: () => undefined,
  eventsLost: () => undefined,
};

/** The real gateway of one node, but for its listener: sockets are the simulation's, shards are reached as ShardHost does it. */
export class SimGateway implements ShardPort {
  readonly sockets: LiveSockets;
  readonly guests: GuestSessions;
  readonly #writer = new PackedWriter();

  constructor(
    private readonly ground: GatewayGround,
    { tokens, sessionTtlMs, messagesPerSecond }: GatewaySettings,
  ) {
    const { nodeId, clock, timers, random, nowMs } = ground;
    this.guests = new GuestSessions({ tokens, random, nowMs, sessionTtlMs });
    this.sockets = new LiveSockets({
      nodeId,
      messagesPerSecond,
      pendingMax,
      shards: this,
      tokens,
      admission: { opened: () => undefined, closed: () => undefined },
      http: noHttp,
      nowMs,
      clock,
      timers,
    });
  }

  command(request: CommandRequest): void {
    writeMail(this.#writerOfTurn(), { kind: 'command', ...request });
  }

  myHolds(request: MyHoldsRequest): void {
    writeMail(this.#writerOfTurn(), { kind: 'myHolds', ...request });
  }

  watch(request: WatchRequest): void {
    writeMail(this.#writerOfTurn(), { kind: 'watch', ...request });
  }

  unwatch(eventId: string): void {
    writeUnwatch(this.#writerOfTurn(), eventId);
  }

  snapshot(correlation: Correlation, eventId: string): void {
    writeMail(this.#writerOfTurn(), { kind: 'snapshot', correlation, eventId });
  }

  /** What this turn has for the shard is lost with it, and what it has not answered is unknown. */
  shardLost(): void {
    this.sockets.onShardLost(() => true);
    this.#writer.take();
  }

  /** Tells a new shard who watches. */
  watchAgain(): void {
    for (const [eventId, watchers] of this.sockets.watchers()) writeRewatch(this.#writerOfTurn(), eventId, watchers);
  }

  #writerOfTurn(): PackedWriter {
    if (this.#writer.isEmpty) this.ground.timers.soon(() => this.ground.post(this.#writer.take()));
    return this.#writer;
  }
}

/** Answers to those who write to the shard themselves are told apart by their correlations; what is for all goes to both. */
export function forked(
  writers: ShardListener & OwnershipListener,
  gateway: ShardListener,
): ShardListener & OwnershipListener {
  const of = (correlation: Correlation): ShardListener => (isOfCall(correlation) ? writers : gateway);
  return {
    onAnswer: (correlation, frame) => of(correlation).onAnswer(correlation, frame),
    onSubscribed: (correlation, accepted, frames) => of(correlation).onSubscribed(correlation, accepted, frames),
    onPublish: (eventId, frame) => {
      writers.onPublish(eventId, frame);
      gateway.onPublish(eventId, frame);
    },
    onNotify: (eventId, holderId, exceptSessionId, frame) => {
      writers.onNotify(eventId, holderId, exceptSessionId, frame);
      gateway.onNotify(eventId, holderId, exceptSessionId, frame);
    },
    onSnapshot: (correlation, frame) => of(correlation).onSnapshot(correlation, frame),
    onMoved: (eventId, owner) => writers.onMoved(eventId, owner),
    onBounced: (mail, waitedMs) => writers.onBounced(mail, waitedMs),
    onShardLost: (isOfShard) => gateway.onShardLost(isOfShard),
    onTurnEnd: () => gateway.onTurnEnd?.(),
  };
}
