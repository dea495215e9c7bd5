import type { JournalStore } from '../journal/port.js';
import { type Timers, turnOver } from '../lib/timers.js';
import type { ActorTime } from './actor-time.js';

/** An event may be created a moment after somebody asked for it. */
const missingForMs = 1_000;
const missingIdsMax = 10_000;

/**
 * Which events exist. Ids that do not never wake an actor: asked for by the thousand, they cost one query a turn, and for a
 * while not even that. Events are never deleted, so what exists is known for good.
 */
export class Directory {
  readonly #existing = new Set<string>();
  /** Id → actor time until which it is taken as missing. */
  readonly #missing = new Map<string, number>();
  /** Ids of this turn, to be asked for together. */
  #asking: Set<string> | null = null;
  #answer: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: JournalStore,
    private readonly time: ActorTime,
    private readonly timers: Timers,
  ) {}

  /** What is known without asking; undefined: nothing. */
  known(eventId: string): boolean | undefined {
    if (this.#existing.has(eventId)) return true;
    const untilMs = this.#missing.get(eventId);
    if (untilMs === undefined) return undefined;
    if (this.time.nowMs() < untilMs) return false;
    this.#missing.delete(eventId);
    return undefined;
  }

  /** Asks Postgres, together with all others of this turn. Rejects when Postgres does not answer. */
  async exists(eventId: string): Promise<boolean> {
    if (this.#asking === null) {
      const ids = new Set<string>();
      this.#asking = ids;
      this.#answer = turnOver(this.timers).then(() => this.#ask(ids));
    }
    this.#asking.add(eventId);
    await this.#answer;
    return this.#existing.has(eventId);
  }

  async #ask(ids: Set<string>): Promise<void> {
    this.#asking = null;
    for (const found of await this.store.existing([...ids])) {
      this.#existing.add(found);
      ids.delete(found);
    }
    const untilMs = this.time.nowMs() + missingForMs;
    for (const missing of ids) this.#missing.set(missing, untilMs);
    for (const oldest of this.#missing.keys()) {
      if (this.#missing.size <= missingIdsMax) break;
      this.#missing.delete(oldest);
    }
  }
}
