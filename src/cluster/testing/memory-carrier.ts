import { assert } from '../../lib/assert.js';
import type { Timers } from '../../lib/timers.js';
import type { Carrier, CarrierListener } from '../carrier.js';

/** What becomes of a message on its way to one carrier: how often it arrives, and how much later than others. */
export interface Fate {
  readonly times: number;
  readonly delayMs: number;
}

const asUsual: Fate = { times: 1, delayMs: 0 };

/**
 * Stands for Redis in tests: carriers on one bus reach each other. What is on its way waits until the test calls `deliver` or,
 * on a bus with timers, until `latencyMs` have passed.
 */
export class MemoryBus {
  #onTheirWay: (() => void)[] = [];
  readonly #carriers = new Set<MemoryCarrier>();
  /** Asked for each message and receiver. A test sets it to lose some (times 0), to repeat (times 2) or to delay them. */
  fate: (channel: string, message: Uint8Array, to: MemoryCarrier) => Fate = () => asUsual;

  constructor(private readonly timing: { readonly timers: Timers; readonly latencyMs: number } | null = null) {}

  /** A carrier that comes up with the next delivery. */
  connect(listener: CarrierListener): MemoryCarrier {
    const carrier = new MemoryCarrier(this, listener);
    this.#carriers.add(carrier);
    return carrier;
  }

  /** What is on its way arrives, in order; what that makes others send waits for the next time. */
  deliver(): void {
    const arriving = this.#onTheirWay;
    this.#onTheirWay = [];
    for (const arrive of arriving) arrive();
  }

  /** Until nothing is on its way any more. */
  deliverAll(): void {
    while (this.#onTheirWay.length > 0) this.deliver();
  }

  /** Redis ends: every carrier is down. */
  cutAll(): void {
    for (const carrier of this.#carriers) carrier.cut();
  }

  /** It is there again. */
  mendAll(): void {
    for (const carrier of this.#carriers) carrier.mend();
  }

  /** For carriers. Returns whether anybody listens. */
  publish(channel: string, message: Uint8Array): boolean {
    const hearers = [...this.#carriers].filter((carrier) => carrier.hears(channel));
    for (const carrier of hearers) {
      const { times, delayMs } = this.fate(channel, message, carrier);
      for (let time = 0; time < times; time++) carrier.expect(channel, message.slice(), delayMs);
    }
    return hearers.length > 0;
  }

  /** For carriers. */
  later(arrive: () => void, delayMs = 0): void {
    if (this.timing !== null) {
      this.timing.timers.after(this.timing.latencyMs + delayMs, arrive);
      return;
    }
    assert(delayMs === 0, `Cannot delay what is on its way as the bus has no timers: delayMs is ${delayMs}`);
    this.#onTheirWay.push(arrive);
  }

  /** For carriers. */
  disconnect(carrier: MemoryCarrier): void {
    this.#carriers.delete(carrier);
  }
}

/** One listening to a channel. Another one replaces it when the carrier goes down: what was on its way to the old one is lost. */
interface Listening {
  isConfirmed: boolean;
}

export class MemoryCarrier implements Carrier {
  #isUp = false;
  /** Replaced by each cut, so that an older coming up is told from the newest. */
  #connection: object = {};
  readonly #channels = new Map<string, Listening>();

  constructor(
    private readonly bus: MemoryBus,
    private readonly listener: CarrierListener,
  ) {
    this.mend();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  send(channel: string, message: Uint8Array, onUnheard?: () => void): boolean {
    if (!this.#isUp) return false;
    const isHeard = this.bus.publish(channel, message);
    if (!isHeard && onUnheard !== undefined) this.bus.later(onUnheard);
    return true;
  }

  listen(channel: string): void {
    if (this.#channels.has(channel)) return;
    this.#channels.set(channel, { isConfirmed: false });
    if (this.#isUp) this.#subscribe(channel);
  }

  unlisten(channel: string): void {
    this.#channels.delete(channel);
  }

  async close(): Promise<void> {
    this.bus.disconnect(this);
    this.#connection = {};
    this.#isUp = false;
    this.#channels.clear();
  }

  /** Down at once. */
  cut(): void {
    this.#connection = {};
    for (const channel of this.#channels.keys()) this.#channels.set(channel, { isConfirmed: false });
    if (!this.#isUp) return;
    this.#isUp = false;
    this.listener.onDown();
  }

  /** Up with the next delivery. */
  mend(): void {
    const connection = this.#connection;
    this.bus.later(() => {
      if (this.#isUp || this.#connection !== connection) return;
      this.#isUp = true;
      this.listener.onUp();
      for (const channel of this.#channels.keys()) this.#subscribe(channel);
    });
  }

  /** For the bus. */
  hears(channel: string): boolean {
    return this.#channels.get(channel)?.isConfirmed === true;
  }

  /** For the bus: the message is on its way to this carrier, and arrives if it has listened all the time. */
  expect(channel: string, message: Uint8Array, delayMs: number): void {
    const listening = this.#channels.get(channel);
    this.bus.later(() => {
      if (this.#channels.get(channel) === listening) this.listener.onMessage(channel, message);
    }, delayMs);
  }

  #subscribe(channel: string): void {
    const listening = this.#channels.get(channel);
    this.bus.later(() => {
      if (listening === undefined || this.#channels.get(channel) !== listening || listening.isConfirmed) return;
      listening.isConfirmed = true;
      this.listener.onListening(channel);
    });
  }
}
