import type { Redis } from 'ioredis';
import type { RedisAddress } from '../config/redis-address.js';
import type { Random } from '../lib/random.js';
import type { Timer, Timers } from '../lib/timers.js';
import { dropRedis, openRedis, reasonOf } from './redis-connection.js';
import { findMaster } from './redis-master.js';

/** How often each connection is made to say something. */
const lookEveryMs = 500;
/** Looks in a row that find not one byte more: the connection is half-dead. */
const silentLooksMax = 4;
/** What may wait in the socket, and be without an answer, before more is refused. */
const waitingBytesMax = 16 * 1024 * 1024;
const unansweredMax = 65_536;

export interface SessionListener {
  onMessage(channel: string, message: Uint8Array): void;
  /** Once, from whatever ended it but `end`. */
  onLost(reason: string): void;
}

/** Redis' words for pub/sub: a Redis Cluster has its own for what stays in one slot. */
const pubSub = {
  plain: { publish: 'publish', subscribe: 'subscribe', unsubscribe: 'unsubscribe', event: 'messageBuffer' },
  sharded: { publish: 'spublish', subscribe: 'ssubscribe', unsubscribe: 'sunsubscribe', event: 'smessageBuffer' },
} as const;

/**
 * Two connections to Redis that live and die together, one that publishes and one that subscribes:
 *
 *     opening ── both are connected, and it has heard itself ──► open ── `end`, or one connection is lost ──► over
 *        └─────────────────────────── one of them fails ────────────────────────────────────────────────────►┘
 */
export class RedisSession {
  readonly #words: (typeof pubSub)[keyof typeof pubSub];
  /** Where it hears itself, and nobody else does. */
  readonly #ownChannel: string;
  #publisher: Redis | null = null;
  #subscriber: Redis | null = null;
  #state: 'opening' | 'open' | 'over' = 'opening';
  #unanswered = 0;
  #isCorked = false;
  #timer: Timer | null = null;
  readonly #silentLooks = { publisher: 0, subscriber: 0 };
  readonly #bytesSeen = { publisher: 0, subscriber: 0 };
  #opened: (() => void) | null = null;

  constructor(
    private readonly address: RedisAddress,
    /** Of all channels; it puts them into one slot of a Redis Cluster. */
    private readonly prefix: string,
    private readonly timers: Timers,
    random: Random,
    private readonly listener: SessionListener,
  ) {
    this.#words = address.kind === 'cluster' ? pubSub.sharded : pubSub.plain;
    this.#ownChannel = `${prefix}session:${random.id(16)}`;
  }

  /** Connects. Resolves when it is open; what goes wrong is told by `onLost`. */
  async open(): Promise<void> {
    try {
      const host = await this.#findHost();
      if (this.#isOver()) return;
      const open = (): Redis => openRedis(this.address, host, (reason) => this.#lose(reason));
      const [publisher, subscriber] = [open(), open()];
      this.#publisher = publisher;
      this.#subscriber = subscriber;
      subscriber.on(this.#words.event, (channel: Buffer, message: Buffer) => this.#receive(String(channel), message));
      await Promise.all([publisher.connect(), subscriber.connect()]);
      await subscriber[this.#words.subscribe](this.#ownChannel);
      if (this.#isOver()) return;
      const heardItself = new Promise<void>((resolve) => {
        this.#opened = resolve;
      });
      this.#look();
      await heardItself;
    } catch (error) {
      this.#lose(reasonOf(error));
    }
  }

  /** False: dropped, as too much waits already, or as the session is not open. The message may be used again afterwards. */
  publish(channel: string, message: Uint8Array, onUnheard?: () => void): boolean {
    const publisher = this.#publisher;
    if (this.#state !== 'open' || publisher === null) return false;
    if (this.#unanswered >= unansweredMax) return false;
    if (publisher.stream.writableLength + message.length > waitingBytesMax) return false;
    this.#publish(publisher, this.prefix + channel, message, onUnheard);
    return true;
  }

  /** Resolves to whether Redis has confirmed it: what is published from then on comes in. */
  async subscribe(channels: readonly string[]): Promise<boolean> {
    const subscriber = this.#subscriber;
    if (this.#state !== 'open' || subscriber === null || channels.length === 0) return false;
    try {
      await subscriber[this.#words.subscribe](...channels.map((channel) => this.prefix + channel));
      return !this.#isOver();
    } catch (error) {
      this.#lose(reasonOf(error));
      return false;
    }
  }

  unsubscribe(channel: string): void {
    const subscriber = this.#subscriber;
    if (this.#state !== 'open' || subscriber === null) return;
    subscriber[this.#words.unsubscribe](this.prefix + channel).catch((error: unknown) => this.#lose(reasonOf(error)));
  }

  end(): void {
    this.#state = 'over';
    this.#timer?.cancel();
    if (this.#publisher !== null) dropRedis(this.#publisher);
    if (this.#subscriber !== null) dropRedis(this.#subscriber);
    // Whoever waits for it to open need not wait any longer.
    this.#opened?.();
  }

  #findHost(): Promise<RedisAddress['hosts'][number] | null> {
    const { kind, hosts } = this.address;
    if (kind === 'cluster') return findMaster(this.address, this.#ownChannel);
    return Promise.resolve(kind === 'single' ? (hosts[0] ?? null) : null);
  }

  /** The first message corks the socket until the turn is over, so that all messages of the turn leave in one write. */
  #publish(publisher: Redis, channel: string, message: Uint8Array, onUnheard?: () => void): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      publisher.stream.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        publisher.stream.uncork();
      });
    }
    this.#unanswered += 1;
    // ioredis copies it before it returns.
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    publisher[this.#words.publish](channel, bytes).then(
      (listeners) => {
        this.#unanswered -= 1;
        if (listeners === 0 && !this.#isOver()) onUnheard?.();
      },
      (error: unknown) => this.#lose(reasonOf(error)),
    );
  }

  #receive(channel: string, message: Buffer): void {
    if (this.#isOver()) return;
    if (channel !== this.#ownChannel) {
      this.listener.onMessage(channel.slice(this.prefix.length), message);
      return;
    }
    if (this.#state === 'opening') this.#becomeOpen();
    this.#opened?.();
  }

  #becomeOpen(): void {
    this.#state = 'open';
    // From here on the looks see to it. A time-out of each command would take a pause of this process for one of Redis.
    for (const redis of [this.#publisher, this.#subscriber])
      if (redis !== null) redis.options.commandTimeout = undefined;
  }

  /** Has every connection brought something since the last look? Then makes both bring something for the next. */
  #look(): void {
    const [publisher, subscriber] = [this.#publisher, this.#subscriber];
    if (this.#isOver() || publisher === null || subscriber === null) return;
    this.#count('publisher', publisher);
    this.#count('subscriber', subscriber);
    if (this.#silentLooks.publisher >= silentLooksMax || this.#silentLooks.subscriber >= silentLooksMax) {
      this.#lose('a connection is silent');
      return;
    }
    this.#publish(publisher, this.#ownChannel, new Uint8Array(0));
    this.#timer = this.timers.after(lookEveryMs, () => this.#look());
  }

  #count(side: 'publisher' | 'subscriber', { stream: { bytesRead } }: Redis): void {
    this.#silentLooks[side] = bytesRead > this.#bytesSeen[side] ? 0 : this.#silentLooks[side] + 1;
    this.#bytesSeen[side] = bytesRead;
  }

  #lose(reason: string): void {
    if (this.#isOver()) return;
    this.end();
    this.listener.onLost(reason);
  }

  #isOver(): boolean {
    return this.#state === 'over';
  }
}
