import { assert } from '../lib/assert.js';
import type { Correlation } from '../shard/port.js';
import type { Session } from './session.js';

/**
 * Bits 31, 30 and 29 are left to reads (pending-reads.ts), REST (pending-calls.ts) and other nodes (cluster/remote-askers.ts), so
 * that no two share a correlation.
 */
const correlationMask = 0x1fff_ffff;

/** Called for a command that gets no answer from its shard any more. */
export type Unanswered = (session: Session, reqId: number) => void;

/**
 * Commands that wait for their shard's answer: correlation → who asked. Correlations are handed out in order and their low
 * bits name the slot. The table has twice as many slots as may be in use, so a slot comes round again only after that many
 * further commands, under a correlation that differs in the high bits: a late answer finds nobody, never somebody else.
 *
 *     correlation   … 17 │ 18 │ 19 │ 20 │ 21 │ 22
 *                        ▲ oldest: all before it are settled   ▲ next
 *
 * Nothing is allocated for a command, and commands time out in the order of correlations.
 */
export class PendingCommands {
  readonly #slotMask: number;
  readonly #capacity: number;
  /** The correlation in each slot; 0: free. */
  readonly #correlations: Uint32Array;
  readonly #reqIds: Uint32Array;
  readonly #sentAtMs: Float64Array;
  readonly #sessions: (Session | null)[];
  readonly #eventIds: string[];
  #next = 1;
  #oldest = 1;
  #count = 0;

  /** @param capacity a power of two */
  constructor(capacity: number) {
    const slots = capacity * 2;
    assert(
      (slots & (slots - 1)) === 0,
      `Cannot make a pending table as its size is no power of two: size is ${capacity}`,
    );
    this.#capacity = capacity;
    this.#slotMask = slots - 1;
    this.#correlations = new Uint32Array(slots);
    this.#reqIds = new Uint32Array(slots);
    this.#sentAtMs = new Float64Array(slots);
    this.#sessions = Array.from({ length: slots }, () => null);
    this.#eventIds = Array.from({ length: slots }, () => '');
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.#capacity;
  }

  /** The caller has made sure that there is room. */
  add(session: Session, reqId: number, eventId: string, nowMs: number): Correlation {
    assert(!this.isFull, `Cannot wait for another answer as the table is full: size is ${this.#capacity}`);
    while (this.#correlations[this.#next & this.#slotMask] !== 0) this.#next = following(this.#next);
    const correlation = this.#next;
    const slot = correlation & this.#slotMask;
    this.#next = following(correlation);
    this.#correlations[slot] = correlation;
    this.#reqIds[slot] = reqId;
    this.#sentAtMs[slot] = nowMs;
    this.#sessions[slot] = session;
    this.#eventIds[slot] = eventId;
    this.#count += 1;
    session.pendingCommands += 1;
    return correlation;
  }

  /** Who waits, without settling it. */
  sessionOf(correlation: Correlation): Session | null {
    const slot = correlation & this.#slotMask;
    return this.#correlations[slot] === correlation ? (this.#sessions[slot] as Session | null) : null;
  }

  /** Settles it. Null where nobody waits (any more). */
  take(correlation: Correlation): Session | null {
    const slot = correlation & this.#slotMask;
    if (this.#correlations[slot] !== correlation || correlation === 0) return null;
    const session = this.#sessions[slot] as Session;
    this.#correlations[slot] = 0;
    this.#sessions[slot] = null;
    this.#count -= 1;
    session.pendingCommands -= 1;
    return session;
  }

  /** Takes those sent at or before `untilMs`. */
  takeSentBy(untilMs: number, unanswered: Unanswered): void {
    while (this.#oldest !== this.#next) {
      const slot = this.#oldest & this.#slotMask;
      if (this.#correlations[slot] === this.#oldest) {
        if ((this.#sentAtMs[slot] as number) > untilMs) return;
        this.#takeSlot(slot, unanswered);
      }
      this.#oldest = following(this.#oldest);
    }
  }

  /** Takes those of the events. */
  takeOfEvents(isOfEvents: (eventId: string) => boolean, unanswered: Unanswered): void {
    for (let slot = 0; slot < this.#correlations.length; slot += 1) {
      if (this.#correlations[slot] !== 0 && isOfEvents(this.#eventIds[slot] as string))
        this.#takeSlot(slot, unanswered);
    }
  }

  #takeSlot(slot: number, unanswered: Unanswered): void {
    const session = this.take(this.#correlations[slot] as number);
    if (session !== null) unanswered(session, this.#reqIds[slot] as number);
  }
}

/** 1 … 2^30 − 1, round and round. */
function following(correlation: number): number {
  return (correlation + 1) & correlationMask || 1;
}
