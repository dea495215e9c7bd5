import type { Correlation } from '../shard/port.js';
import type { Exchange } from './exchange.js';
import type { Session } from './session.js';
import type { Subscription } from './subscription.js';

/** A socket's `subscribe`. */
export interface Watch {
  readonly kind: 'watch';
  readonly eventId: string;
  readonly session: Session;
  readonly reqId: number;
  /** `unsubscribe`s of the same event that came after it: handled once it is answered. */
  readonly unsubscribes: number[];
}

/** The snapshot that a slow reader gets once it has drained. */
export interface Resync {
  readonly kind: 'resync';
  readonly eventId: string;
  readonly subscription: Subscription;
}

/** One snapshot for all `GET …/seats` of an event that came while it was under way. */
export interface SeatsRead {
  readonly kind: 'seats';
  readonly eventId: string;
  readonly readers: SeatsReader[];
}

export interface SeatsReader {
  readonly exchange: Exchange;
  /** `If-None-Match`, or an empty string. */
  readonly ifNoneMatch: string;
}

export type Read = Watch | Resync | SeatsRead;

/** Bit 31, and not 30: neither commands (pending-commands.ts) nor what operators ask (node/operator-desk.ts). */
const readBit = 0x8000_0000;
const counterMask = 0x3fff_ffff;

/** Requests other than commands that wait for their shard. Seldom next to commands, so objects in a map will do. */
export class PendingReads {
  /** Oldest first. */
  readonly #waiting = new Map<Correlation, { readonly read: Read; readonly sentAtMs: number }>();
  /** Watches whose client was told `unavailable`: when they succeed after all, nobody wants them. */
  readonly #abandonedWatches = new Map<Correlation, string>();
  #next = 0;

  get count(): number {
    return this.#waiting.size;
  }

  add(read: Read, nowMs: number): Correlation {
    let correlation: Correlation;
    do {
      correlation = (this.#next | readBit) >>> 0;
      this.#next = (this.#next + 1) & counterMask;
    } while (this.#waiting.has(correlation) || this.#abandonedWatches.has(correlation));
    this.#waiting.set(correlation, { read, sentAtMs: nowMs });
    return correlation;
  }

  /** The read that waits, without settling it. */
  find(correlation: Correlation): Read | undefined {
    return this.#waiting.get(correlation)?.read;
  }

  /** Settles it. Undefined where nobody waits (any more). */
  take(correlation: Correlation): Read | undefined {
    const entry = this.#waiting.get(correlation);
    this.#waiting.delete(correlation);
    return entry?.read;
  }

  /** The event of an abandoned watch that is answered at last, or undefined where it is none. */
  takeAbandonedWatch(correlation: Correlation): string | undefined {
    const eventId = this.#abandonedWatches.get(correlation);
    this.#abandonedWatches.delete(correlation);
    return eventId;
  }

  /** Takes those sent at or before `untilMs`. Their shard may still answer. */
  takeSentBy(untilMs: number): Read[] {
    const taken: Read[] = [];
    for (const [correlation, { read, sentAtMs }] of this.#waiting) {
      if (sentAtMs > untilMs) break;
      this.#waiting.delete(correlation);
      if (read.kind === 'watch') this.#abandonedWatches.set(correlation, read.eventId);
      taken.push(read);
    }
    return taken;
  }

  /** Takes those of events whose shard is gone: nobody will answer them. */
  takeOfEvents(isOfEvents: (eventId: string) => boolean): Read[] {
    const taken: Read[] = [];
    for (const [correlation, { read }] of this.#waiting) {
      if (!isOfEvents(read.eventId)) continue;
      this.#waiting.delete(correlation);
      taken.push(read);
    }
    for (const [correlation, eventId] of this.#abandonedWatches) {
      if (isOfEvents(eventId)) this.#abandonedWatches.delete(correlation);
    }
    return taken;
  }
}
