import type { Clock } from '../clock.js';
import { systemTimers, type Timer, type Timers } from '../timers.js';

interface Reminder {
  readonly atMs: number;
  readonly callback: () => void;
}

const firstMs = 1_000_000;
const wallOffsetMs = 1_700_000_000_000;

/** A clock that stands still until a test lets time pass, and the timers that go by it. */
export class VirtualTime implements Clock, Timers {
  #nowMs = firstMs;
  #wallOffsetMs = wallOffsetMs;
  readonly #reminders = new Set<Reminder>();
  /** What each look at the clock takes, where a test wants time to go on between any two. */
  tickMs = 0;

  monotonicMs(): number {
    this.#nowMs += this.tickMs;
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const reminder = { atMs: this.#nowMs + delayMs, callback };
    this.#reminders.add(reminder);
    return { cancel: () => this.#reminders.delete(reminder) };
  }

  soon(callback: () => void): void {
    this.after(0, callback);
  }

  /** Timers that were neither called back nor cancelled. */
  get pendingTimers(): number {
    return this.#reminders.size;
  }

  /** Time passes; whoever is due on the way is called back, in order, and nothing else happens. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#take(untilMs); next !== null; next = this.#take(untilMs)) next.callback();
    this.#nowMs = untilMs;
  }

  /** The same, and all promises settle before the first call, between any two and after the last. */
  async run(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await promisesSettled();
    for (let next = this.#take(untilMs); next !== null; next = this.#take(untilMs)) {
      next.callback();
      await promisesSettled();
    }
    this.#nowMs = untilMs;
  }

  /** The process is paused: time passes and nobody is called back. Those who are overdue come with the next `run`. */
  pauseProcess(forMs: number): void {
    this.#nowMs += forMs;
  }

  jumpWallClock(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** The next reminder that is due by then; the clock moves to it. */
  #take(untilMs: number): Reminder | null {
    let earliest: Reminder | null = null;
    for (const reminder of this.#reminders) {
      if (reminder.atMs <= untilMs && (earliest === null || reminder.atMs < earliest.atMs)) earliest = reminder;
    }
    if (earliest === null) return null;
    this.#reminders.delete(earliest);
    this.#nowMs = Math.max(this.#nowMs, earliest.atMs);
    return earliest;
  }
}

/** Lets every promise that can settle without new events do so. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    systemTimers.soon(resolve);
  });
}
