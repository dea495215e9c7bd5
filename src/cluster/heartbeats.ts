import type { Clock } from '../lib/clock.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { NodeLoad } from '../observability/load-meter.js';
import type { Log } from '../observability/log.js';
import type { Carrier, CarrierListener } from './carrier.js';
import { decodeHeartbeat, encodeHeartbeat, heartbeatChannel } from './heartbeat.js';
import type { LivingNodes } from './living-nodes.js';

export interface HeartbeatsOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly nodes: Pick<LivingNodes, 'byIncarnation' | 'onChanged' | 'look'>;
  /** Of this node. */
  readonly measure: () => Promise<NodeLoad>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export interface HeardLoad extends NodeLoad {
  readonly measuredMsAgo: number;
}

const beatEveryMs = 1_000;
/** Whoever was not heard for so long says nothing of now. */
const tooOldMs = 10_000;

/**
 * How busy each node is, as it says itself through the carrier. Nothing rests on it: who lives is the lease rows' to say, and a
 * heartbeat of somebody unknown is a reason to read them at once, so that a node that joins is known after a second.
 */
export class Heartbeats {
  readonly #heard = new Map<string, { readonly load: NodeLoad; readonly atMs: number }>();
  #carrier: Pick<Carrier, 'send'> = { send: () => false };
  #timer: Timer | null = null;
  #stopped = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: HeartbeatsOptions) {
    options.nodes.onChanged(() => this.#forgetDead());
  }

  /** Opens a carrier on which heartbeats go too: of those, `listener` hears nothing. */
  open(listener: CarrierListener, open: (listener: CarrierListener) => Carrier): Carrier {
    const carrier = open({
      onMessage: (channel, message) => {
        if (channel === heartbeatChannel) this.#hear(message);
        else listener.onMessage(channel, message);
      },
      onListening: (channel) => {
        if (channel !== heartbeatChannel) listener.onListening(channel);
      },
      onUp: () => listener.onUp(),
      onDown: () => listener.onDown(),
    });
    carrier.listen(heartbeatChannel);
    this.#carrier = carrier;
    return carrier;
  }

  start(): void {
    void this.#beat();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Null where it has said nothing for a while. */
  loadOf(incarnation: string): HeardLoad | null {
    const heard = this.#heard.get(incarnation);
    if (heard === undefined) return null;
    const measuredMsAgo = Math.round(this.options.clock.monotonicMs() - heard.atMs);
    return measuredMsAgo > tooOldMs ? null : { ...heard.load, measuredMsAgo };
  }

  async #beat(): Promise<void> {
    const { own, measure, clock, timers, log } = this.options;
    try {
      const load = await measure();
      this.#heard.set(own, { load, atMs: clock.monotonicMs() });
      this.#carrier.send(heartbeatChannel, encodeHeartbeat({ sender: own, load }));
    } catch (error) {
      log.warn({ error }, 'Cannot measure the load of this node');
    }
    if (!this.#stopped) this.#timer = timers.after(beatEveryMs, () => void this.#beat());
  }

  #hear(message: Uint8Array): void {
    const { own, nodes, clock } = this.options;
    const heartbeat = decodeHeartbeat(message);
    if (heartbeat === null || heartbeat.sender === own) return;
    const atMs = clock.monotonicMs();
    if (nodes.byIncarnation(heartbeat.sender) !== undefined) {
      this.#heard.set(heartbeat.sender, { load: heartbeat.load, atMs });
    } else if (atMs - this.#lookedAtMs >= beatEveryMs) {
      this.#lookedAtMs = atMs;
      void nodes.look();
    }
  }

  #forgetDead(): void {
    const { own, nodes } = this.options;
    for (const incarnation of this.#heard.keys()) {
      if (incarnation !== own && nodes.byIncarnation(incarnation) === undefined) this.#heard.delete(incarnation);
    }
  }
}
