import type { Clock } from '../../lib/clock.js';
import { systemTimers, type Timer, type Timers } from '../../lib/timers.js';

interface Reminder {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to run, and the timers that go by it. */
export class VirtualTime implements Clock, Timers {
  #nowMs = 1_000_000;
  readonly #reminders = new Set<Reminder>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + 1_700_000_000_000;
  }

  after(delayMs: number, callback: () => void): Timer {
    const reminder = { atMs: this.#nowMs + delayMs, callback };
    this.#reminders.add(reminder);
    return { cancel: () => this.#reminders.delete(reminder) };
  }

  soon(callback: () => void): void {
    this.after(0, callback);
  }

  /** Runs all timers due within `durationMs`, in order, letting promises settle after each. */
  async run(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await promisesSettled();
    for (let next = this.#earliest(untilMs); next !== null; next = this.#earliest(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#reminders.delete(next);
      next.callback();
      await promisesSettled();
    }
    this.#nowMs = untilMs;
  }

  #earliest(untilMs: number): Reminder | null {
    let earliest: Reminder | null = null;
    for (const reminder of this.#reminders) {
      if (reminder.atMs <= untilMs && (earliest === null || reminder.atMs < earliest.atMs)) earliest = reminder;
    }
    return earliest;
  }
}

/** Lets every promise that can settle without new events do so. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    systemTimers.soon(resolve);
  });
}
