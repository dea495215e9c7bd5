import type { RedisAddress } from '../config/redis-address.js';
import { assert } from '../lib/assert.js';
import type { Random } from '../lib/random.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { Carrier, CarrierListener } from './carrier.js';
import { RedisSession } from './redis-session.js';

const firstPauseMs = 50;
const pauseMaxMs = 2000;

export interface RedisCarrierOptions {
  readonly address: RedisAddress;
  /** Tells apart those who share a Redis: the database's id. */
  readonly installation: string;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

/** Who listens to a channel; a new one each time, so that a confirmation that comes late is told from its successor's. */
interface Listening {
  isConfirmed: boolean;
}

/**
 * The carrier over Redis' pub/sub: sessions, one after the other. Nothing of one goes over into the next but the names of
 * the channels. docs/decisions/0012-redis-carrier.md says why.
 */
export class RedisCarrier implements Carrier {
  readonly #prefix: string;
  readonly #channels = new Map<string, Listening>();
  #session: RedisSession | null = null;
  #isUp = false;
  /** Sessions in a row that never opened. */
  #failures = 0;
  #lastReason = '';
  #retry: Timer | null = null;

  constructor(
    private readonly options: RedisCarrierOptions,
    private readonly listener: CarrierListener,
  ) {
    assert(
      /^[^{}]+$/.test(options.installation),
      `Cannot name channels as braces have a meaning in a Redis Cluster: installation is ${options.installation}`,
    );
    this.#prefix = `{usher:${options.installation}}:`;
    this.#open();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  send(channel: string, message: Uint8Array, onUnheard?: () => void): boolean {
    return this.#isUp && this.#session !== null && this.#session.publish(channel, message, onUnheard);
  }

  listen(channel: string): void {
    if (this.#channels.has(channel)) return;
    this.#channels.set(channel, { isConfirmed: false });
    if (this.#isUp) this.#subscribe([channel]);
  }

  unlisten(channel: string): void {
    if (this.#channels.delete(channel) && this.#isUp) this.#session?.unsubscribe(channel);
  }

  async close(): Promise<void> {
    this.#isUp = false;
    this.#retry?.cancel();
    this.#session?.end();
    this.#session = null;
  }

  #open(): void {
    const { address, timers, random } = this.options;
    const session = new RedisSession(address, this.#prefix, timers, random, {
      onMessage: (channel, message) => this.#receive(channel, message),
      onLost: (reason) => this.#lose(reason),
    });
    this.#session = session;
    void session.open().then(() => {
      if (this.#session === session) this.#rise();
    });
  }

  #rise(): void {
    this.#failures = 0;
    this.#lastReason = '';
    this.#isUp = true;
    this.options.log.info({}, 'Redis carries messages between the nodes');
    this.listener.onUp();
    this.#subscribe([...this.#channels.keys()]);
  }

  #lose(reason: string): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#session = null;
    for (const listening of this.#channels.values()) listening.isConfirmed = false;
    // An outage of hours is told once, unless its reason changes.
    if (reason !== this.#lastReason) this.options.log.warn({ reason }, 'Cannot carry messages as Redis is away');
    this.#lastReason = reason;
    this.#retry = this.options.timers.after(this.#pauseMs(), () => this.#open());
    this.#failures += 1;
    if (wasUp) this.listener.onDown();
  }

  /** Longer each time and half of it by chance, so that the nodes do not all come back in one moment. */
  #pauseMs(): number {
    const longestMs = Math.min(pauseMaxMs, firstPauseMs * 2 ** Math.min(this.#failures, 10));
    return longestMs / 2 + this.options.random.below(longestMs / 2);
  }

  #subscribe(channels: readonly string[]): void {
    const session = this.#session;
    if (session === null || channels.length === 0) return;
    const asked = channels.map((channel) => [channel, this.#channels.get(channel)] as const);
    void session.subscribe(channels).then((isConfirmed) => {
      if (!isConfirmed || this.#session !== session) return;
      for (const [channel, listening] of asked) {
        if (listening === undefined || this.#channels.get(channel) !== listening) continue;
        listening.isConfirmed = true;
        this.listener.onListening(channel);
      }
    });
  }

  /** What comes in before the confirmation was told is among what may be missing. */
  #receive(channel: string, message: Uint8Array): void {
    if (this.#isUp && this.#channels.get(channel)?.isConfirmed === true) this.listener.onMessage(channel, message);
  }
}
