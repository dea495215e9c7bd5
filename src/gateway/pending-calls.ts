import { assert } from '../lib/assert.js';
import type { Correlation } from '../shard/port.js';
import type { Exchange } from './exchange.js';

/** A request over REST that waits: for its event's shard, for Postgres, or for one after the other. */
export interface Call {
  readonly exchange: Exchange;
  /** In whose name. */
  readonly holderId: string;
  /** Null: of no event. */
  readonly eventId: string | null;
  /** What success is called. */
  readonly status: 200 | 201;
}

/** Bit 30, and not 31: neither those of sockets' commands (pending-commands.ts) nor those of reads (pending-reads.ts). */
const callBit = 0x4000_0000;
const counterMask = 0x3fff_ffff;

export function isOfCall(correlation: Correlation): boolean {
  return correlation >>> 30 === 1;
}

/** Calls without an answer. Next to a request over HTTP, an object in a map costs nothing. */
export class PendingCalls {
  /** Oldest first. */
  readonly #waiting = new Map<Correlation, { readonly call: Call; readonly sinceMs: number }>();
  /** How many each holder has waiting. */
  readonly #ofHolder = new Map<string, number>();
  #next = 0;

  get count(): number {
    return this.#waiting.size;
  }

  countOf(holderId: string): number {
    return this.#ofHolder.get(holderId) ?? 0;
  }

  add(call: Call, nowMs: number): Correlation {
    let correlation: Correlation;
    do {
      correlation = this.#next | callBit;
      this.#next = (this.#next + 1) & counterMask;
    } while (this.#waiting.has(correlation));
    this.#waiting.set(correlation, { call, sinceMs: nowMs });
    this.#ofHolder.set(call.holderId, this.countOf(call.holderId) + 1);
    return correlation;
  }

  isWaiting(correlation: Correlation): boolean {
    return this.#waiting.has(correlation);
  }

  /** Settles it. Undefined where nobody waits (any more). */
  take(correlation: Correlation): Call | undefined {
    const entry = this.#waiting.get(correlation);
    if (entry === undefined) return undefined;
    this.#waiting.delete(correlation);
    this.#leave(entry.call.holderId);
    return entry.call;
  }

  /** Takes those that have waited since `sinceMs` or longer. */
  takeWaitingSince(sinceMs: number): Call[] {
    const taken: Call[] = [];
    for (const [correlation, entry] of this.#waiting) {
      if (entry.sinceMs > sinceMs) break;
      this.#waiting.delete(correlation);
      this.#leave(entry.call.holderId);
      taken.push(entry.call);
    }
    return taken;
  }

  /** Takes those of events whose shard is gone: nobody will answer them. */
  takeOfEvents(isOfEvents: (eventId: string) => boolean): Call[] {
    const taken: Call[] = [];
    for (const [correlation, { call }] of this.#waiting) {
      if (call.eventId === null || !isOfEvents(call.eventId)) continue;
      this.#waiting.delete(correlation);
      this.#leave(call.holderId);
      taken.push(call);
    }
    return taken;
  }

  #leave(holderId: string): void {
    const left = this.countOf(holderId) - 1;
    assert(left >= 0, `Cannot settle a call as its holder has none: holderId is ${holderId}`);
    if (left > 0) this.#ofHolder.set(holderId, left);
    else this.#ofHolder.delete(holderId);
  }
}
