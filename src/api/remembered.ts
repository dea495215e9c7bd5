import type { Clock } from '../lib/clock.js';

/**
 * What was read lately, so that a crowd asking for one thing costs one read. Those who ask while it is being read wait for
 * that read. What is not there (null), or could not be read, is not remembered.
 */
export class Remembered<T> {
  readonly #entries = new Map<string, { readonly value: Promise<T | null>; readonly untilMs: number }>();
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #entriesMax: number;

  constructor(clock: Clock, ttlMs: number, entriesMax: number) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#entriesMax = entriesMax;
  }

  get(key: string, read: () => Promise<T | null>): Promise<T | null> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#entries.get(key);
    if (known !== undefined && nowMs < known.untilMs) return known.value;

    const value = read();
    const entry = { value, untilMs: nowMs + this.#ttlMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const drop = (): void => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    value.then((found) => (found === null ? drop() : undefined), drop);
    this.#dropOldest();
    return value;
  }

  forgetAll(): void {
    this.#entries.clear();
  }

  /** A map keeps the order of insertion. */
  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#entriesMax) return;
      this.#entries.delete(key);
    }
  }
}
