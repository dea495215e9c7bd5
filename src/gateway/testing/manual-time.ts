import type { Clock } from '../../lib/clock.js';
import type { Timer, Timers } from '../../lib/timers.js';

interface Reminder {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class ManualTime implements Clock, Timers {
  #nowMs = 1_000_000;
  readonly #reminders = new Set<Reminder>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const reminder: Reminder = { atMs: this.#nowMs + delayMs, callback };
    this.#reminders.add(reminder);
    return { cancel: () => this.#reminders.delete(reminder) };
  }

  soon(callback: () => void): void {
    this.after(0, callback);
  }

  /** Lets time pass, calling back whoever is due on the way, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const due = [...this.#reminders].filter(({ atMs }) => atMs <= untilMs);
      const next = due.sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#reminders.delete(next);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
