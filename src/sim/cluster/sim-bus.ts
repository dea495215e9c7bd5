import type { Carrier, CarrierListener } from '../../cluster/carrier.js';
import { eventOf } from '../../cluster/event-channel.js';
import { Fifo } from '../../lib/fifo.js';
import type { SeededRandom } from '../seeded-random.js';
import type { World } from '../world.js';
import type { ClusterDraw } from './draw-cluster.js';

export type CarrierFault = 'carrierLoss' | 'carrierRepeat' | 'carrierLate';

/**
 * Redis between the nodes of a world. What is sent on its way to one node arrives in order, after the latency; while it is
 * lossy, some of it is lost, some comes late, behind what was sent after it, and some comes again.
 */
export class SimBus {
  lossy = false;
  /** What owners publish for their followers goes nowhere. */
  losesPublications = false;
  readonly #carriers = new Set<SimCarrier>();

  constructor(
    readonly world: World,
    private readonly random: SeededRandom,
    private readonly draw: ClusterDraw['carrier'],
    private readonly onFault: (fault: CarrierFault) => void,
    /** Each message that a node sends while its carrier is up. */
    readonly onSent: (channel: string, message: Uint8Array) => void,
  ) {}

  get latencyMs(): number {
    return this.draw.latencyMs;
  }

  /** A carrier that comes up after the latency. */
  connect(listener: CarrierListener): SimCarrier {
    const carrier = new SimCarrier(this, listener);
    this.#carriers.add(carrier);
    return carrier;
  }

  disconnect(carrier: SimCarrier): void {
    this.#carriers.delete(carrier);
  }

  /** Redis ends: nobody reaches anybody. */
  cutAll(): void {
    for (const carrier of this.#carriers) carrier.cut();
  }

  /** It is there again, and every way to it is open. */
  mendAll(): void {
    for (const carrier of this.#carriers) carrier.mend();
  }

  /** For all of them. */
  stallAll(forMs: number): void {
    for (const carrier of this.#carriers) carrier.stall(forMs);
  }

  /** For carriers. Returns whether anybody listens, as Redis counts: what gets lost on its way to them was heard too. */
  publish(channel: string, message: Uint8Array, stalledForMs: number): boolean {
    if (this.losesPublications && eventOf(channel) !== null) return true;
    let isHeard = false;
    for (const carrier of this.#carriers) {
      if (!carrier.hears(channel)) continue;
      isHeard = true;
      const bytes = message.slice();
      if (this.#befalls('carrierLoss', this.draw.lossRate)) continue;
      if (this.#befalls('carrierLate', this.draw.lateRate)) carrier.expectLate(channel, bytes, this.#lateMs());
      else carrier.expect(channel, bytes, stalledForMs);
      if (this.#befalls('carrierRepeat', this.draw.repeatRate)) carrier.expectLate(channel, bytes, this.#lateMs());
    }
    return isHeard;
  }

  #befalls(fault: CarrierFault, rate: number): boolean {
    if (!this.lossy || rate === 0 || !this.random.chance(rate)) return false;
    this.onFault(fault);
    return true;
  }

  #lateMs(): number {
    return this.random.below(this.draw.lateMs);
  }
}

/** One listening to a channel. Another one replaces it when the carrier goes down: what was on its way to the old one is lost. */
interface Listening {
  isConfirmed: boolean;
}

/** A node's end of the bus. It can be cut, which it notices; be deaf, which it does not; and stall: all arrives, later. */
export class SimCarrier implements Carrier {
  #isUp = false;
  /** Replaced by each cut, so that an older coming up is told from the newest. */
  #connection: object = {};
  #isDeaf = false;
  #stalledUntilMs = 0;
  #lastArrivalMs = 0;
  readonly #inOrder = new Fifo<() => void>();
  readonly #channels = new Map<string, Listening>();

  constructor(
    private readonly bus: SimBus,
    private readonly listener: CarrierListener,
  ) {
    this.#comeUp();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  send(channel: string, message: Uint8Array, onUnheard?: () => void): boolean {
    if (!this.#isUp) return false;
    this.bus.onSent(channel, message);
    if (this.#isDeaf) return true;
    const isHeard = this.bus.publish(channel, message, this.#stalledForMs);
    if (!isHeard && onUnheard !== undefined) this.#tell(onUnheard);
    return true;
  }

  /** What Redis says of a message comes over the connection that it was sent on. */
  #tell(onUnheard: () => void): void {
    const connection = this.#connection;
    this.#later(this.#stalledForMs, () => {
      if (!this.#isDeaf && this.#connection === connection) onUnheard();
    });
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

  // ── what the weather does ──

  /** Down, and it knows. */
  cut(): void {
    this.#connection = {};
    for (const channel of this.#channels.keys()) this.#channels.set(channel, { isConfirmed: false });
    if (!this.#isUp) return;
    this.#isUp = false;
    this.listener.onDown();
  }

  /** Nothing passes either way, and it does not know. */
  deafen(): void {
    this.#isDeaf = true;
  }

  /** What it sends and what is sent to it waits for so long. */
  stall(forMs: number): void {
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.bus.world.nowMs + forMs);
  }

  /** Up again, and it hears. */
  mend(): void {
    this.#isDeaf = false;
    this.#stalledUntilMs = 0;
    this.#comeUp();
  }

  #comeUp(): void {
    const connection = this.#connection;
    this.#later(0, () => {
      if (this.#isUp || this.#connection !== connection) return;
      this.#isUp = true;
      this.listener.onUp();
      for (const channel of this.#channels.keys()) this.#subscribe(channel);
    });
  }

  #subscribe(channel: string): void {
    const listening = this.#channels.get(channel);
    this.#later(0, () => {
      if (listening === undefined || this.#channels.get(channel) !== listening || listening.isConfirmed) return;
      listening.isConfirmed = true;
      this.listener.onListening(channel);
    });
  }

  // ── for the bus ──

  hears(channel: string): boolean {
    return this.#channels.get(channel)?.isConfirmed === true;
  }

  /** The message is on its way, and arrives if its channel is listened to all the time. */
  expect(channel: string, message: Uint8Array, stalledForMs: number): void {
    this.#later(Math.max(stalledForMs, this.#stalledForMs), this.#arrival(channel, message));
  }

  /** The same, out of order. */
  expectLate(channel: string, message: Uint8Array, lateMs: number): void {
    this.bus.world.after(this.bus.latencyMs + lateMs, this.#arrival(channel, message));
  }

  #arrival(channel: string, message: Uint8Array): () => void {
    const listening = this.#channels.get(channel);
    return () => {
      if (this.#isDeaf || this.#channels.get(channel) !== listening) return;
      this.bus.world.noteBytes(message);
      this.listener.onMessage(channel, message);
    };
  }

  get #stalledForMs(): number {
    return Math.max(0, this.#stalledUntilMs - this.bus.world.nowMs);
  }

  #later(delayMs: number, arrive: () => void): void {
    const { world, latencyMs } = this.bus;
    this.#lastArrivalMs = Math.max(world.nowMs + latencyMs + delayMs, this.#lastArrivalMs);
    this.#inOrder.push(arrive);
    world.after(this.#lastArrivalMs - world.nowMs, () => this.#inOrder.shift()?.());
  }
}
