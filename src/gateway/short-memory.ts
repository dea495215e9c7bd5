import type { Clock } from '../lib/clock.js';

export interface ShortMemoryTerms {
  readonly clock: Clock;
  /** From asking. */
  readonly foundForMs: number;
  /** The same for what is not there. */
  readonly missingForMs: number;
  readonly entriesMax: number;
}

interface Entry<T> {
  readonly value: Promise<T | null>;
  readonly askedAtMs: number;
  untilMs: number;
}

/**
 * What was asked lately, found or not. Those who ask while it is being asked wait for that answer. What could not be asked is
 * not remembered.
 */
export class ShortMemory<T> {
  readonly #terms: ShortMemoryTerms;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry<T>>();

  constructor(terms: ShortMemoryTerms) {
    this.#terms = terms;
  }

  get(key: string, ask: () => Promise<T | null>): Promise<T | null> {
    const { clock, foundForMs, entriesMax } = this.#terms;
    const nowMs = clock.monotonicMs();
    const known = this.#entries.get(key);
    if (known !== undefined && nowMs < known.untilMs) return known.value;

    const entry: Entry<T> = { value: ask(), askedAtMs: nowMs, untilMs: nowMs + foundForMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#settle(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= entriesMax) break;
      this.#entries.delete(oldest);
    }
    return entry.value;
  }

  #settle(key: string, entry: Entry<T>): void {
    entry.value.then(
      (found) => {
        if (found === null) entry.untilMs = entry.askedAtMs + this.#terms.missingForMs;
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
  }
}
